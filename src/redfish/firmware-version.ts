import type { RedfishNode } from './node.ts'

/** The BMC's, as Get Device ID has it: a number and two digits. */
export function firmwareVersion({ bmc }: RedfishNode): string {
  const { firmwareMajor, firmwareMinor } = bmc.device
  return `${firmwareMajor}.${firmwareMinor.toString(16).padStart(2, '0')}`
}

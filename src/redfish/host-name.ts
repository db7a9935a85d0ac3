import { about, fault, RedfishError } from './faults.ts'
import type { RedfishNode } from './node.ts'

const LABELS = /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/

const LONGEST = 253

export function isHostName(text: string): boolean {
  return LABELS.test(text) && text.length <= LONGEST
}

/** The name of the BMC on its network: DCMI's identifier (DCMI 1.5 §6.4.6), which is its host name there, once somebody has set it. */
export function hostNameOf(node: RedfishNode): string {
  return node.bmc.dcmi.identifier.given ?? node.doors().hostName
}

export function setHostName({ bmc }: RedfishNode, name: string): void {
  const { limit } = bmc.dcmi.identifier
  if (!LABELS.test(name)) throw wrong(fault('PropertyValueFormatError', name, 'HostName'))
  if (name.length > limit) throw wrong(fault('StringValueTooLong', name, limit))
  bmc.dcmi.identifier.setText(name)
}

function wrong(one: ReturnType<typeof fault>): RedfishError {
  return new RedfishError(400, [about('/HostName', one)])
}

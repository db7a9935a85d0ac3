import { flag, oneOf } from './fields.ts'
import type { RedfishNode } from './node.ts'
import { type Write, write } from './resource.ts'

/** IPMI's identify light by Redfish's names: the older property, which knows how it shines, and the newer one. */
export function indicatorOf({ bmc: { identify } }: RedfishNode) {
  const lit = identify.state !== 'off'
  return {
    IndicatorLED: !lit ? 'Off' : identify.steady ? 'Lit' : 'Blinking',
    LocationIndicatorActive: lit,
  }
}

export const indicatorWrites = {
  IndicatorLED: write<RedfishNode, 'Lit' | 'Blinking' | 'Off'>(oneOf(['Lit', 'Blinking', 'Off']), ({ bmc }, led) =>
    bmc.identify.light(0, led !== 'Off', led === 'Lit'),
  ),
  LocationIndicatorActive: write<RedfishNode, boolean>(flag, ({ bmc }, on) => bmc.identify.light(0, on)),
} satisfies Record<string, Write<RedfishNode>>

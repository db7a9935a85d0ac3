import { bits, bytes, flag, layout, pad, u8, u16le } from './layout.ts'
import type { SystemEvent } from './sel-record.ts'

/** Actions of platform event filtering, as bits of a filter, of the global control and of the capabilities (IPMI 2.0 §17.6). */
export const PefAction = {
  alert: 0x01,
  powerDown: 0x02,
  reset: 0x04,
  powerCycle: 0x08,
  oem: 0x10,
  diagnosticInterrupt: 0x20,
  /** A filter only: group control, by ICMB. */
  group: 0x40,
} as const

/** An entry of the event filter table (§17.7, Table 17-2), without the filter number in front of it. */
export const eventFilter = layout({
  enabled: flag,
  /** 2: preconfigured by the manufacturer. */
  kind: bits(2),
  reserved: pad(5),
  action: u8,
  reserved2: pad(1),
  group: bits(3),
  policy: bits(4),
  severity: u8,
  generatorAddress: u8,
  generatorChannel: u8,
  sensorType: u8,
  sensorNumber: u8,
  /** Event direction in bit 7, event/reading type below it, as the event message has them. */
  trigger: u8,
  offsets: u16le,
  /** A mask and two comparison values for each byte of event data (§17.8). */
  data1Mask: u8,
  data1Compare1: u8,
  data1Compare2: u8,
  data2Mask: u8,
  data2Compare1: u8,
  data2Compare2: u8,
  data3Mask: u8,
  data3Compare1: u8,
  data3Compare2: u8,
})

export type EventFilter = ReturnType<typeof eventFilter.decode>

export const EVENT_FILTER_BYTES = 20
const ANY = 0xff

/** An entry of the alert policy table (§17.11, Table 17-4), without the entry number in front of it. */
export const alertPolicy = layout({
  policy: bits(4),
  enabled: flag,
  /** 0 always; 1 to 4 only where the alert before it failed, else: next entry, stop, other channel, other type. */
  rule: bits(3),
  channel: bits(4),
  destination: bits(4),
  /** True: `text` is a string set, looked up with the filter's number; false: a string selector. */
  eventSpecific: flag,
  text: bits(7),
})

export type AlertPolicy = ReturnType<typeof alertPolicy.decode>

export const ALERT_POLICY_BYTES = 3

/** Parameter 10: the GUID for traps, and whether it is used. */
export const trapGuid = layout({ reserved: pad(7), used: flag, guid: bytes(16) })

/** Does the event pass every field of the filter? Whether the filter is enabled is not looked at. */
export function filterMatches(filter: EventFilter, event: SystemEvent): boolean {
  const [data1, data2, data3] = event.data
  return (
    fits(filter.generatorAddress, event.generatorId & 0xff) &&
    fits(filter.generatorChannel, event.generatorId >> 8) &&
    fits(filter.sensorType, event.sensorType) &&
    fits(filter.sensorNumber, event.sensorNumber) &&
    fits(filter.trigger, (event.deasserted ? 0x80 : 0) | event.eventType) &&
    (filter.offsets & (1 << (data1 & 0x0f))) !== 0 &&
    compares(data1, filter.data1Mask, filter.data1Compare1, filter.data1Compare2) &&
    compares(data2, filter.data2Mask, filter.data2Compare1, filter.data2Compare2) &&
    compares(data3, filter.data3Mask, filter.data3Compare1, filter.data3Compare2)
  )
}

function fits(wanted: number, found: number): boolean {
  return wanted === ANY || wanted === found
}

/**
 * §17.9: the mask drops bits; of the rest, those with a 1 in `compare1` must all equal `compare2`, and of those with a 0 one at
 * least must. Nothing left to compare is a match.
 */
function compares(byte: number, mask: number, compare1: number, compare2: number): boolean {
  const equal = ~(byte ^ compare2) & mask
  const exact = mask & compare1
  const loose = mask & ~compare1
  return (equal & exact) === exact && (loose === 0 || (equal & loose) !== 0)
}

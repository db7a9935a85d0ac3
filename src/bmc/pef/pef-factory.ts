import { PefAction } from '../../ipmi/pef.ts'
import { LAN_DESTINATIONS } from '../lan/lan-destinations.ts'

/**
 * The event filters that a BMC comes with, as servers do: all of them alert by policy set 1, which sends nothing before an
 * entry of it is enabled. xCAT's `rspconfig NODE alert=on` enables one entry and sets no filter.
 */

const Severity = { information: 0x02, nonCritical: 0x08, critical: 0x10, nonRecoverable: 0x20 } as const

const THRESHOLD = 0x01
const SENSOR_SPECIFIC = 0x6f
const ANY = 0xff
const ENABLED = 0x80
const FIRST_POLICY = 0x01
/** Offsets of threshold events (IPMI 2.0 §42.1, Table 42-2): LC, LNR going low; UC, UNR going high; LNC and UNC. */
const CRITICAL = offsets(2, 4, 9, 11)
const NON_CRITICAL = offsets(0, 7)

/** Sensor types and their offsets (§42.2, Table 42-3). */
const TEMPERATURE = 0x01
const VOLTAGE = 0x02
const FAN = 0x04

export const factoryFilters: readonly (readonly number[])[] = [
  filter(TEMPERATURE, THRESHOLD, CRITICAL, Severity.critical),
  filter(TEMPERATURE, THRESHOLD, NON_CRITICAL, Severity.nonCritical),
  filter(VOLTAGE, THRESHOLD, CRITICAL, Severity.critical),
  filter(VOLTAGE, THRESHOLD, NON_CRITICAL, Severity.nonCritical),
  filter(FAN, THRESHOLD, CRITICAL, Severity.critical),
  filter(FAN, THRESHOLD, NON_CRITICAL, Severity.nonCritical),
  // Physical security: general chassis intrusion.
  filter(0x05, SENSOR_SPECIFIC, offsets(0), Severity.information),
  // Processor: IERR, thermal trip.
  filter(0x07, SENSOR_SPECIFIC, offsets(0, 1), Severity.nonRecoverable),
  // Power supply: failure, predictive failure, input lost.
  filter(0x08, SENSOR_SPECIFIC, offsets(1, 2, 3), Severity.critical),
  // Power unit: soft power control failure, power unit failure.
  filter(0x09, SENSOR_SPECIFIC, offsets(5, 6), Severity.critical),
  // Memory: uncorrectable error, correctable errors' limit reached.
  filter(0x0c, SENSOR_SPECIFIC, offsets(1, 5), Severity.critical),
  // Drive slot: fault, predictive failure.
  filter(0x0d, SENSOR_SPECIFIC, offsets(1, 2), Severity.critical),
  // Operating system stop: run-time critical stop.
  filter(0x20, SENSOR_SPECIFIC, offsets(1), Severity.nonRecoverable),
  // Watchdog 2: hard reset, power down, power cycle.
  filter(0x23, SENSOR_SPECIFIC, offsets(1, 2, 3), Severity.critical),
]

/**
 * The alert policies of the factory: all disabled, a set after the other, and in each an entry for every destination. An
 * entry must name a channel that is there: ipmitool 1.8.19's `pef policy list` asks about those of disabled entries too.
 */
export function factoryPolicy(entry: number, channel: number): Uint8Array {
  const set = Math.floor((entry - 1) / LAN_DESTINATIONS) + 1
  const destination = ((entry - 1) % LAN_DESTINATIONS) + 1
  return Uint8Array.of(set << 4, (channel << 4) | destination, 0)
}

/** The 20 bytes of Table 17-2. */
function filter(sensorType: number, trigger: number, mask: number, severity: number): readonly number[] {
  const matchAnyData = [0, 0, 0, 0, 0, 0, 0, 0, 0]
  const head = [ENABLED, PefAction.alert, FIRST_POLICY, severity, ANY, ANY, sensorType, ANY, trigger]
  return [...head, mask & 0xff, mask >> 8, ...matchAnyData]
}

function offsets(...set: readonly number[]): number {
  return set.reduce((mask, offset) => mask | (1 << offset), 0)
}

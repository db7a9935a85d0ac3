import type { Bmc } from '../../bmc/bmc.ts'
import type { SensorSeed } from '../../bmc/sensors/sensor-seeds.ts'

/** Type of a power supply's sensor, and the event type of one that tells its own states (IPMI 2.0 Table 42-3). */
const POWER_SUPPLY = 0x08
const OWN_STATES = 0x6f
const FAILED = 1 << 1

/** One sensor for each; that of their redundancy is none. */
export function powerSupplies({ sensors }: Bmc): readonly SensorSeed[] {
  return sensors.seeds.filter(({ type, eventType }) => type === POWER_SUPPLY && eventType === OWN_STATES)
}

/** States that hold: bit 0 present, 1 failed, 3 without mains. */
export function statesOf({ sensors }: Bmc, { lun, number }: SensorSeed): number {
  return sensors.reading(sensors.get(lun, number)).states
}

export function hasFailed(bmc: Bmc, seed: SensorSeed): boolean {
  return (statesOf(bmc, seed) & FAILED) !== 0
}

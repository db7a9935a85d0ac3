import type { PowerState } from '../../machine/machine.ts'
import type { Sensors } from '../sensors/sensors.ts'
import type { Sel } from '../storage/sel.ts'

/** Sensor types and offsets of IPMI 2.0 §42.2, Table 42-3. */
const POWER_UNIT = 0x09
const POWER_OFF = 0x00
const POWER_CYCLE = 0x01
const SOFT_CONTROL_FAILURE = 0x05
const SYSTEM_BOOT = 0x1d
const BY_POWER_UP = 0x00
const BY_HARD_RESET = 0x01
const SENSOR_SPECIFIC = 0x6f
const UNSPECIFIED = 0xff
/** Named where no SDR describes a sensor of the type. */
const NO_SENSOR = 0xff

/** What happens to the power, as a server's log tells it. */
export class PowerEvents {
  readonly #sel: Sel
  readonly #sensors: Sensors

  constructor(sel: Sel, sensors: Sensors) {
    this.#sel = sel
    this.#sensors = sensors
  }

  changed(power: PowerState): void {
    this.#log(POWER_UNIT, POWER_OFF, power === 'on')
    if (power === 'on') this.#log(SYSTEM_BOOT, BY_POWER_UP)
  }

  cycled(): void {
    this.#log(POWER_UNIT, POWER_CYCLE)
  }

  resetHard(): void {
    this.#log(SYSTEM_BOOT, BY_HARD_RESET)
  }

  controlFailed(): void {
    this.#log(POWER_UNIT, SOFT_CONTROL_FAILURE)
  }

  #log(sensorType: number, offset: number, deasserted = false): void {
    this.#sel.event({
      sensorType,
      sensorNumber: this.#sensors.numberOfType(sensorType) ?? NO_SENSOR,
      eventType: SENSOR_SPECIFIC,
      deasserted,
      data: [offset, UNSPECIFIED, UNSPECIFIED],
    })
  }
}

import { seedOf } from '../../base/waves.ts'
import type { Sensors } from './sensors.ts'

/** A BMC looks at its sensors by itself this often. */
const EVERY_S = 60

/**
 * Sees to it that a threshold which the machine's work crosses is an event though nobody reads the sensor. Each BMC has its
 * second of the minute, by its name, so that those of a rack do not all look at once.
 */
export class SensorWatch {
  readonly #sensors: Pick<Sensors, 'watch'>
  #second: number

  constructor(name: string, sensors: Pick<Sensors, 'watch'>) {
    this.#sensors = sensors
    this.#second = seedOf(name) % EVERY_S
  }

  /** Once a second. */
  tick(): void {
    this.#second = (this.#second + 1) % EVERY_S
    if (this.#second === 0) this.#sensors.watch()
  }
}

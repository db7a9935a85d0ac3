import type { Clock } from '../../base/clock.ts'
import { BmcError, messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { Sensor } from '../../bmc/sensors/sensor.ts'
import type { SensorSeed } from '../../bmc/sensors/sensor-seeds.ts'
import { recordOfSensor } from '../sensor-records.ts'
import type { Controllers } from './controllers.ts'
import {
  addedSensor,
  changedSensor,
  type DescribedSensor,
  describedBy,
  newValue,
  type SensorAdd,
  type SensorChange,
} from './emulator-sensors.ts'
import { isDescribed, SDR_REPOSITORY } from './emulator-storage.ts'
import { pollOnce } from './poll-source.ts'
import type { PollWheel } from './poll-wheel.ts'

/** As many as a slow console fills by accident, and no more. */
const MOST_DEVICE_SDRS = 4096

interface Parts {
  readonly cwd: string
  readonly clock: Clock
  readonly log: Logger
  readonly controllers: Controllers
  readonly polls: PollWheel
}

/** The emulator's sensor commands on controllers that run. What they do to a sensor holds until the process ends. */
export class EmulatorSensors {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  add(command: SensorAdd): void {
    const { mc } = command
    const { sensors } = this.#parts.controllers.get(mc)
    const described = this.#described(mc)
    const seed = addedSensor(command, described)
    sensors.add(seed)
    if (!isDescribed(seed, mc, described)) {
      if (this.#servesRepository(mc)) this.#record(mc, seed)
      else this.addDeviceSdr(mc, seed.lun, recordOfSensor(seed, mc))
    }
    this.poll(command)
  }

  change(command: SensorChange): void {
    const { mc, lun, number } = command
    const { sensors, sdr } = this.#parts.controllers.get(mc)
    const sensor = sensors.get(lun, number)
    const value = newValue(command, sensors.reading(sensor).states)
    if (value !== undefined) {
      const quiet = 'event' in command && !command.event
      // The next look of a polled sensor goes before what was set by hand, as in ipmi_sim.
      if (sensor.seed.polled === undefined) sensors.force(sensor, value, quiet)
      else sensors.measured(sensor, value, quiet)
      return
    }
    const seed = changedSensor({ ...sensor.seed, settings: sensor.settings }, command)
    sensors.describe(sensor, seed)
    if (sdr.describes(recordKey(seed))) this.#record(mc, seed)
  }

  addDeviceSdr(mc: number, lun: number, given: Uint8Array): void {
    const { deviceSdrs, sdr } = this.#parts.controllers.get(mc)
    const records = deviceSdrs.get(lun) ?? []
    const record = new Uint8Array(given)
    const last = records.at(-1)
    const id = last === undefined ? 1 : (last[0] | (last[1] << 8)) + 1
    if (id >= MOST_DEVICE_SDRS)
      throw new BmcError('full', `LUN ${lun} has ${records.length} device SDRs; there is no room`)
    new DataView(record.buffer).setUint16(0, id, true)
    deviceSdrs.set(lun, [...records, record])
    sdr.reservations.cancel()
  }

  /** Looks from now on where a sensor's line says so. */
  poll({ mc, lun, number, poll }: SensorAdd): void {
    if (poll === undefined) return
    const { controllers, polls, log } = this.#parts
    let failing = false
    polls.add(mc, poll.everyMs, async () => {
      try {
        const { sensors } = controllers.get(mc)
        const sensor = sensors.get(lun, number)
        if (!sensor.settings.scanning) return
        const value = this.#isThere(poll.depends) ? await pollOnce(poll, sensor.isThreshold, this.#parts) : undefined
        this.#measured(mc, sensor, value)
        failing = false
      } catch (error) {
        // It keeps the value that it had; the log says so once, not at every look.
        if (!failing) log.warn({ mc, sensor: number, error: messageOf(error) }, 'a polled sensor has no new value')
        failing = true
      }
    })
  }

  /** The controller may be gone, or its sensor be another one, by the time an answer comes. */
  #measured(mc: number, sensor: Sensor, value: number | undefined): void {
    const { controllers } = this.#parts
    if (!controllers.hasMc(mc)) return
    const { sensors } = controllers.get(mc)
    if (sensors.get(sensor.seed.lun, sensor.seed.number) === sensor) sensors.measured(sensor, value)
  }

  #isThere(depends: NonNullable<SensorAdd['poll']>['depends']): boolean {
    if (depends === undefined) return true
    const { mc, lun, number, bit } = depends
    const { sensors } = this.#parts.controllers.get(mc)
    return (sensors.reading(sensors.get(lun, number)).states & (1 << bit)) !== 0
  }

  /** What records say about sensors of this controller: its own, and those in the BMC's repository. */
  #described(mc: number): readonly DescribedSensor[] {
    const { controllers } = this.#parts
    const own = controllers.get(mc)
    const main = controllers.get(controllers.bmc).sdr.records
    const records = [
      ...own.sdr.records,
      ...[...own.deviceSdrs.values()].flat(),
      ...(own.sdr.records === main ? [] : main),
    ]
    return records.map(describedBy).filter((one) => one !== undefined)
  }

  #servesRepository(mc: number): boolean {
    const { controllers } = this.#parts
    return mc === controllers.bmc || (controllers.get(mc).device.deviceSupport & SDR_REPOSITORY) !== 0
  }

  #record(mc: number, seed: SensorSeed): void {
    this.#parts.controllers.get(mc).sdr.describe(recordKey(seed), recordOfSensor(seed, mc))
  }
}

function recordKey({ lun, number }: SensorSeed): string {
  return `${lun}.${number}`
}

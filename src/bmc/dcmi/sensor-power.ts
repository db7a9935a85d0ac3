import { valueOfRaw } from '../../ipmi/reading-factors.ts'
import type { Sensors } from '../sensors/sensors.ts'
import type { PowerSource } from './power-meter.ts'
import { PowerSensors } from './power-sensors.ts'

/** What DCMI reads are the BMC's own sensors, so that both doors show one number; undefined where none tells the power. */
export function sensorPower(sensors: Sensors): PowerSource | undefined {
  const { all, idle, cpuWatts, settleMs } = PowerSensors.of(sensors.seeds)
  if (all.length === 0) return undefined
  return {
    idle,
    cpuWatts,
    settleMs,
    watts() {
      const known = all.flatMap(({ lun, number, conversion }) => {
        const { available, raw } = sensors.reading(sensors.get(lun, number))
        return available && conversion !== undefined ? [valueOfRaw(conversion, raw)] : []
      })
      return known.length === 0 ? undefined : known.reduce((sum, watts) => sum + watts, 0)
    },
  }
}

import { valueOfRaw } from '../../ipmi/reading-factors.ts'
import type { SensorSeed } from '../sensors/sensor-seeds.ts'
import type { Sensors } from '../sensors/sensors.ts'
import type { SdrRepository } from '../storage/sdr.ts'
import type { Temperature, TemperaturePlace, Temperatures } from './thermal.ts'

/** Sensor type 01h, threshold based (IPMI 2.0 §42.2). */
const TEMPERATURE = 0x01

/** What DCMI shows are the BMC's own temperature sensors; undefined where it has none. */
export function sensorTemperatures(sensors: Sensors, sdr: SdrRepository): Temperatures | undefined {
  const seeds = sensors.seeds.filter((seed) => seed.type === TEMPERATURE && seed.conversion !== undefined)
  if (seeds.length === 0) return undefined
  return () => {
    const count = { inlet: 0, cpu: 0, baseboard: 0 }
    return seeds.flatMap((seed): Temperature[] => {
      const celsius = celsiusOf(sensors, seed)
      if (celsius === undefined) return []
      const place = placeOf(seed)
      return [
        {
          place,
          instance: ++count[place],
          celsius: Math.round(celsius),
          recordId: sdr.idOfSensor(seed.lun, seed.number),
        },
      ]
    })
  }
}

function celsiusOf(sensors: Sensors, seed: SensorSeed): number | undefined {
  const reading = sensors.reading(sensors.get(seed.lun, seed.number))
  return seed.conversion !== undefined && reading.available ? valueOfRaw(seed.conversion, reading.raw) : undefined
}

/** Sensor names are the only description that every source of sensors has in common. */
function placeOf({ name }: SensorSeed): TemperaturePlace {
  if (/inlet|ambient/i.test(name)) return 'inlet'
  return /cpu|processor/i.test(name) ? 'cpu' : 'baseboard'
}

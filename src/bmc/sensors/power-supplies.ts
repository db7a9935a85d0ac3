import type { Frus } from '../storage/fru.ts'
import { type Part, partsOf } from '../storage/parts.ts'
import type { SdrRepository } from '../storage/sdr.ts'
import { gaugesOf } from './measurements.ts'
import { placeOf } from './places.ts'
import type { Sensors } from './sensors.ts'

export interface PowerSupply {
  /** From 1. */
  readonly instance: number
  readonly name: string
  readonly present: boolean
  readonly health: 'ok' | 'warning' | 'critical'
  /** What comes in: nothing, or not what should. */
  readonly input: 'normal' | 'lost' | 'out of range'
  readonly part: Part | undefined
}

/** Sensor type "power supply", and its states (IPMI 2.0 Table 42-3). */
const POWER_SUPPLY = 0x08
const State = { present: 0, failed: 1, failing: 2, lost: 3, lostOrOut: 4, out: 5, misconfigured: 6 } as const

/** All that a sensor or a record of a FRU speaks of, in the order of their numbers. */
export function powerSuppliesOf(bmc: {
  readonly sensors: Sensors
  readonly fru: Frus
  readonly sdr: SdrRepository
}): readonly PowerSupply[] {
  const { sensors } = bmc
  const parts = partsOf(bmc.fru, bmc.sdr).filter(({ place }) => place === 'power supply')
  const ofSensors = sensors.seeds.flatMap((seed) => {
    return placeOf(seed) === 'power supply' && seed.entityInstance > 0 ? [seed.entityInstance] : []
  })
  const instances = [...new Set([...ofSensors, ...parts.map(({ instance }) => instance)])].sort((a, b) => a - b)
  return instances.map((instance) => {
    const part = parts.find((one) => one.instance === instance)
    return { instance, name: part?.name ?? `PSU${instance}`, ...conditionOf(sensors, instance), part }
  })
}

/** As its sensor of states has it; one without is there and well, but for what its gauges say. */
function conditionOf(sensors: Sensors, instance: number): Pick<PowerSupply, 'present' | 'health' | 'input'> {
  const seed = sensors.seeds.find((one) => one.type === POWER_SUPPLY && one.entityInstance === instance)
  const reading = seed && sensors.reading(sensors.get(seed.lun, seed.number))
  if (reading?.available !== true) return { present: true, health: 'ok', input: 'normal' }
  const has = (...states: readonly number[]) => states.some((state) => (reading.states & (1 << state)) !== 0)
  const lost = has(State.lost, State.lostOrOut)
  const warned = lost || has(State.failing, State.out, State.misconfigured)
  return {
    present: has(State.present),
    health: has(State.failed) ? 'critical' : warned ? 'warning' : 'ok',
    input: lost ? 'lost' : has(State.out) ? 'out of range' : 'normal',
  }
}

/** Those that measure at one power supply. */
export function supplyGauges(sensors: Sensors, instance: number) {
  return gaugesOf(sensors.seeds).filter((one) => one.place === 'power supply' && one.instance === instance)
}

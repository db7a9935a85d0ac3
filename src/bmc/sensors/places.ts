import type { SensorSeed } from './sensor-seeds.ts'

/** Where a sensor is, or what it is about, for doors that have words in place of IPMI's numbers. */
export type Place =
  | 'processor'
  | 'memory'
  | 'drive'
  | 'drive bay'
  | 'system board'
  | 'voltage regulator'
  | 'power supply'
  | 'power unit'
  | 'card'
  | 'front panel'
  | 'chassis'
  | 'fan'
  | 'cooling'
  | 'room'
  | 'battery'
  | 'inlet'
  | 'exhaust'

/** Entities of IPMI 2.0 Table 43-13; 55 and from 64 on DCMI's own (DCMI 1.5 Table 6-14). */
const entities: Readonly<Record<number, Place>> = {
  3: 'processor',
  4: 'drive',
  7: 'system board',
  8: 'memory',
  10: 'power supply',
  11: 'card',
  12: 'front panel',
  15: 'drive bay',
  19: 'power unit',
  20: 'voltage regulator',
  23: 'chassis',
  26: 'drive bay',
  29: 'fan',
  30: 'cooling',
  32: 'memory',
  39: 'room',
  40: 'battery',
  55: 'inlet',
  64: 'inlet',
  65: 'processor',
  66: 'system board',
}

/** Inlet and exhaust have one entity between them, and makers tell them apart by name. Undefined: nobody said. */
export function placeOf({ entityId, name }: Pick<SensorSeed, 'entityId' | 'name'>): Place | undefined {
  if (/exhaust|outlet/i.test(name)) return 'exhaust'
  if (/inlet|intake|ambient/i.test(name)) return 'inlet'
  return entities[entityId]
}

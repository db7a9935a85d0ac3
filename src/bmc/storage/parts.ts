import { DecodeError } from '../../base/bytes.ts'
import type { FruDescription } from '../../ipmi/fru.ts'
import { boardTime, decodeFru } from '../../ipmi/fru-decode.ts'
import { decodeSdr } from '../../ipmi/sdr.ts'
import { idStringText } from '../../ipmi/type-length.ts'
import { type Place, placeOf } from '../sensors/places.ts'
import type { Frus } from './fru.ts'
import type { SdrRepository } from './sdr.ts'

/** A replaceable part: what its FRU says, and where the records say that it is. */
export interface Part {
  readonly device: number
  readonly name: string
  /** Undefined: no record says where it is. */
  readonly place: Place | undefined
  /** Which of those at its place, from 1; 0: no record says. */
  readonly instance: number
  readonly fru: FruDescription
  /** When its board was made, in milliseconds since 1970; undefined: it does not say. */
  readonly madeAt: number | undefined
}

const read = new WeakMap<Uint8Array, FruDescription | undefined>()

/** Those with something on them that can be read. */
export function partsOf(fru: Frus, sdr: SdrRepository): readonly Part[] {
  const locators = locatorsIn(sdr)
  return fru.devices.flatMap((device): Part[] => {
    const description = descriptionOf(fru, device)
    const locator = locators.find((one) => one.device === device)
    const name = locator?.name ?? `FRU ${device}`
    const { place, instance = 0 } = locator ?? {}
    if (description === undefined) return []
    const madeAt = boardTime(description.board?.manufacturedMinutes ?? 0)
    return [{ device, name, place, instance, fru: description, madeAt }]
  })
}

/** What a FRU says, read again when it was written. */
export function descriptionOf(fru: Frus, device: number): FruDescription | undefined {
  if (!fru.devices.includes(device)) return undefined
  const content = fru.whole(device)
  if (!read.has(content)) read.set(content, decodeFru(content))
  return read.get(content)
}

/** Of logical FRU devices of this controller (§43.8). */
function locatorsIn({ records }: SdrRepository) {
  return records.flatMap((record) => {
    const locator = locatorIn(record)
    if (locator === undefined || (locator.bus & 0x80) === 0) return []
    const { device, name, entityInstance } = locator
    return [{ device, name, place: placeOf(locator), instance: entityInstance & 0x7f }]
  })
}

function locatorIn(record: Uint8Array) {
  // Type 11h in byte 4: most records are of sensors.
  if (record[3] !== 0x11) return undefined
  try {
    const sdr = decodeSdr(record)
    return sdr?.kind === 'fruLocator' ? { ...sdr, name: idStringText(sdr.id) } : undefined
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}

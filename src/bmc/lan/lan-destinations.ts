import { DecodeError } from '../../base/bytes.ts'
import { BmcError } from '../../base/errors.ts'
import { MemoryStore, type Store } from '../store.ts'
import { storeBytes, storedBytes } from '../stored.ts'

/** Besides destination 0, which is kept in memory only (IPMI 2.0 §23.2, Table 23-4, parameter 17). */
export const LAN_DESTINATIONS = 4

/** Type, address and VLAN tag of a destination: parameter number, and bytes with the set selector in front. */
const sizes: Readonly<Record<number, number>> = { 18: 4, 19: 13, 25: 4 }

const TYPE = 18
const ADDRESS = 19

/** Addresses are IPv4 with a MAC (format 0) here, tags absent or 802.1q (0 and 1). */
const FORMAT_LIMITS: Readonly<Record<number, number>> = { 19: 0, 25: 1 }

/** Parameters 18 and 19 of one destination, read. */
export interface AlertDestination {
  /** 0: Platform Event Traps; 6 and 7: OEM. */
  readonly type: number
  /** Sent again until PET Acknowledge comes. */
  readonly acknowledged: boolean
  /** Between one try and the next. */
  readonly intervalMs: number
  /** Tries after the first. */
  readonly retries: number
  /** Four bytes; all 0: nowhere. */
  readonly address: Uint8Array
}

/** Where alerts of one LAN channel go. */
export class LanDestinations {
  readonly #kept: Store
  readonly #volatile: Store = new MemoryStore()
  readonly #channel: number

  constructor(store: Store, channel: number) {
    this.#kept = store
    this.#channel = channel
  }

  has(number: number): boolean {
    return sizes[number] !== undefined
  }

  get(number: number, destination: number): Uint8Array {
    const set = checked(destination)
    const fresh = new Uint8Array(sizes[number])
    fresh[0] = set
    return storedBytes(this.#store(set), this.#key(number, set), sizes[number]) ?? fresh
  }

  set(number: number, data: Uint8Array): void {
    if (data.length !== sizes[number])
      throw new DecodeError('length', `LAN parameter ${number} has ${sizes[number]} bytes`)
    const set = checked(data[0] & 0x0f)
    const format = data[1] >> 4
    if (format > (FORMAT_LIMITS[number] ?? 0x0f)) throw new DecodeError('field', `address format ${format}`)
    const value = data.slice()
    value[0] = set
    storeBytes(this.#store(set), this.#key(number, set), value)
  }

  /** The gateway and MAC of parameter 19 are the host's affair: it has its own routes. */
  destination(number: number): AlertDestination {
    const [, type, interval, retries] = this.get(TYPE, number)
    return {
      type: type & 0x07,
      acknowledged: (type & 0x80) !== 0,
      intervalMs: (interval + 1) * 1000,
      retries: retries & 0x07,
      address: this.get(ADDRESS, number).subarray(3, 7),
    }
  }

  #store(destination: number): Store {
    return destination === 0 ? this.#volatile : this.#kept
  }

  #key(number: number, destination: number): string {
    return `lan.${this.#channel}.${number}.${destination}`
  }
}

function checked(destination: number): number {
  if (destination <= LAN_DESTINATIONS) return destination
  throw new BmcError('out-of-range', `there are alert destinations 0 to ${LAN_DESTINATIONS}`)
}

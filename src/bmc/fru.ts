import { BmcError } from '../base/errors.ts'
import type { FruSeed } from './seeds.ts'
import type { Store } from './store.ts'
import { storeBytes, storedBytes } from './stored.ts'

/** FRU inventory devices of this controller (IPMI 2.0 chapter 34): bytes, whatever they mean. Writes are kept. */
export class Frus {
  readonly #store: Store
  readonly #seeds: ReadonlyMap<number, FruSeed>
  /** Made when first asked for: most BMCs are never asked. */
  readonly #contents = new Map<number, Uint8Array>()

  constructor(store: Store, seeds: readonly FruSeed[]) {
    this.#store = store
    this.#seeds = new Map(seeds.map((seed) => [seed.device, seed]))
  }

  get devices(): readonly number[] {
    return [...this.#seeds.keys()]
  }

  size(device: number): number {
    return this.#content(device).length
  }

  /** At most `count` bytes: fewer at the end. */
  read(device: number, offset: number, count: number): Uint8Array {
    const content = this.#content(device)
    if (offset >= content.length) throw new BmcError('out-of-range', `FRU ${device} has ${content.length} bytes`)
    return content.subarray(offset, offset + count)
  }

  /** All or nothing; returns how many bytes were written. */
  write(device: number, offset: number, bytes: Uint8Array): number {
    const content = this.#content(device)
    if (offset + bytes.length > content.length) {
      throw new BmcError('out-of-range', `FRU ${device} has ${content.length} bytes`)
    }
    const changed = new Uint8Array(content)
    changed.set(bytes, offset)
    storeBytes(this.#store, key(device), changed)
    this.#contents.set(device, changed)
    return bytes.length
  }

  #content(device: number): Uint8Array {
    const seed = this.#seeds.get(device)
    if (seed === undefined) throw new BmcError('not-found', `there is no FRU device ${device}`)
    const known = this.#contents.get(device)
    if (known !== undefined) return known
    const content = storedBytes(this.#store, key(device)) ?? seed.data()
    this.#contents.set(device, content)
    return content
  }
}

function key(device: number): string {
  return `fru.${device}`
}

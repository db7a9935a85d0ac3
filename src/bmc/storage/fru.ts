import { BmcError } from '../../base/errors.ts'
import { LazyMap } from '../../base/lazy-map.ts'
import type { FruSeed } from '../seeds.ts'
import type { Store } from '../store.ts'
import { storeBytes, storedBytes } from '../stored.ts'

/** FRU inventory devices of this controller (IPMI 2.0 chapter 34): bytes, whatever they mean. Writes are kept. */
export class Frus {
  readonly #store: Store
  #seeds: readonly FruSeed[]
  /** Made when first asked for: most BMCs are never asked. */
  readonly #contents = new LazyMap<number, Uint8Array>()

  constructor(store: Store, seeds: readonly FruSeed[]) {
    this.#store = store
    this.#seeds = seeds
  }

  get devices(): readonly number[] {
    return this.#seeds.map(({ device }) => device)
  }

  /** A device that comes while the BMC runs, or takes the place of one; what was written to that one is forgotten. */
  add(seed: FruSeed): void {
    if (storedBytes(this.#store, key(seed.device)) !== undefined) this.#store.set(key(seed.device), undefined)
    this.#contents.delete(seed.device)
    this.#seeds = [...this.#seeds.filter(({ device }) => device !== seed.device), seed]
  }

  #seed(device: number): FruSeed | undefined {
    return this.#seeds.find((seed) => seed.device === device)
  }

  size(device: number): number {
    const memory = this.#seed(device)?.memory
    if (memory !== undefined) return memory.size
    return this.#content(device).length
  }

  /** All of it. The same bytes are the same array where nobody has written. */
  whole(device: number): Uint8Array {
    const memory = this.#seed(device)?.memory
    return memory === undefined ? this.#content(device) : memory.read(0, memory.size)
  }

  /** At most `count` bytes: fewer at the end. */
  read(device: number, offset: number, count: number): Uint8Array {
    const size = this.size(device)
    if (offset >= size) throw new BmcError('out-of-range', `FRU ${device} has ${size} bytes`)
    const memory = this.#seed(device)?.memory
    if (memory !== undefined) return memory.read(offset, Math.min(count, size - offset))
    const content = this.#content(device)
    return content.subarray(offset, offset + count)
  }

  /** All or nothing; returns how many bytes were written. */
  write(device: number, offset: number, bytes: Uint8Array): number {
    const size = this.size(device)
    if (offset + bytes.length > size) {
      throw new BmcError('out-of-range', `FRU ${device} has ${size} bytes`)
    }
    const memory = this.#seed(device)?.memory
    if (memory !== undefined) {
      memory.write(offset, bytes)
      return bytes.length
    }
    const content = this.#content(device)
    const changed = new Uint8Array(content)
    changed.set(bytes, offset)
    storeBytes(this.#store, key(device), changed)
    this.#contents.set(device, changed)
    return bytes.length
  }

  #content(device: number): Uint8Array {
    const seed = this.#seed(device)
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

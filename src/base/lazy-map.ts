/**
 * A Map that takes no room before its first entry. An empty Map of V8 has a table of some 150 bytes; a BMC has two dozen maps
 * that most BMCs never put anything into, and a process has thousands of BMCs.
 */
export class LazyMap<K, V> {
  #map: Map<K, V> | undefined

  get size(): number {
    return this.#map?.size ?? 0
  }

  get(key: K): V | undefined {
    return this.#map?.get(key)
  }

  has(key: K): boolean {
    return this.#map?.has(key) ?? false
  }

  set(key: K, value: V): void {
    this.#map ??= new Map()
    this.#map.set(key, value)
  }

  delete(key: K): boolean {
    return this.#map?.delete(key) ?? false
  }

  clear(): void {
    this.#map = undefined
  }

  keys(): Iterable<K> {
    return this.#map?.keys() ?? []
  }

  values(): Iterable<V> {
    return this.#map?.values() ?? []
  }

  [Symbol.iterator](): Iterator<[K, V]> {
    return (this.#map ?? [])[Symbol.iterator]()
  }
}

/** A Set in the same manner. */
export class LazySet<T> {
  #set: Set<T> | undefined

  get size(): number {
    return this.#set?.size ?? 0
  }

  has(value: T): boolean {
    return this.#set?.has(value) ?? false
  }

  add(value: T): void {
    this.#set ??= new Set()
    this.#set.add(value)
  }

  delete(value: T): boolean {
    return this.#set?.delete(value) ?? false
  }

  clear(): void {
    this.#set = undefined
  }

  [Symbol.iterator](): Iterator<T> {
    return (this.#set ?? [])[Symbol.iterator]()
  }
}

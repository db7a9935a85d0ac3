import { fromHex, hex } from '../base/bytes.ts'
import type { Store } from './store.ts'

/** Typed reading of stored values. A value of another shape, from an edited file, counts as absent. */

export function storedNumber(store: Store, key: string): number | undefined {
  const value = store.get(key)
  return typeof value === 'number' ? value : undefined
}

export function storedBoolean(store: Store, key: string): boolean | undefined {
  const value = store.get(key)
  return typeof value === 'boolean' ? value : undefined
}

/** One of a fixed set of words. */
export function storedWord<const W extends string>(store: Store, key: string, words: readonly W[]): W | undefined {
  const value = store.get(key)
  return words.find((word) => word === value)
}

/** Bytes are kept as hex text; `length` given, any other length is absent too. */
export function storedBytes(store: Store, key: string, length?: number): Uint8Array | undefined {
  return bytesOfHex(store.get(key), length)
}

export function bytesOfHex(value: unknown, length?: number): Uint8Array | undefined {
  if (typeof value !== 'string' || !/^([0-9a-f]{2})*$/.test(value)) return undefined
  if (length !== undefined && value.length !== length * 2) return undefined
  return fromHex(value)
}

/** A secret; one that an earlier version left in clear is sealed now. */
export function storedSecret(
  store: Store,
  key: string,
  inClear: (value: unknown) => Uint8Array | undefined,
): Uint8Array | undefined {
  const secret = store.getSecret(key)
  if (secret !== undefined) return secret
  const old = inClear(store.get(key))
  if (old !== undefined) store.setSecret(key, old)
  return old
}

export function storeBytes(store: Store, key: string, value: Uint8Array): void {
  store.set(key, hex(value, ''))
}

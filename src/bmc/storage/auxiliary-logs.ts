import { DecodeError } from '../../base/bytes.ts'
import { BmcError } from '../../base/errors.ts'
import type { Store } from '../store.ts'
import { storeBytes, storedBytes } from '../stored.ts'

/** Of the machine check log: the time of its last entry, and how many it has. Of a maker's: time, its number, its data. */
const sizes: Readonly<Record<number, number>> = { 0: 8, 1: 15, 2: 15 }

/** No entry was ever made: an unspecified time (IPMI 2.0 §37.1). */
const NO_TIME = new Uint8Array(4).fill(0xff)

/**
 * What the machine's firmware tells of logs that it keeps itself, the machine check log and two of a maker's own (§31.12,
 * §31.13, Table 31-13). The logs are not here; their status is, for whoever asks.
 */
export class AuxiliaryLogs {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  status(log: number): Uint8Array {
    const size = sizeOf(log)
    const known = storedBytes(this.#store, key(log), size)
    if (known !== undefined) return known
    const none = new Uint8Array(size)
    none.set(NO_TIME)
    return none
  }

  setStatus(log: number, status: Uint8Array): void {
    const size = sizeOf(log)
    if (status.length !== size) throw new DecodeError('length', `the status of log ${log} has ${size} bytes`)
    storeBytes(this.#store, key(log), status)
  }
}

function sizeOf(log: number): number {
  const size = sizes[log]
  if (size === undefined) throw new BmcError('invalid-field', `there are auxiliary logs 0 to 2, and no ${log}`)
  return size
}

function key(log: number): string {
  return `auxiliary-log.${log}`
}

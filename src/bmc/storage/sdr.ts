import { fromHex, hex } from '../../base/bytes.ts'
import { BmcError } from '../../base/errors.ts'
import { LazyMap } from '../../base/lazy-map.ts'
import { SDR_HEADER } from '../../ipmi/sdr.ts'
import type { Store } from '../store.ts'
import { storedNumber } from '../stored.ts'
import { Reservations } from './reservations.ts'
import type { StorageClock } from './storage-clock.ts'

const FIRST = 0x0000
const LAST = 0xffff
const HIGHEST_ID = 0xfffe
/** Bytes of records. "FFFEh" in Get SDR Repository Info is the most that can be said (§33.9). */
const CAPACITY = 0xfffe

/**
 * Sensor data records by number (IPMI 2.0 chapter 33). What the configuration says is shared by all BMCs of a
 * personality and never written to; the first change makes a copy, which is kept and wins from then on.
 *
 * FreeIPMI and xCAT keep the records they read and look at the two times and the count to see whether they still hold, so
 * untouched records have a time made of their content: it changes when they do, and only then.
 */
export class SdrRepository {
  readonly reservations = new Reservations()
  readonly #clock: StorageClock
  readonly #store: Store
  readonly #seed: readonly Uint8Array[]
  #records: readonly Uint8Array[]
  /** Added to a running BMC by its emulator: gone when it ends. By a key of the emulator's. */
  readonly #passing = new LazyMap<string, Uint8Array>()
  #passingSince: number | undefined
  #updating = false
  #upload: { readonly id: number; readonly record: Uint8Array; filled: number } | undefined

  /** Records of the seed have their IDs already. */
  constructor(clock: StorageClock, store: Store, seed: readonly Uint8Array[]) {
    this.#clock = clock
    this.#store = store
    this.#seed = seed
    this.#records = storedRecords(store) ?? seed
  }

  get records(): readonly Uint8Array[] {
    return this.#passing.size === 0 ? this.#records : [...this.#records, ...this.#passing.values()]
  }

  get free(): number {
    return CAPACITY - this.records.reduce((total, record) => total + record.length, 0)
  }

  get lastAdded(): number {
    const stored = storedNumber(this.#store, 'sdr.added')
    if (this.#passingSince !== undefined) return Math.max(this.#passingSince, stored ?? 0)
    return stored ?? contentTime(this.#seed)
  }

  get lastErased(): number {
    return storedNumber(this.#store, 'sdr.erased') ?? contentTime([])
  }

  record(id: number): { readonly record: Uint8Array; readonly next: number } {
    const index = this.#indexOf(id)
    const { records } = this
    const after = records[index + 1]
    return { record: records[index], next: after === undefined ? LAST : idOf(after) }
  }

  /** The ID of the full or compact record (types 01h and 02h, §43.1, §43.2) of a sensor of this BMC, if there is one. */
  idOfSensor(lun: number, number: number): number | undefined {
    const record = this.#records.find((one) => {
      return (one[3] === 0x01 || one[3] === 0x02) && (one[6] & 0x03) === lun && one[7] === number
    })
    return record === undefined ? undefined : idOf(record)
  }

  /** A whole record; its ID is given here. */
  add(given: Uint8Array): number {
    if (given.length < SDR_HEADER || given[4] !== given.length - SDR_HEADER) {
      throw new BmcError('invalid-field', 'byte 5 of an SDR counts the bytes after its header')
    }
    if (given.length > this.free) throw new BmcError('full', 'the SDR repository is full')
    const record = new Uint8Array(given)
    const id = this.#freeId()
    new DataView(record.buffer).setUint16(0, id, true)
    this.#keep([...this.#records, record], 'sdr.added')
    return id
  }

  /** A record that is kept in memory only, in place of the one that had the same key. */
  describe(key: string, given: Uint8Array): void {
    const record = new Uint8Array(given)
    const known = this.#passing.get(key)
    if (record.length > this.free + (known?.length ?? 0)) throw new BmcError('full', 'the SDR repository is full')
    new DataView(record.buffer).setUint16(0, known === undefined ? this.#freeId() : idOf(known), true)
    this.#passing.set(key, record)
    this.#passingSince = this.#clock.seconds
    this.reservations.cancel()
  }

  /** True where `describe` gave it a record that is still there. */
  describes(key: string): boolean {
    return this.#passing.has(key)
  }

  /**
   * Partial Add SDR (§33.14): the first piece has ID 0000h and offset 0 and at least the header, the last one makes the
   * record count.
   */
  addPart(id: number, offset: number, last: boolean, data: Uint8Array): number {
    if (id === 0 && offset === 0) this.#upload = this.#begin(data)
    const upload = this.#upload
    if (upload === undefined || (id !== 0 && id !== upload.id)) throw new BmcError('not-found', 'no such upload')
    if (offset !== upload.filled || offset + data.length > upload.record.length) {
      throw new BmcError('invalid-field', `the next byte of this record is byte ${upload.filled}`)
    }
    upload.record.set(data, offset)
    upload.filled += data.length
    if (!last) return upload.id
    this.#upload = undefined
    if (upload.filled < upload.record.length) throw new BmcError('invalid-field', 'the record is not whole yet')
    return this.add(upload.record)
  }

  delete(id: number): number {
    const index = this.#indexOf(id)
    const record = this.records[index]
    const passing = [...this.#passing.keys()].find((key) => this.#passing.get(key) === record)
    if (passing === undefined) {
      this.#keep(
        this.#records.filter((one) => one !== record),
        'sdr.erased',
      )
    } else {
      this.#passing.delete(passing)
      this.#store.set('sdr.erased', this.#clock.seconds)
      this.reservations.cancel()
    }
    return idOf(record)
  }

  clear(): void {
    this.#passing.clear()
    this.#keep([], 'sdr.erased')
  }

  /**
   * The modal way to change records (§33.19, §33.20). Here they can be changed at any time, so the mode stops nobody; who
   * reads meanwhile starts over when it begins and when it ends. Returns false where there is no mode to leave.
   */
  update(mode: 'enter' | 'exit'): boolean {
    const was = this.#updating
    this.#updating = mode === 'enter'
    if (was !== this.#updating) this.reservations.cancel()
    return was || this.#updating
  }

  #begin(data: Uint8Array) {
    if (data.length < SDR_HEADER) throw new BmcError('invalid-field', 'the first piece has the header of the record')
    return { id: this.#freeId(), record: new Uint8Array(SDR_HEADER + data[4]), filled: 0 }
  }

  #indexOf(id: number): number {
    const { records } = this
    const index = id === FIRST ? 0 : id === LAST ? records.length - 1 : records.findIndex((one) => idOf(one) === id)
    if (records[index] === undefined) throw new BmcError('not-found', `no SDR ${id}`)
    return index
  }

  #freeId(): number {
    const { records } = this
    const taken = new Set(records.map(idOf))
    let id = records.reduce((highest, record) => Math.max(highest, idOf(record)), 0)
    do id = id >= HIGHEST_ID ? 1 : id + 1
    while (taken.has(id))
    return id
  }

  #keep(records: readonly Uint8Array[], time: 'sdr.added' | 'sdr.erased'): void {
    this.#store.set(
      'sdr.records',
      records.map((record) => hex(record, '')),
    )
    this.#store.set(time, this.#clock.seconds)
    this.#records = records
    this.reservations.cancel()
  }
}

function idOf(record: Uint8Array): number {
  return record[0] | (record[1] << 8)
}

function storedRecords(store: Store): readonly Uint8Array[] | undefined {
  const value = store.get('sdr.records')
  if (!Array.isArray(value)) return undefined
  const texts = value.filter((text) => typeof text === 'string' && /^([0-9a-f]{2}){5,}$/.test(text))
  return texts.length === value.length ? texts.map((text) => fromHex(text)) : undefined
}

const YEAR_SECONDS = 365 * 24 * 3600
/** 2024-01-01 00:00 UTC. */
const FIRST_TIME = 1_704_067_200

/** A second of 2024 that follows from the content (FNV-1a, 32 bits). */
function contentTime(records: readonly Uint8Array[]): number {
  let hash = 0x811c9dc5
  for (const record of records) for (const byte of record) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return FIRST_TIME + (hash % YEAR_SECONDS)
}

import { BmcError, messageOf } from '../../base/errors.ts'
import { Listeners } from '../../base/listeners.ts'
import type { Logger } from '../../base/logger.ts'
import {
  decodeSelRecord,
  EVENT_REVISION,
  encodeSelRecord,
  isTimestamped,
  SEL_RECORD,
  SYSTEM_EVENT,
  type SystemEvent,
} from '../../ipmi/sel-record.ts'
import type { SelSeed } from '../seeds.ts'
import type { Journal } from './journal.ts'
import { Reservations } from './reservations.ts'
import { replay, type SelState, selLines, shortened } from './sel-log.ts'
import { SelUpload } from './sel-upload.ts'
import type { StorageClock } from './storage-clock.ts'

/** Something that happened, as an event message says it (IPMI 2.0 §29.3). */
export interface PlatformEvent {
  readonly sensorType: number
  readonly sensorNumber: number
  /** Event/reading type code (§42.1): 01h threshold, 6Fh sensor-specific. */
  readonly eventType: number
  readonly deasserted?: boolean
  readonly data: readonly [number, number, number]
  /** Who says so; the BMC itself (20h, LUN 0) unless given. */
  readonly generatorId?: number
  /** Event message format; 04h, IPMI 1.5 and later, unless given. */
  readonly revision?: number
  /** Logged even where event logging is off, as what the guest says is (§22.1). */
  readonly logged?: 'always'
}

/** FFFFh asks for the last record, 0000h for the first (§31.5). */
const FIRST = 0x0000
const LAST = 0xffff
const HIGHEST_ID = 0xfffe
const BMC_ADDRESS = 0x20
/** Lines of history a journal may have beyond what a fresh one would. */
const SPARE_LINES = 256

/**
 * The system event log (IPMI 2.0 chapter 31). When it is full it drops what comes and says so (overflow), as the
 * specification has it: the first events of a disaster are worth more than the last. Told to overwrite, it drops the oldest
 * record instead; then nothing that comes is ever dropped, and there is no overflow.
 */
export class Sel {
  readonly reservations = new Reservations()
  #capacity: number
  #support: number
  /** Where Partial Add SEL Entry puts its pieces. */
  readonly upload = new SelUpload(this)
  readonly #overwritesWhenFull: boolean
  readonly #clock: StorageClock
  readonly #log: Logger
  readonly #journal: Journal
  readonly #logs: () => boolean
  #state: SelState
  readonly #listeners = new Listeners<[SystemEvent, 'event' | 'record']>()
  readonly #changed = new Listeners<[change: 'added' | 'cleared', record?: Uint8Array]>()
  #lines: number

  /** `logs`: whether events become records now (§22.1); they do unless given. Records that are written always do. */
  constructor(parts: { clock: StorageClock; log: Logger; journal: Journal; seed: SelSeed; logs?: () => boolean }) {
    this.#clock = parts.clock
    this.#log = parts.log
    this.#journal = parts.journal
    this.#logs = parts.logs ?? (() => true)
    this.#capacity = parts.seed.capacity
    this.#support = parts.seed.support
    this.#overwritesWhenFull = parts.seed.whenFull === 'overwrite'
    const kept = parts.journal.lines()
    this.#state = replay(kept ?? [])
    this.#lines = kept?.length ?? 0
    // What the configuration puts into the SEL was there from the factory on: once, and cleared for good by a clear.
    if (kept === undefined) for (const record of parts.seed.records) this.add(record)
  }

  get capacity(): number {
    return this.#capacity
  }

  /** Operation support bits of §31.2 that this SEL offers. */
  get support(): number {
    return this.#support
  }

  /** When it is full, the oldest record makes room. */
  get overwrites(): boolean {
    return this.#overwritesWhenFull && this.#capacity > 0
  }

  /** Room for more or fewer records. Those that are there stay. */
  resize(capacity: number, support: number): void {
    this.#capacity = capacity
    this.#support = support
  }

  get count(): number {
    return this.#state.records.size
  }

  get overflow(): boolean {
    return this.#state.overflow
  }

  get lastAdded(): number {
    return this.#state.lastAdded
  }

  get lastErased(): number {
    return this.#state.lastErased
  }

  /** The record, and the ID of the one behind it (FFFFh: none). */
  entry(id: number): { readonly record: Uint8Array; readonly next: number } {
    const ids = [...this.#state.records.keys()]
    const index = id === FIRST ? 0 : id === LAST ? ids.length - 1 : ids.indexOf(id)
    const record = this.#state.records.get(ids[index])
    if (record === undefined) throw new BmcError('not-found', `no SEL record ${id}`)
    return { record, next: ids[index + 1] ?? LAST }
  }

  get(id: number): Uint8Array | undefined {
    return this.#state.records.get(id)
  }

  get records(): readonly Uint8Array[] {
    return [...this.#state.records.values()]
  }

  /** Sixteen bytes; the ID is given here, and below type E0h the time too (§31.6). Returns the ID. */
  add(given: Uint8Array): number {
    if (given.length !== SEL_RECORD) throw new BmcError('invalid-field', 'a SEL record has 16 bytes')
    const record = this.#append(given)
    this.#announce(record, 'record')
    this.#changed.call('added', record)
    return record[0] | (record[1] << 8)
  }

  /** The one verb for what happens to this BMC and its sensors. It never fails: a full SEL has its own flag. */
  event(event: PlatformEvent): void {
    const record = encodeSelRecord({
      kind: 'system',
      id: 0,
      timestamp: this.#clock.seconds,
      generatorId: event.generatorId ?? BMC_ADDRESS,
      revision: event.revision ?? EVENT_REVISION,
      sensorType: event.sensorType,
      sensorNumber: event.sensorNumber,
      deasserted: event.deasserted ?? false,
      eventType: event.eventType,
      data: Uint8Array.from(event.data),
    })
    const logged = event.logged === 'always' || this.#logs() ? this.#appended(record) : undefined
    this.#announce(logged ?? record, 'event')
    if (logged !== undefined) this.#changed.call('added', logged)
  }

  /**
   * Every system event, logged or dropped for want of room: what platform event filtering looks at. `from` tells what
   * happened from what somebody wrote as a record.
   */
  onEvent(fn: (event: SystemEvent, from: 'event' | 'record') => void): () => void {
    return this.#listeners.add(fn)
  }

  /** The log itself: a record more, or all of them gone. */
  onChange(fn: (change: 'added' | 'cleared', record?: Uint8Array) => void): () => void {
    return this.#changed.add(fn)
  }

  /** Throws BmcError `full` where `add` would. */
  checkRoom(): void {
    if (this.count < this.capacity || this.overwrites) return
    this.#overflowed()
    throw new BmcError('full', `the SEL is full (${this.capacity} records); clear it`)
  }

  /** Returns the ID that was deleted; FIRST and LAST are as in `entry`. */
  delete(id: number): number {
    const { record } = this.entry(id)
    const found = record[0] | (record[1] << 8)
    const seconds = this.#clock.seconds
    this.#write(selLines.delete(seconds, found))
    this.#state.records.delete(found)
    this.#state.lastErased = seconds
    this.reservations.cancel()
    return found
  }

  clear(): void {
    const cleared = { ...this.#state, records: new Map(), lastId: 0, overflow: false, lastErased: this.#clock.seconds }
    this.#shorten(cleared)
    this.#state = cleared
    this.reservations.cancel()
    this.#changed.call('cleared')
  }

  #append(given: Uint8Array): Uint8Array {
    this.checkRoom()
    const [oldest] = this.count >= this.capacity ? this.#state.records.keys() : []
    // A copy whatever it is: slice() of a Buffer is a view of the packet.
    const record = new Uint8Array(given)
    const id = this.#freeId()
    const seconds = this.#clock.seconds
    const view = new DataView(record.buffer)
    view.setUint16(0, id, true)
    if (isTimestamped(record[2])) view.setUint32(3, seconds, true)
    this.#write(oldest === undefined ? selLines.add(seconds, record) : selLines.overwrite(seconds, record))
    if (oldest !== undefined) this.#state.records.delete(oldest)
    this.#state.records.set(id, record)
    this.#state.lastId = id
    this.#state.lastAdded = seconds
    return record
  }

  /** Undefined where it found no room. */
  #appended(record: Uint8Array): Uint8Array | undefined {
    try {
      if (this.count < this.capacity || this.overwrites) return this.#append(record)
      this.#overflowed()
    } catch (error) {
      this.#log.warn({ error: messageOf(error) }, 'an event was not logged')
    }
    return undefined
  }

  #announce(record: Uint8Array, from: 'event' | 'record'): void {
    if (record[2] !== SYSTEM_EVENT) return
    const event = decodeSelRecord(record)
    if (event.kind === 'system') this.#listeners.call(event, from)
  }

  #overflowed(): void {
    if (this.#state.overflow) return
    this.#write(selLines.overflow())
    this.#state.overflow = true
    this.#log.warn({ capacity: this.capacity }, 'the SEL is full: events are dropped until it is cleared')
  }

  #freeId(): number {
    let id = this.#state.lastId
    do id = id >= HIGHEST_ID ? 1 : id + 1
    while (this.#state.records.has(id))
    return id
  }

  #write(line: string): void {
    if (this.#lines > this.count + SPARE_LINES) this.#shorten(this.#state)
    this.#journal.append(line)
    this.#lines++
  }

  #shorten(state: SelState): void {
    const lines = shortened(state)
    this.#journal.replace(lines)
    this.#lines = lines.length
  }
}

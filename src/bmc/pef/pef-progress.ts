import { decodeSelRecord, type SystemEvent } from '../../ipmi/sel-record.ts'
import type { Sel } from '../storage/sel.ts'
import type { Store } from '../store.ts'
import { storedNumber } from '../stored.ts'

const NO_RECORD = 0xffff

/**
 * How far software and BMC have come in the SEL (IPMI 2.0 §17.4.1, §30.5, §30.6). What the BMC has come to is written down
 * when its alerts are done, and when the filters change; an event behind that was not finished when the BMC was killed.
 */
export class PefProgress {
  readonly #store: Store
  readonly #sel: Sel
  #software: number
  #bmc: number

  constructor(store: Store, sel: Sel) {
    this.#store = store
    this.#sel = sel
    this.#software = storedNumber(store, 'pef.software') ?? 0
    this.#bmc = storedNumber(store, 'pef.bmc') ?? this.newest
  }

  get software(): number {
    return this.#software
  }

  /** 0: the event could not be logged. FFFFh: there was none yet. */
  get bmc(): number {
    return this.#bmc
  }

  /** The record ID of the last record in the SEL, FFFFh where it has none. */
  get newest(): number {
    const record = this.#sel.count === 0 ? undefined : this.#sel.entry(NO_RECORD).record
    return record === undefined ? NO_RECORD : record[0] | (record[1] << 8)
  }

  setSoftware(id: number): void {
    this.#store.set('pef.software', id)
    this.#software = id
  }

  setBmc(id: number): void {
    this.#bmc = id
    this.finished()
  }

  /** The event needs no more thought. */
  passed(event: SystemEvent): void {
    this.#bmc = event.id
  }

  /** Everything up to this record is done with: written down. */
  finished(id = this.#bmc): void {
    if (storedNumber(this.#store, 'pef.bmc') !== id) this.#store.set('pef.bmc', id)
  }

  /** An event that is alone in the SEL: it was cleared, and the numbers start afresh. */
  heard(event: SystemEvent): void {
    if (event.id !== 0 && this.#sel.count === 1 && this.#software !== 0) this.setSoftware(0)
  }

  /**
   * Takes the events behind what software and BMC had come to when the BMC was last stopped, and those of this start. None
   * where the BMC's mark is of a record that is there no more.
   */
  takeLeftOver(): SystemEvent[] {
    const records = this.#sel.records.map((record) => decodeSelRecord(record))
    const at = records.findIndex(({ id }) => id === this.#bmc)
    if (records.length === 0 || (at < 0 && this.#bmc !== NO_RECORD)) return []
    const bySoftware = records.findIndex(({ id }) => id === this.#software)
    this.#bmc = records[records.length - 1].id
    return records.slice(Math.max(at, bySoftware) + 1).filter((record) => record.kind === 'system')
  }
}

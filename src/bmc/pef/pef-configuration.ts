import { DecodeError } from '../../base/bytes.ts'
import type { Clock } from '../../base/clock.ts'
import { BmcError } from '../../base/errors.ts'
import {
  ALERT_POLICY_BYTES,
  type AlertPolicy,
  alertPolicy,
  EVENT_FILTER_BYTES,
  type EventFilter,
  eventFilter,
  PefAction,
  trapGuid,
} from '../../ipmi/pef.ts'
import { SetInProgress } from '../set-in-progress.ts'
import { MemoryStore, type Store } from '../store.ts'
import { storeBytes, storedBytes } from '../stored.ts'
import { factoryFilters, factoryPolicy } from './pef-factory.ts'

/** PEF configuration parameters (IPMI 2.0 §30.4, Table 30-6). */
export const PefParameter = {
  setInProgress: 0,
  control: 1,
  actions: 2,
  startupDelay: 3,
  alertStartupDelay: 4,
  filterCount: 5,
  filter: 6,
  filterData1: 7,
  policyCount: 8,
  policy: 9,
  systemGuid: 10,
  stringCount: 11,
  stringKeys: 12,
  strings: 13,
} as const

/** Bits of parameter 1. */
const PEF_ENABLED = 0x01
const EVENT_MESSAGES = 0x02
const STARTUP_DELAY = 0x04
const ALERT_STARTUP_DELAY = 0x08

export const EVENT_FILTERS = 20
const POLICIES = 20
/** Besides string 0, which is kept in memory only, for Alert Immediate. */
const STRINGS = 8
const BLOCK = 16
const STRING_BLOCKS = 4
const STRING_BYTES = BLOCK * STRING_BLOCKS

/** What this BMC can do of Table 17-1: all but OEM actions. */
export const pefActions =
  PefAction.alert | PefAction.powerDown | PefAction.reset | PefAction.powerCycle | PefAction.diagnosticInterrupt

const OFFERED_IN_GLOBAL = pefActions | PefAction.oem
/** Seconds: what the specification takes where nothing is configured. The control bits that use them are off at first. */
const DEFAULT_DELAY = 60

interface Plain {
  readonly size: number
  readonly initial: readonly number[]
  readonly readOnly?: true
  /** Bits that mean something. */
  readonly mask?: number
}

const plain: Readonly<Record<number, Plain>> = {
  [PefParameter.control]: { size: 1, initial: [PEF_ENABLED | EVENT_MESSAGES], mask: 0x0f },
  [PefParameter.actions]: { size: 1, initial: [pefActions], mask: OFFERED_IN_GLOBAL },
  [PefParameter.startupDelay]: { size: 1, initial: [DEFAULT_DELAY] },
  [PefParameter.alertStartupDelay]: { size: 1, initial: [DEFAULT_DELAY] },
  [PefParameter.filterCount]: { size: 1, initial: [EVENT_FILTERS], readOnly: true },
  [PefParameter.policyCount]: { size: 1, initial: [POLICIES], readOnly: true },
  [PefParameter.systemGuid]: { size: 17, initial: new Array<number>(17).fill(0) },
  [PefParameter.stringCount]: { size: 1, initial: [STRINGS], readOnly: true },
}

/** Parameters with a set selector in front, which runs from `first` to `last`. */
interface Table {
  readonly size: number
  readonly first: number
  readonly last: number
  readonly what: string
}

const tables: Readonly<Record<number, Table>> = {
  [PefParameter.filter]: { size: EVENT_FILTER_BYTES, first: 1, last: EVENT_FILTERS, what: 'event filters' },
  [PefParameter.filterData1]: { size: 1, first: 1, last: EVENT_FILTERS, what: 'event filters' },
  [PefParameter.policy]: { size: ALERT_POLICY_BYTES, first: 1, last: POLICIES, what: 'alert policies' },
  [PefParameter.stringKeys]: { size: 2, first: 0, last: STRINGS, what: 'alert strings' },
}

/**
 * What a client may configure of PEF. Everything that is set is kept in the store, string 0 and its keys excepted; what was
 * never set is as the factory left it.
 */
export class PefConfiguration {
  readonly setInProgress: SetInProgress
  readonly #kept: Store
  readonly #volatile: Store = new MemoryStore()
  /** Decoded when first needed and after each change: every event asks for them. */
  #filters: readonly EventFilter[] | undefined

  readonly #lanChannel: number

  /** `lanChannel` is where the factory's alert policies lead. */
  constructor(clock: Clock, store: Store, lanChannel: number) {
    this.setInProgress = new SetInProgress(clock)
    this.#kept = store
    this.#lanChannel = lanChannel
  }

  get enabled(): boolean {
    return (this.#byte(PefParameter.control) & PEF_ENABLED) !== 0
  }

  /** Every action is an event of its own. */
  get reportsActions(): boolean {
    return (this.#byte(PefParameter.control) & EVENT_MESSAGES) !== 0
  }

  /** The actions that are allowed at all. */
  get actions(): number {
    return this.#byte(PefParameter.actions) & pefActions
  }

  /** Seconds after a start or reset of the machine in which nothing is filtered. */
  get startupDelay(): number {
    return (this.#byte(PefParameter.control) & STARTUP_DELAY) === 0 ? 0 : this.#byte(PefParameter.startupDelay)
  }

  /** Seconds after a start or reset in which no alert is sent. */
  get alertStartupDelay(): number {
    const on = (this.#byte(PefParameter.control) & ALERT_STARTUP_DELAY) !== 0
    return on ? this.#byte(PefParameter.alertStartupDelay) : 0
  }

  /** The event filter table, filter 1 first. */
  get filters(): readonly EventFilter[] {
    this.#filters ??= numbers(1, EVENT_FILTERS).map((number) => eventFilter.decode(this.#filter(number)))
    return this.#filters
  }

  /** The enabled entries of one policy set, in the order of the table. */
  policies(set: number): readonly AlertPolicy[] {
    return numbers(1, POLICIES)
      .map((number) => alertPolicy.decode(this.#row(PefParameter.policy, number)))
      .filter(({ enabled, policy }) => enabled && policy === set)
  }

  /** As Get System GUID would send it; undefined: that one is to be used. */
  get guid(): Uint8Array | undefined {
    const { used, guid } = trapGuid.decode(this.#plain(PefParameter.systemGuid))
    return used ? guid : undefined
  }

  hasString(selector: number): boolean {
    return selector <= STRINGS
  }

  /** An alert string up to its NUL. */
  string(selector: number): Uint8Array {
    if (selector > STRINGS) throw new BmcError('out-of-range', `there are alert strings 0 to ${STRINGS}`)
    const bytes = this.#string(selector)
    const end = bytes.indexOf(0)
    return end < 0 ? bytes : bytes.subarray(0, end)
  }

  /** The string of a set that is meant for a filter (§17.11, parameter 12). */
  stringFor(filters: readonly number[], set: number): Uint8Array {
    for (const selector of numbers(1, STRINGS)) {
      const [filter, own] = this.#row(PefParameter.stringKeys, selector)
      if ((own & 0x7f) === set && filters.includes(filter & 0x7f)) return this.string(selector)
    }
    return new Uint8Array()
  }

  /** The parameter's bytes, or undefined where there is no such parameter. */
  get(number: number, set: number, block: number): Uint8Array | undefined {
    if (number === PefParameter.setInProgress) return Uint8Array.of(this.setInProgress.active ? 1 : 0)
    if (number === PefParameter.strings) {
      const at = blockOffset(set & 0x7f, block)
      return Uint8Array.of(set & 0x7f, block, ...this.#string(set & 0x7f).subarray(at, at + BLOCK))
    }
    const table = tables[number]
    if (table !== undefined) {
      const selector = selectorOf(table, set)
      return Uint8Array.of(selector, ...this.#row(number, selector))
    }
    return plain[number] === undefined ? undefined : this.#plain(number)
  }

  /** Writes any parameter but 0. 'unknown' and 'read-only' are answered with codes of the command's own. */
  set(number: number, data: Uint8Array): 'set' | 'unknown' | 'read-only' {
    this.setInProgress.touch()
    if (number === PefParameter.strings) return this.#setString(data)
    const table = tables[number]
    if (table !== undefined) return this.#setRow(number, table, data)
    const parameter = plain[number]
    if (parameter === undefined) return 'unknown'
    if (parameter.readOnly) return 'read-only'
    mustBe(data, parameter.size)
    const value = parameter.mask === undefined ? data : Uint8Array.of(data[0] & parameter.mask)
    storeBytes(this.#kept, `pef.${number}`, value)
    return 'set'
  }

  #setRow(number: number, table: Table, data: Uint8Array): 'set' {
    mustBe(data, 1 + table.size)
    const selector = selectorOf(table, data[0])
    const row = data.slice(1)
    if (number === PefParameter.filterData1) {
      const filter = this.#filter(selector)
      filter[0] = row[0]
      storeBytes(this.#kept, `pef.6.${selector}`, filter)
    } else {
      if (number === PefParameter.filter) checkFilter(row)
      storeBytes(this.#storeOf(number, selector), `pef.${number}.${selector}`, row)
    }
    this.#filters = undefined
    return 'set'
  }

  #setString(data: Uint8Array): 'set' {
    if (data.length < 3 || data.length > 2 + BLOCK)
      throw new DecodeError('length', 'an alert string block has 1 to 16 bytes')
    const selector = data[0] & 0x7f
    const at = blockOffset(selector, data[1])
    const string = this.#string(selector)
    string.set(data.subarray(2), at)
    storeBytes(this.#storeOf(PefParameter.strings, selector), `pef.13.${selector}`, string)
    return 'set'
  }

  #byte(number: number): number {
    return this.#plain(number)[0]
  }

  #plain(number: number): Uint8Array {
    const { size, initial } = plain[number]
    return storedBytes(this.#kept, `pef.${number}`, size) ?? Uint8Array.from(initial)
  }

  #row(number: number, selector: number): Uint8Array {
    if (number === PefParameter.filter) return this.#filter(selector)
    if (number === PefParameter.filterData1) return this.#filter(selector).slice(0, 1)
    const { size } = tables[number]
    return (
      storedBytes(this.#storeOf(number, selector), `pef.${number}.${selector}`, size) ??
      (number === PefParameter.policy ? factoryPolicy(selector, this.#lanChannel) : new Uint8Array(size))
    )
  }

  #filter(number: number): Uint8Array {
    return (
      storedBytes(this.#kept, `pef.6.${number}`, EVENT_FILTER_BYTES) ??
      Uint8Array.from(factoryFilters[number - 1] ?? new Uint8Array(EVENT_FILTER_BYTES))
    )
  }

  #string(selector: number): Uint8Array {
    const store = this.#storeOf(PefParameter.strings, selector)
    return storedBytes(store, `pef.13.${selector}`, STRING_BYTES) ?? new Uint8Array(STRING_BYTES)
  }

  #storeOf(number: number, selector: number): Store {
    const ofString = number === PefParameter.stringKeys || number === PefParameter.strings
    return ofString && selector === 0 ? this.#volatile : this.#kept
  }
}

/** What could never happen is not promised: there are no OEM actions here, and nobody in an ICMB group to control. */
function checkFilter(row: Uint8Array): void {
  const { action } = eventFilter.decode(row)
  if ((action & (PefAction.oem | PefAction.group)) !== 0) {
    throw new DecodeError('field', 'a filter with an OEM or group control action')
  }
}

function selectorOf({ first, last, what }: Table, given: number): number {
  const selector = given & 0x7f
  if (selector >= first && selector <= last) return selector
  throw new BmcError('out-of-range', `there are ${what} ${first} to ${last}`)
}

/** Blocks are counted from 1. */
function blockOffset(selector: number, block: number): number {
  if (selector > STRINGS) throw new BmcError('out-of-range', `there are alert strings 0 to ${STRINGS}`)
  if (block < 1 || block > STRING_BLOCKS) {
    throw new BmcError('out-of-range', `an alert string has blocks 1 to ${STRING_BLOCKS}`)
  }
  return (block - 1) * BLOCK
}

function numbers(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
}

function mustBe(data: Uint8Array, size: number): void {
  if (data.length !== size) throw new DecodeError('length', `${size} bytes wanted, ${data.length} given`)
}

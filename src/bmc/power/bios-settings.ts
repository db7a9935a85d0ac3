import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../../base/clock.ts'
import { BmcError } from '../../base/errors.ts'
import type { Machine } from '../../machine/machine.ts'
import type { MachineSettings, SettingsFacts } from '../../machine/settings.ts'
import type { Store } from '../store.ts'

const CURRENT = 'bios.current'
const PENDING = 'bios.pending'
/** Everything was asked to be as configured; what was set since comes on top. */
const DEFAULTS = 'bios.defaults'
const OUTCOME = 'bios.outcome'

/** What became of the settings that waited last. */
export interface SettingsOutcome {
  /** Milliseconds since 1970. */
  readonly at: number
  /** Why the machine would not start with them, which they still wait for; undefined: it did. */
  readonly failure: string | undefined
}

/** A BIOS's attributes: what the machine was started with last, and what its next start or reset takes up. */
export class BiosSettings {
  readonly #clock: Pick<Clock, 'now'>
  readonly #store: Store
  readonly #machine: Pick<Machine, 'settings'>

  constructor(clock: Pick<Clock, 'now'>, store: Store, machine: Pick<Machine, 'settings'>) {
    this.#clock = clock
    this.#store = store
    this.#machine = machine
  }

  /** Undefined: the machine has nothing that could be set. */
  get facts(): SettingsFacts | undefined {
    return this.#machine.settings
  }

  get current(): MachineSettings | undefined {
    const initial = this.facts?.initial
    return initial && merged(initial, this.#store.get(CURRENT))
  }

  /** Undefined: nothing waits for the next start. */
  get pending(): MachineSettings | undefined {
    const initial = this.facts?.initial
    const kept = this.#store.get(PENDING)
    return initial === undefined || !isObject(kept) ? undefined : merged(initial, kept)
  }

  /** A reset to how it was configured waits for the next start. */
  get resetPending(): boolean {
    return this.#store.get(DEFAULTS) === true
  }

  /** Undefined: nothing has ever waited for a start. */
  get outcome(): SettingsOutcome | undefined {
    const kept = this.#store.get(OUTCOME)
    if (!isObject(kept) || !('at' in kept) || typeof kept.at !== 'number') return undefined
    return { at: kept.at, failure: 'failure' in kept && typeof kept.failure === 'string' ? kept.failure : undefined }
  }

  /** All of it, or none. What is not named stays as it waits, or as it is; where all is as it is, nothing waits any more. */
  set(change: Partial<MachineSettings>): void {
    const { facts, current, pending = current } = this
    if (facts === undefined || pending === undefined)
      throw new BmcError('not-supported', 'this machine has no settings')
    const wanted = { ...pending, ...change }
    check(wanted, facts)
    if (isDeepStrictEqual(wanted, current)) this.#waitNoMore()
    else this.#keep(PENDING, wanted, facts)
  }

  /** Everything as it is where nobody has set anything, from the next start on. */
  reset(): void {
    const { facts } = this
    if (facts === undefined) return
    this.#keep(PENDING, facts.initial, facts)
    this.#store.set(DEFAULTS, true)
  }

  /** Undefined: as it was configured. `mode`: this start begins with that, where the machine can. */
  forStart(mode?: MachineSettings['bootMode']): MachineSettings | undefined {
    const { facts, current, pending = current } = this
    if (mode !== undefined && facts !== undefined && pending !== undefined && mode !== pending.bootMode) {
      if (mode === 'bios') return { ...pending, bootMode: mode, secureBoot: false }
      if (facts.noUefi === undefined) return { ...pending, bootMode: mode, serialRedirection: true }
    }
    if (this.pending === undefined && this.#store.get(CURRENT) === undefined) return undefined
    return this.pending ?? this.current
  }

  /** The machine was started with what `forStart` told. */
  applied(): void {
    const kept = this.#store.get(PENDING)
    if (kept === undefined) return
    this.#store.set(CURRENT, kept)
    this.#waitNoMore()
    this.#store.set(OUTCOME, { at: this.#clock.now() })
  }

  /** The machine did not start with them: they wait for the next attempt. */
  failed(why: string): void {
    if (this.#store.get(PENDING) !== undefined) this.#store.set(OUTCOME, { at: this.#clock.now(), failure: why })
  }

  #waitNoMore(): void {
    for (const key of [PENDING, DEFAULTS]) if (this.#store.get(key) !== undefined) this.#store.set(key, undefined)
  }

  /** Only what differs, so that a change of the configuration counts for the rest. */
  #keep(key: string, settings: MachineSettings, { initial }: SettingsFacts): void {
    const differs = Object.entries(settings).filter(([name, value]) => settingOf(initial, name) !== value)
    this.#store.set(key, Object.fromEntries(differs))
  }
}

function check(wanted: MachineSettings, facts: SettingsFacts): void {
  const { memoryMiB, processors, bootMode, secureBoot, serialRedirection } = wanted
  const { least, most } = facts.memoryMiB
  if (!Number.isInteger(memoryMiB) || memoryMiB < least || memoryMiB > most) {
    throw new BmcError('out-of-range', `memory is ${least} to ${most} MiB`)
  }
  if (!Number.isInteger(processors) || processors < 1 || processors > facts.mostProcessors) {
    throw new BmcError('out-of-range', `there are 1 to ${facts.mostProcessors} processors`)
  }
  if (bootMode === 'uefi' && facts.noUefi !== undefined) throw new BmcError('not-supported', facts.noUefi)
  if (secureBoot && bootMode !== 'uefi') throw new BmcError('invalid-field', 'Secure Boot wants boot mode UEFI')
  if (secureBoot && facts.noSecureBoot !== undefined) throw new BmcError('not-supported', facts.noSecureBoot)
  if (!serialRedirection && bootMode === 'uefi') {
    throw new BmcError('invalid-field', 'UEFI always talks on the serial port here: only a BIOS can be silent')
  }
}

function merged(initial: MachineSettings, kept: unknown): MachineSettings {
  const facts = new Map<string, unknown>(isObject(kept) ? Object.entries(kept) : [])
  const bootMode = facts.get('bootMode')
  const number = (name: 'memoryMiB' | 'processors') => {
    const value = facts.get(name)
    return typeof value === 'number' ? value : initial[name]
  }
  const flag = (name: 'serialRedirection' | 'secureBoot') => {
    const value = facts.get(name)
    return typeof value === 'boolean' ? value : initial[name]
  }
  return {
    bootMode: bootMode === 'bios' || bootMode === 'uefi' ? bootMode : initial.bootMode,
    serialRedirection: flag('serialRedirection'),
    memoryMiB: number('memoryMiB'),
    processors: number('processors'),
    secureBoot: flag('secureBoot'),
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function settingOf(settings: MachineSettings, name: string): unknown {
  return Object.getOwnPropertyDescriptor(settings, name)?.value
}

import { BmcError } from '../../base/errors.ts'
import type { Machine } from '../../machine/machine.ts'
import type { MachineSettings, SettingsFacts } from '../../machine/settings.ts'
import type { Store } from '../store.ts'

const CURRENT = 'bios.current'
const PENDING = 'bios.pending'

/** A BIOS's attributes: what the machine was started with last, and what its next start or reset takes up. */
export class BiosSettings {
  readonly #store: Store
  readonly #machine: Pick<Machine, 'settings'>

  constructor(store: Store, machine: Pick<Machine, 'settings'>) {
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

  /** All of it, or none. What is not named stays as it waits, or as it is. */
  set(change: Partial<MachineSettings>): void {
    const { facts } = this
    const now = this.pending ?? this.current
    if (facts === undefined || now === undefined) throw new BmcError('not-supported', 'this machine has no settings')
    const wanted = { ...now, ...change }
    check(wanted, facts)
    this.#keep(PENDING, wanted, facts)
  }

  /** Everything as it is where nobody has set anything, from the next start on. */
  reset(): void {
    const { facts } = this
    if (facts !== undefined) this.#keep(PENDING, facts.initial, facts)
  }

  /** Undefined: as it was configured. */
  forStart(): MachineSettings | undefined {
    if (this.pending === undefined && this.#store.get(CURRENT) === undefined) return undefined
    return this.pending ?? this.current
  }

  /** The machine was started with what `forStart` told. */
  applied(): void {
    const kept = this.#store.get(PENDING)
    if (kept === undefined) return
    this.#store.set(CURRENT, kept)
    this.#store.set(PENDING, undefined)
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

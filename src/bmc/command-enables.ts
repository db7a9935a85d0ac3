import { LazyMap } from '../base/lazy-map.ts'
import type { Store } from './store.ts'

/**
 * The firmware firewall's memory (IPMI 2.0 §21.7): commands that are switched off on a channel, each by a number that the
 * commands give it. It is kept, as a lock that falls with the power would be none.
 */
export class CommandEnables {
  readonly #store: Store
  readonly #disabled = new LazyMap<number, ReadonlySet<number>>()

  constructor(store: Store, channels: readonly number[]) {
    this.#store = store
    for (const channel of channels) this.#keep(channel, storedNumbers(store.get(key(channel))))
  }

  /** False as long as nothing is switched off anywhere: the one question that each request costs. */
  get any(): boolean {
    return this.#disabled.size > 0
  }

  allows(channel: number, command: number): boolean {
    return this.#disabled.get(channel)?.has(command) !== true
  }

  /** Of the `among` given, exactly `enabled` are on from now on; others stay as they are. */
  set(channel: number, among: readonly number[], enabled: ReadonlySet<number>): void {
    const old = this.#disabled.get(channel) ?? new Set()
    const off = [...[...old].filter((one) => !among.includes(one)), ...among.filter((one) => !enabled.has(one))]
    const disabled = off.sort((a, b) => a - b)
    this.#store.set(key(channel), disabled)
    this.#keep(channel, disabled)
  }

  #keep(channel: number, disabled: readonly number[]): void {
    if (disabled.length === 0) this.#disabled.delete(channel)
    else this.#disabled.set(channel, new Set(disabled))
  }
}

function key(channel: number): string {
  return `channel.${channel}.disabled-commands`
}

function storedNumbers(value: unknown): readonly number[] {
  return Array.isArray(value) ? value.filter((one): one is number => typeof one === 'number') : []
}

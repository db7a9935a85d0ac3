import { LazyMap } from '../../base/lazy-map.ts'
import { Listeners } from '../../base/listeners.ts'
import type { Journal } from '../../bmc/storage/journal.ts'
import type { Store } from '../../bmc/store.ts'

/**
 * Whether a node writes what it keeps to its disk (the emulator's `persist on|off`). Off, everything goes on as before in memory;
 * on again, what is true by then is written.
 */
export class Persistence {
  on = true
  #held: readonly Held[] = []

  set(on: boolean): void {
    if (on && !this.on) for (const one of this.#held) one.catchUp()
    this.on = on
  }

  store(base: Store): Store {
    return this.#holding(new HeldStore(base, this))
  }

  journal(base: Journal): Journal {
    return this.#holding(new HeldJournal(base, this))
  }

  #holding<T extends Held>(held: T): T {
    this.#held = this.#held.concat([held])
    return held
  }
}

/** What waits in memory for the disk. */
interface Held {
  catchUp(): void
}

class HeldStore implements Store, Held {
  readonly #base: Store
  readonly #persistence: Persistence
  readonly #pending = new LazyMap<string, unknown>()
  readonly #secrets = new LazyMap<string, Uint8Array>()
  readonly #listeners = new Listeners<[string]>()

  constructor(base: Store, persistence: Persistence) {
    this.#base = base
    this.#persistence = persistence
  }

  keys(): Iterable<string> {
    return [...this.#base.keys(), ...this.#pending.keys(), ...this.#secrets.keys()]
  }

  get(key: string): unknown {
    return this.#pending.has(key) ? this.#pending.get(key) : this.#base.get(key)
  }

  set(key: string, value: unknown): void {
    if (this.#persistence.on) this.#base.set(key, value)
    else this.#pending.set(key, value)
    this.#listeners.call(key)
  }

  getSecret(key: string): Uint8Array | undefined {
    return this.#secrets.get(key) ?? this.#base.getSecret(key)
  }

  setSecret(key: string, secret: Uint8Array): void {
    if (this.#persistence.on) this.#base.setSecret(key, secret)
    else this.#secrets.set(key, new Uint8Array(secret))
    this.#listeners.call(key)
  }

  onSet(fn: (key: string) => void): () => void {
    return this.#listeners.add(fn)
  }

  catchUp(): void {
    for (const [key, value] of this.#pending) this.#base.set(key, value)
    for (const [key, secret] of this.#secrets) this.#base.setSecret(key, secret)
    this.#pending.clear()
    this.#secrets.clear()
  }
}

class HeldJournal implements Journal, Held {
  readonly #base: Journal
  readonly #persistence: Persistence
  #pending: readonly string[] | undefined

  constructor(base: Journal, persistence: Persistence) {
    this.#base = base
    this.#persistence = persistence
  }

  lines(): readonly string[] | undefined {
    return this.#pending ?? this.#base.lines()
  }

  append(line: string): void {
    if (this.#persistence.on) this.#base.append(line)
    else this.#pending = [...(this.lines() ?? []), line]
  }

  replace(lines: readonly string[]): void {
    if (this.#persistence.on) this.#base.replace(lines)
    else this.#pending = [...lines]
  }

  catchUp(): void {
    if (this.#pending !== undefined) this.#base.replace(this.#pending)
    this.#pending = undefined
  }
}

/** A part of a store for one more controller: its keys begin with `prefix`. */
export function partOfStore(base: Store, prefix: string): Store {
  return {
    keys: () => [...base.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length)),
    get: (key) => base.get(prefix + key),
    set: (key, value) => base.set(prefix + key, value),
    getSecret: (key) => base.getSecret(prefix + key),
    setSecret: (key, secret) => base.setSecret(prefix + key, secret),
    onSet: (fn) =>
      base.onSet((key) => {
        if (key.startsWith(prefix)) fn(key.slice(prefix.length))
      }),
  }
}

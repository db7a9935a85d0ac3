import type { Journal } from '../../bmc/storage/journal.ts'
import type { Store } from '../../bmc/store.ts'

/**
 * Whether a node writes what it keeps to its disk (the emulator's `persist on|off`). Off, everything goes on as before in memory;
 * on again, what is true by then is written.
 */
export class Persistence {
  #on = true
  readonly #catchUp: (() => void)[] = []

  get on(): boolean {
    return this.#on
  }

  set(on: boolean): void {
    if (on && !this.#on) for (const write of this.#catchUp) write()
    this.#on = on
  }

  store(base: Store): Store {
    const pending = new Map<string, unknown>()
    const secrets = new Map<string, Uint8Array>()
    this.#catchUp.push(() => {
      for (const [key, value] of pending) base.set(key, value)
      for (const [key, secret] of secrets) base.setSecret(key, secret)
      pending.clear()
      secrets.clear()
    })
    return {
      keys: () => [...base.keys(), ...pending.keys(), ...secrets.keys()],
      get: (key) => (pending.has(key) ? pending.get(key) : base.get(key)),
      set: (key, value) => {
        if (this.#on) base.set(key, value)
        else pending.set(key, value)
      },
      getSecret: (key) => secrets.get(key) ?? base.getSecret(key),
      setSecret: (key, secret) => {
        if (this.#on) base.setSecret(key, secret)
        else secrets.set(key, new Uint8Array(secret))
      },
    }
  }

  journal(base: Journal): Journal {
    let pending: string[] | undefined
    this.#catchUp.push(() => {
      if (pending !== undefined) base.replace(pending)
      pending = undefined
    })
    return {
      lines: () => pending ?? base.lines(),
      append: (line) => {
        if (this.#on) base.append(line)
        else pending = [...(pending ?? base.lines() ?? []), line]
      },
      replace: (lines) => {
        if (this.#on) base.replace(lines)
        else pending = [...lines]
      },
    }
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
  }
}

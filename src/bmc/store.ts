import { readIfThere, writeAtomic } from '../base/atomic-file.ts'
import { SetupError } from '../base/errors.ts'

/** What a BMC keeps over a restart: JSON values by key. A `set` that returned is on disk: state survives `kill -9`. */
export interface Store {
  get(key: string): unknown
  set(key: string, value: unknown): void
}

/** One JSON file a BMC, replaced whole on every change, mode 0600. */
export class FileStore implements Store {
  readonly #path: string
  readonly #values: Record<string, unknown>

  constructor(path: string) {
    this.#path = path
    this.#values = read(path)
  }

  get(key: string): unknown {
    return this.#values[key]
  }

  set(key: string, value: unknown): void {
    this.#values[key] = value
    writeAtomic(this.#path, `${JSON.stringify(this.#values, undefined, 1)}\n`)
  }
}

export class MemoryStore implements Store {
  readonly #values = new Map<string, unknown>()
  get(key: string): unknown {
    return this.#values.get(key)
  }
  set(key: string, value: unknown): void {
    this.#values.set(key, value)
  }
}

function read(path: string): Record<string, unknown> {
  const text = readIfThere(path)
  if (text === undefined) return {}
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  } catch {
    // Falls through to the same advice as for a file of another shape.
  }
  throw new SetupError(`${path} is not a state file of bmcsim; move it away to start with the configured values`)
}

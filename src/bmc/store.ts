import { readIfThere, writeAtomic } from '../base/atomic-file.ts'
import { fromHex, hex } from '../base/bytes.ts'
import { messageOf, SetupError } from '../base/errors.ts'
import { LazyMap } from '../base/lazy-map.ts'
import { Listeners } from '../base/listeners.ts'
import { isSealed, type SecretBox } from '../base/secret-box.ts'

/** What a BMC keeps over a restart: JSON values by key. A `set` that returned is on disk: state survives `kill -9`. */
export interface Store {
  /** Of everything that was ever set, secrets too. */
  keys(): Iterable<string>
  get(key: string): unknown
  set(key: string, value: unknown): void
  /** A password or a key; undefined where none was set. */
  getSecret(key: string): Uint8Array | undefined
  /** The same promise as `set`, and not in clear on disk. */
  setSecret(key: string, secret: Uint8Array): void
  /** Told of every key that was set, a secret's too. */
  onSet(fn: (key: string) => void): () => void
}

/** What seals a BMC's secrets. `owner`: its name, so that no value opens in the file of another. */
export interface Seal {
  readonly box: SecretBox
  readonly owner: string
}

const CLEAR = 'clear:'
/** The one member of the file that is no value of its own: what is secret, by key. No value can be taken for one. */
const SECRETS = 'secrets'

type Values = Readonly<Record<string, unknown>>

/**
 * One JSON file a BMC, replaced whole on every change, mode 0600. Without a seal, secrets are in clear in it: somebody asked
 * for that. With one, all of them are opened and sealed with the present key when the file is read: a key that does not
 * fit is found out then, and not when somebody logs in.
 */
export class FileStore implements Store {
  readonly #path: string
  readonly #seal: Seal | undefined
  readonly #secrets = new LazyMap<string, Uint8Array>()
  readonly #listeners = new Listeners<[string]>()
  #values: Values

  /** `isNew`: the caller knows that there is no such file. */
  constructor(path: string, seal?: Seal, isNew = false) {
    this.#path = path
    this.#seal = seal
    this.#values = isNew ? {} : read(path)
    if (!isNew) this.#openSecrets()
  }

  keys(): Iterable<string> {
    return [...Object.keys(this.#values), ...this.#secrets.keys()]
  }

  get(key: string): unknown {
    return this.#values[key]
  }

  set(key: string, value: unknown): void {
    this.#keep({ ...this.#values, [key]: value })
    this.#listeners.call(key)
  }

  getSecret(key: string): Uint8Array | undefined {
    return this.#secrets.get(key)
  }

  /** A clear value of the same key goes with it: that is where earlier versions had their secrets. */
  setSecret(key: string, secret: Uint8Array): void {
    const { [key]: _gone, ...values } = this.#values
    this.#keep({ ...values, [SECRETS]: { ...secretsIn(values), [key]: this.#sealed(key, secret) } })
    this.#secrets.set(key, new Uint8Array(secret))
    this.#listeners.call(key)
  }

  onSet(fn: (key: string) => void): () => void {
    return this.#listeners.add(fn)
  }

  /** Everything else is as if it had never been set. */
  retain(stays: (key: string) => boolean): void {
    const left = Object.entries(this.#values).filter(([key]) => key !== SECRETS && stays(key))
    const secrets = Object.entries(secretsIn(this.#values)).filter(([key]) => stays(key))
    this.#keep({ ...Object.fromEntries(left), ...(secrets.length > 0 && { [SECRETS]: Object.fromEntries(secrets) }) })
    for (const key of [...this.#secrets.keys()]) if (!stays(key)) this.#secrets.delete(key)
  }

  /** What was not written was not set: the values change behind the file. */
  #keep(values: Values): void {
    writeAtomic(this.#path, `${JSON.stringify(values, undefined, 1)}\n`)
    this.#values = values
  }

  #sealed(key: string, secret: Uint8Array): string {
    if (this.#seal === undefined) return `${CLEAR}${hex(secret, '')}`
    return this.#seal.box.seal(secret, contextOf(this.#seal.owner, key))
  }

  #openSecrets(): void {
    const kept = secretsIn(this.#values)
    const outdated: Record<string, string> = {}
    for (const [key, text] of Object.entries(kept)) {
      const secret = this.#opened(key, text)
      this.#secrets.set(key, secret)
      if (this.#seal?.box.isCurrent(text) === false) outdated[key] = this.#sealed(key, secret)
    }
    if (Object.keys(outdated).length > 0) this.#keep({ ...this.#values, [SECRETS]: { ...kept, ...outdated } })
  }

  #opened(key: string, text: unknown): Uint8Array {
    const clear = inClear(text)
    if (clear !== undefined) return clear
    const advice =
      'Name the key file it was made with (--key-file), or move the state file away to start with the configured values'
    if (this.#seal === undefined) {
      throw new SetupError(`${this.#path}: ${key} is sealed, and no key file was given. ${advice}`)
    }
    try {
      return this.#seal.box.open(String(text), contextOf(this.#seal.owner, key))
    } catch (error) {
      throw new SetupError(`${this.#path}: ${key} cannot be read: ${messageOf(error)}. ${advice}`, { cause: error })
    }
  }
}

/** Whether a state file needs the key that sealed what is in it. */
export function needsKey(path: string): boolean {
  return Object.values(secretsIn(read(path))).some(isSealed)
}

function secretsIn(values: Values): Readonly<Record<string, string>> {
  const kept = values[SECRETS]
  return typeof kept === 'object' && kept !== null ? { ...kept } : {}
}

export class MemoryStore implements Store {
  readonly #values = new Map<string, unknown>()
  readonly #secrets = new Map<string, Uint8Array>()
  readonly #listeners = new Listeners<[string]>()
  keys(): Iterable<string> {
    return [...this.#values.keys(), ...this.#secrets.keys()]
  }
  get(key: string): unknown {
    return this.#values.get(key)
  }
  set(key: string, value: unknown): void {
    this.#values.set(key, value)
    this.#listeners.call(key)
  }
  getSecret(key: string): Uint8Array | undefined {
    return this.#secrets.get(key)
  }
  setSecret(key: string, secret: Uint8Array): void {
    this.#secrets.set(key, new Uint8Array(secret))
    this.#listeners.call(key)
  }
  onSet(fn: (key: string) => void): () => void {
    return this.#listeners.add(fn)
  }
}

function contextOf(owner: string, key: string): string {
  return JSON.stringify([owner, key])
}

function inClear(value: unknown): Uint8Array | undefined {
  const match = typeof value === 'string' ? /^clear:((?:[0-9a-f]{2})*)$/.exec(value) : null
  return match === null ? undefined : fromHex(match[1])
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

import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { readIfThere, writeAtomic } from './atomic-file.ts'

/**
 * What we made on this machine that does not end with our process: noted before it is made, forgotten after it was undone. So
 * whoever comes after a `kill -9` finds an entry too many at worst, never a thing too many.
 */
export interface Ledger {
  /** On disk when it returns. What is noted already stays noted once. */
  record(made: Made): void
  forget(made: Made): void
  /** The oldest first: they are undone from the end. */
  readonly made: readonly Made[]
}

/** What undoes a kind is listed in `app/undo.ts`: a new kind is one more here, its facts in `kinds` below, and a line there. */
export type Made = Owner &
  (
    | {
        readonly kind: 'process'
        readonly what: string
        readonly pid: number
        readonly startTime: number
        /** With all of the process group that it leads, or led. */
        readonly group?: true
      }
    | { readonly kind: 'interface'; readonly name: string; readonly in?: string }
    | { readonly kind: 'address'; readonly address: string; readonly interface: string; readonly in?: string }
    | { readonly kind: 'namespace'; readonly name: string }
    /** An interface that was there, made a port of a bridge. */
    | { readonly kind: 'attached'; readonly interface: string; readonly bridge: string }
    /** An address (`10.0.0.5/24`), or a route in the words of `ip route`, that was on `from` and is on `to` meanwhile. */
    | {
        readonly kind: 'moved'
        readonly what: 'address' | 'route'
        readonly text: string
        readonly from: string
        readonly to: string
      }
    /** `key` is the file below /proc/sys. */
    | { readonly kind: 'sysctl'; readonly key: string; readonly before: string }
    | { readonly kind: 'nft'; readonly family: string; readonly table: string }
    /** Of the table nat, with a jump to it in POSTROUTING. */
    | { readonly kind: 'iptables'; readonly chain: string }
  )

export type MadeOf<K extends Made['kind']> = Extract<Made, { kind: K }>

/** Who made it. `in` of an interface or an address is the network namespace that it is in. */
export interface Owner {
  /** Missing: the lab's own. */
  readonly node?: string
  /** Which of several that make things: `lan 1`. */
  readonly part?: string
}

/** The part of `all` that is `owner`'s. */
export function ledgerOf(all: Ledger, { node, part }: Owner): Ledger {
  const signed = (made: Made): Made => ({ ...made, ...(node && { node }), ...(part && { part }) })
  return {
    record: (made) => all.record(signed(made)),
    forget: (made) => all.forget(signed(made)),
    get made() {
      return all.made.filter((made) => made.node === node && made.part === part)
    },
  }
}

/** For what goes by itself, and where nothing is kept. */
export class MemoryLedger implements Ledger {
  readonly #made = new Map<string, Made>()

  constructor(made: Iterable<Made> = []) {
    for (const one of made) this.#made.set(keyOf(one), one)
  }

  record(made: Made): boolean {
    const isNew = !this.#made.has(keyOf(made))
    if (isNew) this.#made.set(keyOf(made), made)
    return isNew
  }

  forget(made: Made): boolean {
    return this.#made.delete(keyOf(made))
  }

  get made(): readonly Made[] {
    return [...this.#made.values()]
  }
}

/**
 * A line for everything that was made, and one for everything that was undone. Several threads may write to one file, each of
 * what is its own; what another has written meanwhile is not seen.
 */
export class FileLedger implements Ledger {
  readonly #path: string
  readonly #present: MemoryLedger

  constructor(path: string) {
    this.#path = path
    this.#present = new MemoryLedger(read(path))
  }

  record(made: Made): void {
    if (this.#present.record(made)) append(this.#path, { made })
  }

  forget(made: Made): void {
    if (this.#present.forget(made)) append(this.#path, { undone: made })
  }

  get made(): readonly Made[] {
    return this.#present.made
  }
}

/** Leaves one line for each thing that is there, and no file for none. While nobody else has it open. */
export function tidyLedger(path: string): void {
  const text = readIfThere(path)
  if (text === undefined) return
  const made = read(path)
  if (made.length === 0) rmSync(path, { force: true })
  else writeAtomic(path, made.map((one) => `${JSON.stringify({ made: one })}\n`).join(''))
}

type Line = { readonly made: Made } | { readonly undone: Made }

function append(path: string, line: Line): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const file = openSync(path, 'a', 0o600)
  try {
    writeFileSync(file, `${JSON.stringify(line)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function read(path: string): readonly Made[] {
  const present = new MemoryLedger()
  for (const text of (readIfThere(path) ?? '').split('\n')) {
    const line = parsed(text)
    if (line === undefined) continue
    if ('made' in line) present.record(line.made)
    else present.forget(line.undone)
  }
  return present.made
}

/** Undefined for the half line of a power failure, and for what somebody wrote into the file. */
function parsed(text: string): Line | undefined {
  try {
    const line: unknown = JSON.parse(text)
    if (typeof line !== 'object' || line === null) return undefined
    if ('made' in line && isMade(line.made)) return { made: line.made }
    if ('undone' in line && isMade(line.undone)) return { undone: line.undone }
    return undefined
  } catch {
    return undefined
  }
}

/** The words and numbers of each kind, by which it is known whole. */
const kinds: { readonly [K in Made['kind']]: readonly (readonly [string, 'string' | 'number'])[] } = {
  process: [
    ['what', 'string'],
    ['pid', 'number'],
    ['startTime', 'number'],
  ],
  interface: [['name', 'string']],
  address: [
    ['address', 'string'],
    ['interface', 'string'],
  ],
  namespace: [['name', 'string']],
  attached: [
    ['interface', 'string'],
    ['bridge', 'string'],
  ],
  moved: [
    ['what', 'string'],
    ['text', 'string'],
    ['from', 'string'],
    ['to', 'string'],
  ],
  sysctl: [
    ['key', 'string'],
    ['before', 'string'],
  ],
  nft: [
    ['family', 'string'],
    ['table', 'string'],
  ],
  iptables: [['chain', 'string']],
}

function isMade(value: unknown): value is Made {
  if (typeof value !== 'object' || value === null) return false
  const facts = new Map<string, unknown>(Object.entries(value))
  const needed = Object.entries(kinds).find(([kind]) => kind === facts.get('kind'))?.[1]
  const optional = ['node', 'part', 'in'].every((name) => ['string', 'undefined'].includes(typeof facts.get(name)))
  return needed?.every(([name, type]) => typeof facts.get(name) === type) === true && optional
}

function keyOf(made: Made): string {
  const facts = Object.entries(made).filter(([, value]) => value !== undefined)
  return JSON.stringify(facts.sort(([one], [other]) => (one < other ? -1 : 1)))
}

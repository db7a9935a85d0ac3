import type { Base } from './facts/registries/Base.ts'

/** A key of the Base registry, with the arguments that it takes: as many, and of the types, as the registry says. */
export type MessageKey = keyof typeof Base.messages

type Letters<L extends string> = L extends `s${infer Rest}`
  ? [string, ...Letters<Rest>]
  : L extends `n${infer Rest}`
    ? [number, ...Letters<Rest>]
    : []

/** What a message of a registry takes, by its facts. */
export type Arguments<Facts extends string> = Facts extends `${string} ${infer L}` ? Letters<L> : []

export type ArgumentsOf<K extends MessageKey> = Arguments<(typeof Base.messages)[K]>

/** Those that take none. */
export type PlainKey = { [K in MessageKey]: ArgumentsOf<K> extends [] ? K : never }[MessageKey]

export interface Fault {
  readonly key: MessageKey
  readonly args: readonly (string | number)[]
  /** JSON pointers of the properties it is about, `#/Boot/BootSourceOverrideTarget`. */
  readonly related: readonly string[]
  /** A sentence about this very case, added to the message. */
  readonly detail?: string
}

export function fault<K extends MessageKey>(key: K, ...args: ArgumentsOf<K>): Fault {
  return { key, args, related: [] }
}

/** The same, about a property: `pointer` begins with a slash. */
export function about(pointer: string, one: Fault): Fault {
  return { ...one, related: [`#${pointer}`] }
}

/** A request that gets an error for an answer. */
export class RedfishError extends Error {
  readonly status: number
  readonly faults: readonly Fault[]
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, faults: readonly Fault[], headers: Readonly<Record<string, string>> = {}) {
    super(faults.map(({ key, args }) => `${key}(${args.join(', ')})`).join(', '))
    this.name = 'RedfishError'
    this.status = status
    this.faults = faults
    this.headers = headers
  }
}

export function refuse<K extends MessageKey>(status: number, key: K, ...args: ArgumentsOf<K>): RedfishError {
  return new RedfishError(status, [fault(key, ...args)])
}

import { type Document, isAlias, isMap, isScalar } from 'yaml'
import type { z } from 'zod'
import { messageOf } from '../../base/errors.ts'
import type { Problems } from '../problems.ts'
import { type Gone, goneFrom, without } from './gone.ts'
import { explain } from './issues.ts'
import type { Places } from './places.ts'

/** A file may repeat parts by aliases, not multiply itself by them. */
const MAX_ALIASES = 100

type KnownKeys = (path: readonly PropertyKey[]) => readonly string[]

export interface Sound<T> {
  readonly value: T
  readonly gone: readonly Gone[]
}

/** Compares parts of a document with the shape that they should have. */
export class Shapes {
  readonly #document: Document
  readonly #places: Places
  readonly #problems: Problems

  constructor(document: Document, places: Places, problems: Problems) {
    this.#document = document
    this.#places = places
    this.#problems = problems
  }

  /** The value of an entry; undefined where its shape is wrong, which has been reported. */
  checked<T>(node: unknown, schema: z.ZodType<T>, knownKeys: KnownKeys): T | undefined {
    const found = this.sound(node, schema, knownKeys)
    return found?.gone.length === 0 ? found.value : undefined
  }

  /**
   * What is right in an entry, so that it can be read for more that is wrong with it; `gone` is what was not, which has been
   * reported. Undefined where nothing is left.
   */
  sound<T>(node: unknown, schema: z.ZodType<T>, knownKeys: KnownKeys): Sound<T> | undefined {
    let value: unknown
    try {
      const found = isAlias(node) ? node.resolve(this.#document) : node
      if (isAlias(node) && found === undefined) throw new ReferenceError(`Unresolved alias: ${node.source}`)
      value = isMap(found) || isScalar(found) ? found.toJS(this.#document, { maxAliasCount: MAX_ALIASES }) : undefined
      if (found !== undefined && found !== null && value === undefined) value = []
    } catch (error) {
      this.#problems.add(this.#places.of(node), `not valid YAML: ${firstSentence(messageOf(error))}`)
      return undefined
    }
    const result = schema.safeParse(value ?? {})
    if (result.success) return { value: result.data, gone: [] }
    const gone = result.error.issues.flatMap((issue) => explain(issue, value, knownKeys))
    for (const { path, key, message } of gone) {
      const at = key === undefined ? this.#places.nearest(node, path) : this.#places.key(node, path, key)
      this.#problems.add(at, message)
    }
    const paths = gone.map(goneFrom)
    const rest = schema.safeParse(without(value, paths))
    return rest.success ? { value: rest.data, gone: paths } : undefined
  }
}

/** Our sentences are one line long; the parser's may go on. */
export function firstSentence(message: string): string {
  return message.split('\n', 1)[0].replace(/[.:\s]+$/, '')
}

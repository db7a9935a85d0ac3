import {
  Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
} from 'yaml'
import type { SourceRange } from '../source.ts'

type Path = readonly PropertyKey[]

/** Finds where in the file the parts of a document stand. */
export class Places {
  readonly #file: string
  readonly #text: string
  readonly #document: Document
  readonly #lines: LineCounter
  /** Found before: the nodes of a set have one entry in common. */
  readonly #known = new Map<Node, SourceRange>()

  constructor(file: string, text: string, document: Document, lines: LineCounter) {
    this.#file = file
    this.#text = text
    this.#document = document
    this.#lines = lines
  }

  /** From offset to offset, as far as it is on one line. */
  range(from: number, to: number): SourceRange {
    const { line, col } = this.#lines.linePos(Math.min(from, this.#text.length))
    const lineEnd = this.#text.indexOf('\n', from)
    const end = Math.min(to, lineEnd < 0 ? this.#text.length : lineEnd)
    const shown = this.#text.slice(from, end).trimEnd()
    return { file: this.#file, line: Math.max(1, line), column: Math.max(1, col), length: Math.max(1, shown.length) }
  }

  /** The word that begins at an offset. */
  keyAt(from: number): SourceRange {
    const [word = ''] = /^("[^"\n]*"|'[^'\n]*'|[^\s:{},]+)/.exec(this.#text.slice(from, from + 200)) ?? []
    return this.range(from, from + word.length)
  }

  of(node: unknown): SourceRange {
    if (!isNode(node) || !node.range) return this.range(0, 0)
    let place = this.#known.get(node)
    if (place === undefined) {
      place = this.range(node.range[0], node.range[1])
      this.#known.set(node, place)
    }
    return place
  }

  /** The value at `path` under `node`, or undefined where the file has none. */
  find(node: unknown, path: Path): SourceRange | undefined {
    let found: Node | undefined = this.#resolved(node)
    for (const step of path) {
      if (found === undefined) return undefined
      // `machine: simulated` stands for its only key.
      if (isScalar(found) && found.value !== null) return this.of(found)
      found = isCollection(found) ? this.#resolved(child(found, step)) : undefined
    }
    return found === undefined ? undefined : this.of(found)
  }

  /** The nearest thing to `path` that is in the file. */
  nearest(node: unknown, path: Path): SourceRange {
    for (let length = path.length; length > 0; length--) {
      const found = this.find(node, path.slice(0, length))
      if (found !== undefined) return found
    }
    return this.of(node)
  }

  /** A key of the map at `path`. */
  key(node: unknown, path: Path, key: string): SourceRange {
    let found: Node | undefined = this.#resolved(node)
    for (const step of path) found = isCollection(found) ? this.#resolved(child(found, step)) : undefined
    const pair = isMap(found) ? found.items.find((item) => keyText(item.key) === key) : undefined
    return pair === undefined ? this.nearest(node, path) : this.of(pair.key)
  }

  #resolved(node: unknown): Node | undefined {
    if (node instanceof Alias || isAlias(node)) return node.resolve(this.#document)
    return isNode(node) ? node : undefined
  }
}

function child(collection: Node, step: PropertyKey): unknown {
  if (isSeq(collection)) return typeof step === 'number' ? collection.items[step] : undefined
  if (isMap(collection)) return collection.items.find((item) => keyText(item.key) === String(step))?.value
  return undefined
}

/** A key as it is written: `007` is a name here, not a number. */
export function keyText(key: unknown): string | undefined {
  if (!isScalar(key)) return undefined
  return key.source ?? String(key.value)
}

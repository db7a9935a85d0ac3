import { isMap, isSeq, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import type { Problems } from '../problems.ts'
import type { SourceRange } from '../source.ts'
import { readTextFile } from '../text-file.ts'
import { explain } from '../yaml/issues.ts'
import { keyText, Places } from '../yaml/places.ts'
import { keysOf } from './schema.ts'

/** A part of a file, to be looked at as one schema or another; what does not fit is a problem at its place. */
export interface Entry {
  has(key: string): boolean
  as<S extends z.ZodObject>(schema: S): z.infer<S> | undefined
}

/** The whole file as one entry. */
export function readRecord<T>(path: string, problems: Problems, read: (entry: Entry) => T | undefined): T | undefined {
  const file = openFile(path, problems)
  if (file === undefined) return undefined
  if (isMap(file.root)) return read(file.entry(file.root))
  problems.add(file.places.of(file.root), 'this file has keys: description, device and what else there is')
  return undefined
}

/** The entries of the list under `key`. */
export function readList<T>(path: string, key: string, problems: Problems, read: (entry: Entry) => T | undefined) {
  const file = openFile(path, problems)
  if (file === undefined) return []
  const { root, places } = file
  const list = isMap(root) ? root.items.find((item) => keyText(item.key) === key)?.value : undefined
  if (!isSeq(list)) {
    problems.add(places.of(root), `this file is a list under ${key}:`)
    return []
  }
  return list.items.flatMap((node): { value: T; at: SourceRange }[] => {
    const value = read(file.entry(node))
    return value === undefined ? [] : [{ value, at: places.of(node) }]
  })
}

/** Undefined where it cannot be read or is no YAML, which has been said. */
function openFile(path: string, problems: Problems) {
  const source = readTextFile(path, path, problems)
  if (source === undefined) return undefined
  const lines = new LineCounter()
  const document = parseDocument(source.text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' })
  const places = new Places(source.file, source.text, document, lines)
  const [error] = document.errors
  if (error !== undefined) {
    problems.add(places.range(error.pos[0], error.pos[1]), `not valid YAML: ${error.message.split('\n', 1)[0]}`)
    return undefined
  }
  const entry = (node: unknown): Entry => {
    const given: unknown = isMap(node) ? node.toJS(document) : node
    return {
      has: (name) => isMap(node) && node.has(name),
      as(schema) {
        const result = schema.safeParse(given)
        if (result.success) return result.data
        for (const issue of result.error.issues) {
          for (const problem of explain(issue, given, (at) => keysOf(schema, at))) {
            const { path: at, key: wrong, message } = problem
            problems.add(wrong === undefined ? places.nearest(node, at) : places.key(node, at, wrong), message)
          }
        }
        return undefined
      },
    }
  }
  return { root: document.contents, places, entry }
}

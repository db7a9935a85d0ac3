import { join } from 'node:path'
import { isMap, isSeq, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { Problems } from '../problems.ts'
import { readTextFile } from '../text-file.ts'
import { explain } from '../yaml/issues.ts'
import { keyText, Places } from '../yaml/places.ts'
import type { FruConfig, Personality, SensorConfig } from './personality.ts'
import { analogSchema, discreteSchema, fruSchema, keysOf } from './schema.ts'

/** Reads a personality's folder: sensors.yaml and fru.yaml. Throws ConfigError with everything that is wrong in both. */
export function readPersonality(folder: string): Personality {
  const problems = new Problems()
  const sensors = readList(join(folder, 'sensors.yaml'), 'sensors', problems, readSensor)
  const frus = readList(join(folder, 'fru.yaml'), 'frus', problems, (entry) => entry.as(fruSchema))
  for (const [what, all] of [
    ['sensor', sensors.map(({ value, at }) => ({ number: value.number, at }))],
    ['FRU', frus.map(({ value, at }) => ({ number: value.device, at }))],
  ] as const) {
    const taken = new Set<number>()
    for (const { number, at } of all) {
      if (taken.has(number)) problems.add(at, `${what} ${number} is there already; give this one another number`)
      taken.add(number)
    }
  }
  for (const { value, at } of sensors) {
    if (value.kind !== 'analog') continue
    for (const name of Object.keys(value.reading.follows)) {
      const other = sensors.find((one) => one.value.name === name)?.value
      if (other?.kind !== 'analog')
        problems.add(at, `${value.name} follows "${name}", and no sensor that measures has that name`)
      else if (Object.keys(other.reading.follows).length > 0) {
        problems.add(at, `${value.name} follows "${name}", which follows others itself: follow those`)
      }
    }
  }
  problems.check()
  return { sensors: sensors.map(({ value }) => value), frus: frus.map(({ value }) => filledFru(value)) }
}

/** One entry of a list, to be looked at as one schema or another. */
interface Entry {
  has(key: string): boolean
  as<S extends z.ZodObject>(schema: S): z.infer<S> | undefined
}

function readSensor(entry: Entry): SensorConfig | undefined {
  if (entry.has('states')) {
    const discrete = entry.as(discreteSchema)
    return discrete && { kind: 'discrete', ...discrete, on: discrete.on, off: discrete.off }
  }
  const analog = entry.as(analogSchema)
  if (analog === undefined) return undefined
  const { off, start } = analog.reading
  return { kind: 'analog', ...analog, reading: { ...analog.reading, off, start } }
}

function filledFru(fru: z.infer<typeof fruSchema>): FruConfig {
  const { chassis, board, product } = fru
  return { ...fru, chassis, board: board && { ...board, date: board.date }, product }
}

function readList<T>(path: string, key: string, problems: Problems, read: (entry: Entry) => T | undefined) {
  const source = readTextFile(path, path, problems)
  if (source === undefined) return []
  const lines = new LineCounter()
  const document = parseDocument(source.text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' })
  const places = new Places(source.file, source.text, document, lines)
  const [error] = document.errors
  if (error !== undefined) {
    problems.add(places.range(error.pos[0], error.pos[1]), `not valid YAML: ${error.message.split('\n', 1)[0]}`)
    return []
  }
  const root = document.contents
  const list = isMap(root) ? root.items.find((item) => keyText(item.key) === key)?.value : undefined
  if (!isSeq(list)) {
    problems.add(places.of(root), `this file is a list under ${key}:`)
    return []
  }
  return list.items.flatMap((node) => {
    const given: unknown = isMap(node) ? node.toJS(document) : node
    const value = read({
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
    })
    return value === undefined ? [] : [{ value, at: places.of(node) }]
  })
}

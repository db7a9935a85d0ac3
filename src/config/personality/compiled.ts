import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fromHex, hex } from '../../base/bytes.ts'
import { shippedFolder } from './find.ts'
import type { Personality } from './personality.ts'

/**
 * The personalities that come with bmcsim, read once when it is built: YAML and its schemas cost a start more than all else. A
 * folder whose files were edited since has another hash and is read itself. Beside src/ there are none.
 */
export const compiledFolder = join(import.meta.dirname, 'personalities')

/** What a personality's folder consists of. */
export const personalityFiles = ['personality.yaml', 'sensors.yaml', 'fru.yaml'] as const

interface Compiled {
  readonly hash: string
  readonly personality: Personality
}

/** Undefined where `folder` is none of ours, was edited, or was not compiled. */
export function compiledPersonality(folder: string, compiledIn = compiledFolder): Personality | undefined {
  if (dirname(folder) !== shippedFolder) return undefined
  try {
    const found = thawed(JSON.parse(readFileSync(join(compiledIn, `${basename(folder)}.json`), 'utf8')))
    return isCompiled(found) && found.hash === hashOf(folder) ? found.personality : undefined
  } catch {
    return undefined
  }
}

/** The text that `compiledPersonality` takes for what `folder` holds now. */
export function compiledText(folder: string, personality: Personality): string {
  return `${JSON.stringify(frozen({ hash: hashOf(folder), personality }))}\n`
}

function isCompiled(value: unknown): value is Compiled {
  return typeof value === 'object' && value !== null && 'hash' in value && 'personality' in value
}

function hashOf(folder: string): string {
  const hash = createHash('sha256')
  for (const name of personalityFiles) {
    const bytes = readFileSync(join(folder, name))
    hash.update(`${name} ${bytes.length}\n`).update(bytes)
  }
  return hash.digest('hex')
}

/** JSON has neither bytes nor undefined: each is an object with one key that no personality has. */
const BYTES = '$bytes'
const UNDEFINED = '$undefined'

function frozen(value: unknown): unknown {
  if (value === undefined) return { [UNDEFINED]: true }
  if (value instanceof Uint8Array) return { [BYTES]: hex(value) }
  return eachValue(value, frozen)
}

function thawed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (UNDEFINED in value) return undefined
  if (BYTES in value) return fromHex(String(value[BYTES]))
  return eachValue(value, thawed)
}

function eachValue(value: unknown, turned: (value: unknown) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(turned)
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, turned(one)]))
}

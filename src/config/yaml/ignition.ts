import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { reason } from '../text-file.ts'
import type { EntryReader } from './entry-reader.ts'

/** The whole path of a node's Ignition file, which must be there: a guest that finds none starts without a user. */
export function readIgnition(written: string | undefined, reader: EntryReader): string | undefined {
  if (written === undefined) return undefined
  const path = ['machine', 'ignition']
  const file = resolve(reader.cwd, reader.filled(written) ?? written)
  try {
    if (!statSync(file).isFile()) reader.wrong(path, `"${file}" is no file; name an Ignition file (JSON)`)
  } catch (error) {
    reader.wrong(path, `"${file}" cannot be read: ${reason(error)}`)
  }
  return file
}

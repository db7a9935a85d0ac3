import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { reason } from '../text-file.ts'
import type { EntryReader } from './entry-reader.ts'
import type { UserEntry } from './schema.ts'

/** A user's password as the lab file says it, or as the first line of the file that it names. */
export function readPassword(entry: UserEntry, index: number, reader: EntryReader): string {
  const { password, passwordFile } = entry
  if (password !== undefined && passwordFile !== undefined) {
    reader.wrong(['users', index, 'passwordFile'], 'password stands there too; write one of the two')
  } else if (passwordFile !== undefined) return firstLine(passwordFile, ['users', index, 'passwordFile'], reader)
  if (password === undefined) reader.wrong(['users', index], '"password" is missing')
  return password ?? ''
}

/** What the file holds is never shown, whatever is wrong with it. */
function firstLine(path: string, at: readonly PropertyKey[], reader: EntryReader): string {
  const file = reader.filled(path) ?? path
  reader.looksInto(file)
  try {
    const [line] = readFileSync(resolve(reader.cwd, file), 'utf8').split(/\r?\n/, 1)
    if (line !== '') return line
    reader.wrong(at, `"${file}" is empty; its first line is the password`)
  } catch (error) {
    reader.wrong(at, `"${file}" cannot be read: ${reason(error)}`)
  }
  return ''
}

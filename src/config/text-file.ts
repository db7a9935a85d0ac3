import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { errnoOf, messageOf } from '../base/errors.ts'
import type { Problems } from './problems.ts'
import type { SourceRange } from './source.ts'

/** A configuration file is written by hand; what is larger than this is another file given by mistake. */
const MAX_BYTES = 4 * 1024 * 1024

export type TextEncoding = 'utf8' | 'latin1'

export interface TextFile {
  /** As the user named it, for messages. */
  readonly file: string
  readonly text: string
  /** How to turn characters back into the bytes that the file holds. */
  readonly encoding: TextEncoding
}

/** Reads a file; where it cannot be read, that is a problem `at` the place that asked for it, and the result undefined. */
export function readTextFile(path: string, file: string, problems: Problems, at?: SourceRange): TextFile | undefined {
  const where = at ?? { file, line: 1, column: 1, length: 1 }
  // Where another file asked for this one, the message has to name it.
  const subject = at === undefined ? 'this file' : `"${file}"`
  problems.files.add(resolve(path))
  let bytes: Buffer
  try {
    const found = statSync(path)
    if (found.isDirectory()) {
      problems.add(where, `${subject} is a folder; name a file`)
      return undefined
    }
    if (found.size > MAX_BYTES) {
      problems.add(where, `${subject} has ${found.size} bytes; a configuration file may have up to ${MAX_BYTES}`)
      return undefined
    }
    bytes = readFileSync(path)
  } catch (error) {
    problems.add(where, `${subject} cannot be read: ${reason(error)}`)
    return undefined
  }
  const read = decode(bytes, file)
  if (read.text.includes('\0')) {
    problems.add(where, `${subject} is not a text file; name the file that holds the configuration`)
    return undefined
  }
  problems.text(file, read.text)
  return read
}

/** UTF-8, and where it is not that, byte by byte: a password in an old encoding stays the bytes it is. */
function decode(bytes: Uint8Array, file: string): TextFile {
  try {
    return { file, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'utf8' }
  } catch {
    return { file, text: Buffer.from(bytes).toString('latin1'), encoding: 'latin1' }
  }
}

/** Why a file cannot be read, and what to do. */
export function reason(error: unknown): string {
  switch (errnoOf(error)) {
    case 'ENOENT':
      return 'there is no such file; check the path'
    case 'EACCES':
      return 'permission denied; change its mode or your user'
    default:
      return messageOf(error)
  }
}

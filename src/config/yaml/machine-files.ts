import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileFacts } from '../../base/file-facts.ts'
import { reason } from '../text-file.ts'
import type { EntryReader } from './entry-reader.ts'
import type { MachineEntry } from './schema.ts'

interface MachineFiles {
  readonly kernel: string | undefined
  readonly initrd: string | undefined
  readonly ignition: string | undefined
  /** What tells each from another of the same name: by these a file that was changed is a change of the machine. */
  readonly contents: readonly (string | null)[]
}

/** What is handed to a guest when its machine starts: whole paths of files that must be there, since a guest that finds none does not start, or has no user. */
export function readMachineFiles(entry: MachineEntry, reader: EntryReader): MachineFiles {
  const [kernel, initrd, ignition] = (['kernel', 'initrd', 'ignition'] as const).map((key) =>
    readFile(entry[key], key, reader),
  )
  return {
    kernel,
    initrd,
    ignition,
    // A kernel is large, and looked at whenever the lab file is read.
    contents: [facts(kernel, fileFacts), facts(initrd, fileFacts), facts(ignition, digestOf)],
  }
}

function readFile(
  written: string | undefined,
  key: 'kernel' | 'initrd' | 'ignition',
  reader: EntryReader,
): string | undefined {
  const text = reader.filled(written)
  if (text === undefined) return undefined
  const file = resolve(reader.cwd, text)
  const path = ['machine', key]
  reader.looksInto(file)
  try {
    const what = key === 'ignition' ? 'an Ignition file (JSON)' : `that of the ${key}`
    if (!statSync(file).isFile()) reader.wrong(path, `"${file}" is no file; name ${what}`)
  } catch (error) {
    reader.wrong(path, `"${file}" cannot be read: ${reason(error)}`)
  }
  return file
}

/** Null: there is none, which has been said. */
function facts(file: string | undefined, of: (file: string) => string | null): string | null {
  try {
    return file === undefined ? null : of(file)
  } catch {
    return null
  }
}

function digestOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('base64url')
}

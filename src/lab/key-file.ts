import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readIfThere } from '../base/atomic-file.ts'
import { fromHex, hex } from '../base/bytes.ts'
import { errnoOf, messageOf, SetupError } from '../base/errors.ts'
import type { Random } from '../base/random.ts'
import { SECRET_KEY_BYTES, SecretBox } from '../base/secret-box.ts'
import { needsKey } from '../bmc/store.ts'

/** Beside the nodes' folders and never in one: the name of a node's folder does not begin with a dot. */
export function keyFileIn(stateFolder: string): string {
  return join(stateFolder, '.bmcsim-key')
}

/** In place of a path: secrets stay in clear. */
export const NO_KEY_FILE = 'none'

/**
 * The keys that seal passwords on disk: a line of 64 hex digits each, the first seals, all open. A file that is not there is
 * made, but never where a state file needs the one that is gone. `stateFiles`: of the nodes that use this key.
 */
export function openKeyFile(path: string, stateFiles: readonly string[], random: Random): SecretBox {
  const text = readKeys(path)
  if (text !== undefined) return new SecretBox(path, keysOf(text, path), random)
  const waiting = stateFiles.find(needsKey)
  if (waiting !== undefined) {
    throw new SetupError(
      `the passwords in ${waiting} are sealed with a key that is gone: there is no ${path}. Put it back, name the right file with --key-file, or move the state file away to start with the configured values`,
    )
  }
  makeKeyFile(path, random)
  return new SecretBox(path, keysOf(readKeys(path) ?? '', path), random)
}

function readKeys(path: string): string | undefined {
  try {
    const text = readIfThere(path)
    if (text !== undefined && (statSync(path).mode & 0o007) !== 0) {
      throw new SetupError(`everybody can read the key file ${path}; chmod 600 it`)
    }
    return text
  } catch (error) {
    if (error instanceof SetupError) throw error
    throw new SetupError(`the key file ${path} cannot be read: ${messageOf(error)}`, { cause: error })
  }
}

function keysOf(text: string, path: string): Uint8Array[] {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  const wrong = lines.findIndex((line) => !/^[0-9a-f]+$/i.test(line) || line.length !== SECRET_KEY_BYTES * 2)
  if (wrong >= 0 || lines.length === 0) {
    const which = lines.length === 0 ? 'it has none' : `its key ${wrong + 1} is none`
    throw new SetupError(
      `${path} is no key file: a key is a line of ${SECRET_KEY_BYTES * 2} hex digits, and ${which} (openssl rand -hex ${SECRET_KEY_BYTES})`,
    )
  }
  return lines.map((line) => fromHex(line.toLowerCase()))
}

/** Appears whole or not at all, on disk before anything is sealed with it; where two processes make one, the first wins. */
function makeKeyFile(path: string, random: Random): void {
  const key = hex(random.fill(new Uint8Array(SECRET_KEY_BYTES)), '')
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    writeOnce(path, `# Seals the passwords in bmcsim's state files; without it they cannot be read again.\n${key}\n`)
  } catch (error) {
    throw new SetupError(
      `the key file ${path} cannot be made: ${messageOf(error)}. Name another place with --key-file, or "none" to keep passwords in clear`,
      { cause: error },
    )
  }
}

/** A file that is there already stays as it is. */
function writeOnce(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`
  rmSync(temporary, { force: true })
  const file = openSync(temporary, 'wx', 0o600)
  try {
    writeFileSync(file, text)
    fsyncSync(file)
    linkSync(temporary, path)
    syncFolder(dirname(path))
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error
  } finally {
    closeSync(file)
    rmSync(temporary, { force: true })
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readIfThere, writeAtomic } from '../../base/atomic-file.ts'
import { messageOf, SetupError } from '../../base/errors.ts'
import { findQemu } from './find.ts'

/** The label that NoCloud looks for. */
const LABEL = 'cidata'
const TIMEOUT_MS = 30_000

/** Of a program that crashes: xorriso 1.5.4 was seen to end by a segmentation fault, and did not in 6000 other runs of the same kind. */
const ATTEMPTS = 3

/** They take the same arguments. */
const programs = ['xorrisofs', 'genisoimage', 'mkisofs'] as const

/**
 * `seed.iso` in `folder`: an ISO 9660 file system that holds `files`, with the long names of Rock Ridge and Joliet. The files
 * themselves stay beside it in `seed/`, for people to look at; where none has changed, the disk is not made again.
 */
export async function makeSeedDisk(folder: string, files: ReadonlyMap<string, string>): Promise<string> {
  const disk = join(folder, 'seed.iso')
  const contents = join(folder, 'seed')
  if (existsSync(disk) && seedNames.every((name) => readIfThere(join(contents, name)) === files.get(name))) return disk
  const program = programs.map(findQemu).find((found) => found !== undefined)
  if (program === undefined) {
    throw new SetupError(
      'a cloud-init seed takes a program that makes ISO 9660 file systems, and none is on this machine: install xorriso (Debian, Ubuntu: apt-get install xorriso)',
    )
  }
  const temporary = `${disk}.tmp`
  // A start that ends in the middle finds no disk, and makes it anew.
  for (const path of [disk, temporary, contents]) rmSync(path, { force: true, recursive: true })
  mkdirSync(contents, { recursive: true, mode: 0o700 })
  for (const [name, text] of files) writeAtomic(join(contents, name), text)
  await run(program, ['-quiet', '-output', temporary, '-volid', LABEL, '-joliet', '-rational-rock', contents])
  chmodSync(temporary, 0o600)
  renameSync(temporary, disk)
  return disk
}

/** All that a NoCloud seed may have of ours. */
const seedNames = ['user-data', 'meta-data', 'network-config'] as const

async function run(program: string, args: readonly string[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await runOnce(program, args)
    } catch (error) {
      if (attempt === ATTEMPTS || !/SIGSEGV/.test(messageOf(error))) throw error
    }
  }
}

function runOnce(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout: TIMEOUT_MS, killSignal: 'SIGKILL' }, (error, _, stderr) => {
      if (error === null) return resolve()
      const why = error.signal == null ? messageOf(error) : `it ended by ${error.signal}`
      const said = stderr.trim().split('\n').join('; ') || why
      reject(new SetupError(`the cloud-init seed was not made: ${program}: ${said}`, { cause: error }))
    })
  })
}

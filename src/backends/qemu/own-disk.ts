import { execFile } from 'node:child_process'
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { readIfThere, writeAtomic } from '../../base/atomic-file.ts'
import { messageOf, SetupError } from '../../base/errors.ts'
import { findQemu } from './find.ts'

/** A qcow2 image of one VM: what its guest writes, over a base that all who have it read only. */
export interface OwnDisk {
  readonly path: string
  readonly base: DiskBase | undefined
  /** Undefined: as large as its base. */
  readonly sizeBytes: number | undefined
}

export interface DiskBase {
  readonly file: string
  readonly format: string
}

/** A slow disk may take its time; a hanging one must not hold up the lab for ever. */
const TIMEOUT_MS = 60_000

/**
 * Makes the disk where it is not there yet, and grows one that is. What is there already is never made anew: it is refused
 * where it cannot be what is asked for. Rejects with a SetupError.
 */
export async function prepareDisk(disk: OwnDisk): Promise<string> {
  const { path, base, sizeBytes } = disk
  if (!existsSync(path)) await create(disk)
  else checkBase(path, base)
  noteBase(path, base)
  const now = headerOf(path).sizeBytes
  if (sizeBytes === undefined || sizeBytes === now) return path
  if (sizeBytes < now) {
    throw new SetupError(
      `its disk ${path} has ${now} bytes and cannot shrink to ${sizeBytes}: write a larger size, or remove the file to begin anew`,
    )
  }
  await qemuImg('resize', '-q', '-f', 'qcow2', path, String(sizeBytes))
  return path
}

/** Appears whole or not at all. */
async function create({ path, base, sizeBytes }: OwnDisk): Promise<void> {
  const temporary = `${path}.tmp`
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  rmSync(temporary, { force: true })
  // What an earlier disk was made of is not said of this one.
  rmSync(noteOf(path), { force: true })
  const over = base === undefined ? [] : ['-b', base.file, '-F', base.format]
  const size = sizeBytes === undefined ? [] : [String(sizeBytes)]
  await qemuImg('create', '-q', '-f', 'qcow2', ...over, temporary, ...size)
  chmodSync(temporary, 0o600)
  renameSync(temporary, path)
}

/** The same file, of the same size and time as when the disk was made: blocks over another base are no file system. */
function checkBase(path: string, base: DiskBase | undefined): void {
  const again = `Remove ${path} to begin anew (what the guest wrote is lost)`
  const made = headerOf(path).base
  if (made !== base?.file) {
    const from = made === undefined ? 'began empty' : `was made of ${made}`
    const wish = base === undefined ? 'and is to begin empty' : `not of ${base.file}`
    const moved =
      base === undefined ? '' : `, or tell it where its image is now: qemu-img rebase -u -F ${base.format} -b`
    throw new SetupError(`its disk ${from}, ${wish}. ${again}${moved && `${moved} ${base?.file} ${path}`}`)
  }
  const noted = readIfThere(noteOf(path))
  if (base === undefined || noted === undefined || noted === stamp(base)) return
  throw new SetupError(
    `the image ${base.file} is not the one that its disk was made of: size or time have changed. Put the old one back, or remove ${noteOf(path)} if only its time differs. ${again}`,
  )
}

function noteBase(path: string, base: DiskBase | undefined): void {
  if (base !== undefined && !existsSync(noteOf(path))) writeAtomic(noteOf(path), stamp(base))
}

/** Beside the disk: which base it was made of. */
function noteOf(path: string): string {
  return `${path}.base`
}

function stamp({ file }: DiskBase): string {
  const { size, mtimeMs } = statSync(file)
  return `${JSON.stringify({ size, changed: Math.floor(mtimeMs) })}\n`
}

/** Numbers are big-endian: where the name of the base is at byte 8, how long it is at 16, the disk's size at 24 (qcow2 specification, "Header"). */
function headerOf(path: string): { readonly base: string | undefined; readonly sizeBytes: number } {
  const file = openSync(path, 'r')
  try {
    const head = Buffer.alloc(32)
    if (readSync(file, head, 0, 32, 0) < 32 || head.readUInt32BE(0) !== 0x514649fb) {
      throw new SetupError(`its disk ${path} is no qcow2 image. Remove it to begin anew`)
    }
    const length = head.readUInt32BE(16)
    const name = Buffer.alloc(Math.min(length, 1023))
    readSync(file, name, 0, name.length, Number(head.readBigUInt64BE(8)))
    return { base: length === 0 ? undefined : name.toString('utf8'), sizeBytes: Number(head.readBigUInt64BE(24)) }
  } finally {
    closeSync(file)
  }
}

async function qemuImg(...args: readonly string[]): Promise<void> {
  const program = findQemu('qemu-img')
  if (program === undefined) {
    throw new SetupError(
      'a disk of its own takes qemu-img, which is not on this machine: install it (Debian, Ubuntu: apt-get install qemu-utils)',
    )
  }
  await new Promise<void>((resolve, reject) => {
    execFile(program, args, { timeout: TIMEOUT_MS, killSignal: 'SIGKILL' }, (error, _, stderr) => {
      if (error === null) return resolve()
      const said = stderr.trim().split('\n').join('; ') || messageOf(error)
      reject(new SetupError(`qemu-img ${args[0]} failed: ${said}`, { cause: error }))
    })
  })
}

import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { readIfThere, writeAtomic } from '../../base/atomic-file.ts'
import { fileFacts } from '../../base/file-facts.ts'
import type { KnownProcess } from '../../base/known-process.ts'
import type { BootPlan } from './boot-order.ts'
import type { Accelerator, QemuOptions } from './options.ts'

/** What a later process of ours has to know of a QEMU to go on with it; in `qemu.pid`, for as long as that QEMU lives. */
export interface QemuNote extends KnownProcess {
  /** Of all that it was started with, see `digestOf`. */
  readonly digest: string
  readonly accelerator: Accelerator
  /** What is on its command line of its NICs, ports and all. */
  readonly netdevs: readonly string[]
  /** What is on its command line of the order of booting. */
  readonly started: BootPlan
  /** The order that comes back when the firmware has read that of one boot. */
  readonly restore: readonly string[] | null
  /** QEMU's own memory before its guest had touched any. */
  readonly ownBytes: number
}

/** The note beside a QEMU that runs. */
export class NoteFile {
  readonly #path: string
  #note: QemuNote

  /** Written when it returns. */
  constructor(path: string, note: QemuNote, isThere = false) {
    this.#path = path
    this.#note = note
    if (!isThere) this.#write()
  }

  get note(): QemuNote {
    return this.#note
  }

  set(change: Partial<Pick<QemuNote, 'restore' | 'ownBytes'>>): void {
    this.#note = { ...this.#note, ...change }
    this.#write()
  }

  #write(): void {
    writeAtomic(this.#path, `${JSON.stringify(this.#note)}\n`)
  }
}

/** Undefined where there is none, or one that an older bmcsim wrote, or somebody by hand. */
export function readNote(path: string): QemuNote | undefined {
  try {
    const value: unknown = JSON.parse(readIfThere(path) ?? '')
    return isNote(value) ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * Two starts with the same digest are the same VM: the same program, arguments and folder, and on its disks the same files. A disk
 * that was removed and made again is another one, and so is a kernel.
 */
export function digestOf(
  args: readonly string[],
  options: Pick<QemuOptions, 'program' | 'cwd' | 'ownDisk' | 'seed' | 'kernel' | 'initrd' | 'ignition' | 'hostNic'>,
): string {
  const { program, cwd, ownDisk, seed, ignition } = options
  const booted = [options.kernel, options.initrd].map((path) => path && fileFacts(resolve(cwd, path)))
  const disks = [fileOf(ownDisk?.path), fileOf(seed)]
  // Where there is one, its arguments name a file: this is what is in that.
  const host = options.hostNic ? [options.hostNic.serviceUuid, options.hostNic.hostName] : []
  const facts = [program, args, cwd, ownDisk ?? null, ...disks, contentOf(ignition), ...booted, ...host]
  return createHash('sha256').update(JSON.stringify(facts)).digest('base64url')
}

function fileOf(path: string | undefined): string | null {
  const stat = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false })
  return stat ? `${stat.dev}:${stat.ino}` : null
}

function contentOf(path: string | undefined): string | null {
  return path === undefined ? null : (readIfThere(path) ?? null)
}

function isNote(value: unknown): value is QemuNote {
  if (typeof value !== 'object' || value === null) return false
  const facts = new Map<string, unknown>(Object.entries(value))
  const has = (name: string, type: string) => typeof facts.get(name) === type
  return (
    ['pid', 'startTime', 'ownBytes'].every((name) => has(name, 'number')) &&
    Number(facts.get('pid')) > 1 &&
    has('digest', 'string') &&
    ['tcg', 'kvm'].includes(String(facts.get('accelerator'))) &&
    isWords(facts.get('netdevs')) &&
    isPlan(facts.get('started')) &&
    (facts.get('restore') === null || isWords(facts.get('restore')))
  )
}

function isWords(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function isPlan(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const facts = new Map<string, unknown>(Object.entries(value))
  return isWords(facts.get('order')) && ['menu', 'direct'].every((name) => typeof facts.get(name) === 'boolean')
}

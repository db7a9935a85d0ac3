import { closeSync, fstatSync, openSync, readSync, statSync, truncateSync } from 'node:fs'
import { errnoOf } from '../../base/errors.ts'

/** QEMU writes every byte into it, heard or not; of what was heard no more than this stays. */
const mostHeardBytes = 64 * 1024

/** What a guest has said in days without a listener need not all be known. */
const mostReadBytes = 1024 * 1024

/**
 * What a VM said on its serial port, in a file that QEMU itself writes to (`logfile` of its chardev), whether anybody is connected or not. It
 * is emptied from time to time while we listen, so what is in it when a later process of ours comes is what the last one
 * may not have heard.
 */
export class SerialLog {
  readonly #path: string
  #heard: number

  constructor(path: string) {
    this.#path = path
    this.#heard = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  }

  /** So many bytes more have come, and are kept. */
  heard(count: number): void {
    this.#heard += count
    if (this.#heard < mostHeardBytes) return
    this.#heard = 0
    try {
      // QEMU appends: it goes on at the new end.
      truncateSync(this.#path)
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error
    }
  }

  /** What is in it behind the last of what is `kept` of the console. Nothing is added meanwhile: the guest is stopped. */
  unheard(kept: Uint8Array): Uint8Array {
    const said = this.#read()
    return said.subarray(heardPart(said, Buffer.from(kept)))
  }

  #read(): Buffer {
    const file = openSync(this.#path, 'r')
    try {
      const { size } = fstatSync(file)
      const from = Math.max(0, size - mostReadBytes)
      const bytes = Buffer.alloc(size - from)
      return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, from))
    } finally {
      closeSync(file)
    }
  }
}

/** How much from its beginning is the end of what is kept: as much as may be. */
function heardPart(said: Buffer, kept: Buffer): number {
  if (kept.length === 0) return 0
  const whole = said.lastIndexOf(kept)
  if (whole >= 0) return whole + kept.length
  for (let count = Math.min(said.length, kept.length); count > 0; count--) {
    if (kept.compare(said, 0, count, kept.length - count) === 0) return count
  }
  return 0
}

import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { messageOf, SetupError } from '../base/errors.ts'

/** The last bytes that a console said. */
export interface ScrollbackStore {
  append(bytes: Uint8Array): void
  /** The last `size` bytes, or all where there are fewer. */
  read(): Uint8Array
  /** Forgets them. */
  clear(): void
  close(): void
}

export interface ScrollbackOptions {
  readonly path: string
  /** Bytes to keep; 0: none. */
  readonly size: number
  /** The caller knows that there is no such file yet. */
  readonly isNew?: boolean
}

/**
 * Kept in a file, mode 0600, as the bytes themselves: `less` and `tail -f` can read it. Every append goes to the system at
 * once, so a killed process loses nothing. The file may grow to twice the size before it is cut, in one step by renaming.
 */
export class Scrollback implements ScrollbackStore {
  readonly #path: string
  readonly #size: number
  #file: number | undefined
  #length = 0

  /** The file is made with the first byte: most consoles of a big lab never say one. */
  constructor({ path, size, isNew = false }: ScrollbackOptions) {
    this.#path = path
    this.#size = size
    if (!isNew && existsSync(path)) this.#open()
  }

  append(bytes: Uint8Array): void {
    if (this.#size === 0) return
    const wanted = bytes.subarray(Math.max(0, bytes.length - this.#size))
    const file = this.#file ?? this.#open()
    writeAll(file, wanted)
    this.#length += wanted.length
    if (this.#length > this.#size * 2) this.#file = this.#cut(file)
  }

  read(): Uint8Array {
    if (this.#file === undefined) return new Uint8Array()
    const count = Math.min(this.#size, this.#length)
    const bytes = new Uint8Array(count)
    return bytes.subarray(0, readSync(this.#file, bytes, 0, count, this.#length - count))
  }

  clear(): void {
    if (this.#file === undefined) return
    ftruncateSync(this.#file)
    this.#length = 0
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
  }

  #open(): number {
    try {
      mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 })
      this.#file = openSync(this.#path, 'a+', 0o600)
    } catch (error) {
      throw new SetupError(`cannot keep the console's output in ${this.#path}: ${messageOf(error)}`, { cause: error })
    }
    this.#length = fstatSync(this.#file).size
    if (this.#length > this.#size) this.#file = this.#cut(this.#file)
    return this.#file
  }

  /** The file that goes on from here. */
  #cut(old: number): number {
    const kept = this.read()
    if (kept.length === 0) {
      ftruncateSync(old)
      this.#length = 0
      return old
    }
    const temporary = `${this.#path}.tmp`
    const file = openSync(temporary, 'w', 0o600)
    writeAll(file, kept)
    closeSync(file)
    renameSync(temporary, this.#path)
    closeSync(old)
    this.#length = kept.length
    return openSync(this.#path, 'a+', 0o600)
  }
}

/** For a node without a state folder, and for tests. */
export class MemoryScrollback implements ScrollbackStore {
  readonly #size: number
  #chunks: Uint8Array[] = []
  #length = 0

  constructor(size: number) {
    this.#size = size
  }

  append(bytes: Uint8Array): void {
    this.#chunks.push(Uint8Array.from(bytes.subarray(Math.max(0, bytes.length - this.#size))))
    this.#length += Math.min(bytes.length, this.#size)
    if (this.#length > this.#size * 2 || this.#chunks.length > 1024) this.#chunks = [this.read()]
    this.#length = this.#chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  }

  read(): Uint8Array {
    const all = Buffer.concat(this.#chunks)
    return Uint8Array.from(all.subarray(Math.max(0, all.length - this.#size)))
  }

  clear(): void {
    this.#chunks = []
    this.#length = 0
  }

  close(): void {}
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done)
}

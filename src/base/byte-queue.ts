import { noBytes } from './bytes.ts'

/** A bounded first-in first-out line of bytes. Storage grows with what is in it, up to `capacity`. */
export class ByteQueue {
  readonly capacity: number
  #ring: Uint8Array = noBytes
  #start = 0
  #length = 0

  constructor(capacity: number) {
    this.capacity = capacity
  }

  get length(): number {
    return this.#length
  }

  get room(): number {
    return this.capacity - this.#length
  }

  /** Takes as many bytes as fit, and says how many. */
  push(bytes: Uint8Array): number {
    const count = Math.min(bytes.length, this.room)
    if (count === 0) return 0
    this.#grow(this.#length + count)
    const end = (this.#start + this.#length) % this.#ring.length
    const first = Math.min(count, this.#ring.length - end)
    if (first === bytes.length) this.#ring.set(bytes, end)
    else {
      this.#ring.set(bytes.subarray(0, first), end)
      this.#ring.set(bytes.subarray(first, count), 0)
    }
    this.#length += count
    return count
  }

  /** A copy of the first bytes, at most `count`. They stay. */
  peek(count: number): Uint8Array {
    const wanted = Math.min(count, this.#length)
    // A piece of node's pool: an array of its own that is longer than 64 bytes costs several times as much.
    const out = Buffer.allocUnsafe(wanted)
    const first = Math.min(wanted, this.#ring.length - this.#start)
    out.set(this.#ring.subarray(this.#start, this.#start + first))
    if (first < wanted) out.set(this.#ring.subarray(0, wanted - first), first)
    return out
  }

  drop(count: number): void {
    const gone = Math.min(count, this.#length)
    this.#length -= gone
    this.#start = this.#length === 0 ? 0 : (this.#start + gone) % this.#ring.length
  }

  take(count: number): Uint8Array {
    const out = this.peek(count)
    this.drop(out.length)
    return out
  }

  clear(): void {
    this.drop(this.#length)
  }

  #grow(wanted: number): void {
    if (wanted <= this.#ring.length) return
    const larger = new Uint8Array(Math.min(this.capacity, Math.max(wanted, this.#ring.length * 2, 512)))
    larger.set(this.peek(this.#length))
    this.#ring = larger
    this.#start = 0
  }
}

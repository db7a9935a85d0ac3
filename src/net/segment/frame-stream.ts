import { longestFrame } from './ethernet.ts'

/** QEMU's `-netdev stream` puts four bytes before each frame: its length, the high byte first (QEMU's `net/stream.c`). */
const prefixBytes = 4
/** No MTU is larger, see `networks` of the lab file. */
const longest = longestFrame(65_000)

/** What is to be written for one frame. */
export function frameOnStream(frame: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(prefixBytes + frame.length)
  new DataView(bytes.buffer).setUint32(0, frame.length)
  bytes.set(frame, prefixBytes)
  return bytes
}

/** Cuts what comes from a stream into frames. Each has bytes of its own, or of the chunk that it came in, which nobody writes to. */
export class FrameStream {
  readonly #receive: (frame: Uint8Array) => void
  #rest: Uint8Array = new Uint8Array()

  constructor(receive: (frame: Uint8Array) => void) {
    this.#receive = receive
  }

  /** False: what comes is no stream of frames, and nothing behind it can be understood. */
  take(chunk: Uint8Array): boolean {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    while (bytes.length >= prefixBytes) {
      const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
      if (length > longest) return false
      if (bytes.length < prefixBytes + length) break
      this.#receive(bytes.subarray(prefixBytes, prefixBytes + length))
      bytes = bytes.subarray(prefixBytes + length)
    }
    this.#rest = bytes
    return true
  }
}

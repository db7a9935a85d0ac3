/**
 * A line of bytes to something that comes and goes: a VM's serial port behind telnet, a unix socket, a tty, a pty.
 * The line stays; `up` says whether anything is at the other end now. Whoever makes one reconnects by itself.
 */
export interface BytePort {
  readonly up: boolean
  /** Takes the bytes (they may be reused by the caller afterwards) and returns how many were accepted: fewer than
   * given when the other end is slow, 0 when it is away. What was not accepted is the caller's to offer again. */
  write(bytes: Uint8Array): number
  /** A serial break, where the line can carry one; otherwise nothing happens. */
  sendBreak(): void
  /** Bytes from the other end. The array is not reused. */
  onData(fn: (bytes: Uint8Array) => void): () => void
  /** The other end came (true) or went (false). */
  onUp(fn: (up: boolean) => void): () => void
  /** Room again after a short `write`. */
  onDrain(fn: () => void): () => void
  /** Stop and resume reading, so that the other end is held back rather than a buffer grown. */
  pause(): void
  resume(): void
  close(): void
}

/** What SOL needs of the console: the hub fills it in with one of its viewers. */
export interface SolConsole {
  /** Whether anything is at the other end of the serial port now. */
  readonly up: boolean
  /** Offers bytes to the serial port; returns how many were taken (see BytePort.write). */
  write(bytes: Uint8Array): number
  sendBreak(): void
  onData(fn: (bytes: Uint8Array) => void): () => void
  onUp(fn: (up: boolean) => void): () => void
  onDrain(fn: () => void): () => void
  /** Asks that the serial port be read no faster than this viewer takes it; `resume` ends the wish. */
  pause(): void
  resume(): void
  detach(): void
}

/** Gives a fresh viewer for each activation of the payload. */
export type OpenSolConsole = () => SolConsole

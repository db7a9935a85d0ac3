import { stripVTControlCharacters } from 'node:util'
import type { createLogUpdate } from 'log-update'
import { systemClock, type Timer } from '../../base/clock.ts'
import type { Look } from './look.ts'
import { picture, type Row } from './picture.ts'
import type { Progress } from './progress.ts'

/** What is over sooner needs no display, and no library to draw it. */
const FIRST_AFTER_MS = 200
const FRAME_MS = 100
/** A display as high as the screen would push its own first line out of it, where no cursor gets back to. */
const ROWS_LEFT_FREE = 2

/**
 * The display on a terminal. It writes, moves the cursor up and erases; no mode of the terminal is changed and the cursor stays
 * visible, so nothing has to be put back, also not after SIGKILL.
 */
export class Live implements Progress {
  readonly #stream: NodeJS.WriteStream
  readonly #look: Look
  readonly #rows: Map<string, Row>
  readonly #timers: Timer[] = []
  #draw: ReturnType<typeof createLogUpdate> | undefined
  #shown: readonly string[] = []
  #columns = 80
  #closed = false

  constructor(stream: NodeJS.WriteStream, names: readonly string[], look: Look) {
    this.#stream = stream
    this.#look = look
    const now = systemClock.monotonic()
    const fresh = { stage: undefined, beganAt: now, stageSince: now, missing: [], outcome: undefined }
    this.#rows = new Map(names.map((name) => [name, { name, ...fresh }]))
    this.#timers.push(systemClock.after(FIRST_AFTER_MS, () => void this.#begin()))
    process.on('uncaughtExceptionMonitor', this.#leave)
    process.on('exit', this.#leave)
  }

  stage(name: string, stage: string): void {
    this.#change(name, { stage, stageSince: systemClock.monotonic() })
  }

  waitsFor(name: string, missing: readonly string[]): void {
    this.#change(name, { missing })
  }

  done(name: string, good: boolean, words: string): void {
    this.#change(name, { outcome: { good, words } })
  }

  drop(name: string): void {
    this.#rows.delete(name)
  }

  aside(print: () => void): void {
    this.#erase()
    print()
    this.#frame()
  }

  close(stay = false): void {
    if (this.#closed) return
    this.#leave()
    if (stay && this.#rows.size > 0) this.#stream.write(`${this.#picture().join('\n')}\n`)
  }

  async #begin(): Promise<void> {
    const { createLogUpdate } = await import('log-update')
    if (this.#closed) return
    this.#draw = createLogUpdate(this.#stream, { showCursor: true })
    this.#stream.on('resize', this.#resized)
    process.on('SIGCONT', this.#continued)
    // Behind the signals that wait: what is drawn for the width before would be broken into lines that nobody erases.
    this.#timers.push(systemClock.every(FRAME_MS, () => setImmediate(() => this.#frame())))
    this.#frame()
  }

  #change(name: string, change: Partial<Row>): void {
    const row = this.#rows.get(name)
    if (row !== undefined) this.#rows.set(name, { ...row, ...change })
  }

  #frame(): void {
    if (this.#closed || this.#draw === undefined) return
    if (this.#rows.size === 0) {
      this.#erase()
      return
    }
    this.#shown = this.#picture()
    this.#columns = this.#stream.columns ?? 80
    this.#draw(this.#shown.join('\n'))
  }

  #picture(): string[] {
    const { rows = 24, columns = 80 } = this.#stream
    const size = { rows: Math.max(1, rows - ROWS_LEFT_FREE), columns }
    return picture([...this.#rows.values()], size, systemClock.monotonic(), this.#look)
  }

  #erase(): void {
    if (this.#shown.length > 0) this.#draw?.clear()
    this.#shown = []
  }

  /**
   * A terminal that became narrower has broken lines that do not fit any more, so the display is higher than it was drawn (where
   * a terminal cuts them instead, what stood above the display may lose a line).
   */
  readonly #resized = (): void => {
    const { columns = 80 } = this.#stream
    if (columns < this.#columns && this.#shown.length > 0) {
      const high = this.#shown.reduce(
        (sum, line) => sum + Math.max(1, Math.ceil(stripVTControlCharacters(line).length / columns)),
        0,
      )
      // CUU and ED of ECMA-48 §8.3: up to the first of our lines, and erase from there.
      this.#stream.write(`\x1b[${high}A\x1b[J`)
      this.#draw?.done()
      this.#shown = []
    }
    this.#frame()
  }

  /** While it was stopped others have written: what was drawn is theirs to scroll away. */
  readonly #continued = (): void => {
    this.#draw?.done()
    this.#shown = []
    this.#frame()
  }

  /** Also when the process ends in a way that nobody foresaw, before its last words are printed. */
  readonly #leave = (): void => {
    if (this.#closed) return
    this.#erase()
    this.#closed = true
    for (const timer of this.#timers) timer.cancel()
    this.#stream.off('resize', this.#resized)
    process.off('SIGCONT', this.#continued)
    process.off('uncaughtExceptionMonitor', this.#leave)
    process.off('exit', this.#leave)
  }
}

import type { Io } from './io.ts'

/** Shows how far nodes are. */
export interface Progress {
  stage(name: string, stage: string): void
  /** That node is through, whatever came of it. */
  done(name: string, line: string): void
  close(): void
}

/**
 * On a terminal a line for each node, redrawn as it goes on and gone at the end; else a plain line for each step, and with
 * JSON nothing. It only writes and moves the cursor up: no mode of the terminal is changed, so none has to be put back.
 */
export function showProgress(io: Io, names: readonly string[], json: boolean): Progress {
  if (json) return { stage() {}, done() {}, close() {} }
  return io.stderr.isTTY === true ? new Redrawn(io.stderr, names) : new Plain(io.stderr)
}

class Plain implements Progress {
  readonly #stream: NodeJS.WriteStream
  readonly #last = new Map<string, string>()

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
  }

  stage(name: string, stage: string): void {
    if (this.#last.get(name) === stage) return
    this.#last.set(name, stage)
    this.#stream.write(`${name}: ${stage}\n`)
  }

  done(): void {
    // The result is said when all are through.
  }

  close(): void {}
}

/** More than fit on the screen would scroll away, where no cursor gets back to. */
const ROWS_LEFT_FREE = 2
const stages = ['off', 'start', 'firmware', 'boot', 'ready']

class Redrawn implements Progress {
  readonly #stream: NodeJS.WriteStream
  readonly #lines: Map<string, string>
  readonly #open: Set<string>
  #shown = 0
  #closed = false
  #due = false

  constructor(stream: NodeJS.WriteStream, names: readonly string[]) {
    this.#stream = stream
    this.#lines = new Map(names.map((name) => [name, `${name}: ...`]))
    this.#open = new Set(names)
    this.#draw()
  }

  stage(name: string, stage: string): void {
    const at = stages.indexOf(stage)
    const bar = stages.map((_, i) => (i <= at ? '#' : '.')).join('')
    this.#lines.set(name, `[${bar}] ${name}: ${stage}`)
    this.#soon()
  }

  done(name: string, line: string): void {
    this.#open.delete(name)
    this.#lines.set(name, `        ${line}`)
    this.#soon()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#stream.write(this.#clear())
  }

  /** Many nodes change in one turn; that is one picture. */
  #soon(): void {
    if (this.#due) return
    this.#due = true
    setImmediate(() => {
      this.#due = false
      if (!this.#closed) this.#draw()
    })
  }

  #draw(): void {
    const before = this.#clear()
    const { rows = 24, columns = 80 } = this.#stream
    const room = Math.max(1, rows - ROWS_LEFT_FREE)
    const lines = this.#chosen(room).map((line) => line.slice(0, columns - 1))
    this.#shown = lines.length
    this.#stream.write(`${before}${lines.map((line) => `${line}\n`).join('')}`)
  }

  /** All, or those that are still on their way first. */
  #chosen(room: number): string[] {
    if (this.#lines.size <= room) return [...this.#lines.values()]
    const names = [...this.#lines.keys()]
    const sorted = [
      ...names.filter((name) => this.#open.has(name)),
      ...names.filter((name) => !this.#open.has(name)),
    ].slice(0, room - 1)
    const done = names.length - this.#open.size
    return [...sorted.map((name) => this.#lines.get(name) ?? ''), `${done} of ${names.length} are through`]
  }

  /** CUU and ED of ECMA-48 §8.3: up to the first of our lines, and erase from there. */
  #clear(): string {
    return this.#shown === 0 ? '' : `\x1b[${this.#shown}A\x1b[J`
  }
}

import { appendLine } from '../../base/append-file.ts'
import { readIfThere, writeAtomic } from '../../base/atomic-file.ts'

/**
 * Where the SEL is kept: lines in the order they were added. An event costs a line and not the whole log; `replace` makes
 * a short journal of a long one. A line that `append` returned from survives the end of this process at any moment.
 */
export interface Journal {
  /** Undefined: nothing was ever written. */
  lines(): readonly string[] | undefined
  append(line: string): void
  replace(lines: readonly string[]): void
}

export class MemoryJournal implements Journal {
  #lines: string[] | undefined
  lines(): readonly string[] | undefined {
    return this.#lines
  }
  append(line: string): void {
    this.#lines ??= []
    this.#lines.push(line)
  }
  replace(lines: readonly string[]): void {
    this.#lines = [...lines]
  }
}

/** One text file, mode 0600. A last line without its end was being written when the process was killed: it never counted. */
export class FileJournal implements Journal {
  readonly #path: string
  #isNew: boolean

  /** `isNew`: the caller knows that there is no such file yet. */
  constructor(path: string, isNew = false) {
    this.#path = path
    this.#isNew = isNew
  }

  lines(): readonly string[] | undefined {
    const text = this.#isNew ? undefined : readIfThere(this.#path)
    if (text === undefined) return undefined
    const lines = text.split('\n')
    if (lines.pop() !== '') this.replace(lines)
    return lines
  }

  append(line: string): void {
    this.#isNew = false
    appendLine(this.#path, line)
  }

  replace(lines: readonly string[]): void {
    this.#isNew = false
    writeAtomic(this.#path, lines.map((line) => `${line}\n`).join(''))
  }
}

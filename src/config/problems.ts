import { ConfigError, type Problem, type SourceRange } from './source.ts'

/**
 * Collects what is wrong while reading goes on, so that the user sees all of it at once. It also remembers where
 * passwords and keys stand: the lines are shown to the user later, and a secret must not be among them.
 */
export class Problems {
  readonly #problems: Problem[] = []
  readonly #seen = new Set<string>()
  readonly #texts = new Map<string, string>()
  readonly #secrets: SourceRange[] = []
  /** Whole paths of all that was looked into, or was to be. */
  readonly files = new Set<string>()

  /** The text of a file, so that its lines can be shown. */
  text(file: string, text: string): void {
    this.#texts.set(file, text)
  }

  /** The same thing said twice (a default that is wrong for every node) counts once. */
  add(at: SourceRange, message: string): void {
    const key = `${at.file}:${at.line}:${at.column}:${message}`
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    this.#problems.push({ at, message })
  }

  secret(at: SourceRange): void {
    this.#secrets.push(at)
  }

  get count(): number {
    return this.#problems.length
  }

  /** Throws everything found, file by file and from top to bottom; returns where there is nothing. */
  check(): void {
    if (this.#problems.length === 0) return
    const files = [...this.#texts.keys()]
    const sorted = this.#problems.toSorted(
      (a, b) =>
        files.indexOf(a.at.file) - files.indexOf(b.at.file) || a.at.line - b.at.line || a.at.column - b.at.column,
    )
    throw new ConfigError(sorted, this.#shown(), [...this.files])
  }

  #shown(): Map<string, string> {
    const lines = new Map([...this.#texts].map(([file, text]) => [file, text.split('\n')]))
    for (const { file, line, column, length } of this.#secrets) {
      const found = lines.get(file)
      const text = found?.[line - 1]
      if (found === undefined || text === undefined) continue
      const end = Math.min(text.length, column - 1 + length)
      found[line - 1] = text.slice(0, column - 1) + '*'.repeat(Math.max(0, end - column + 1)) + text.slice(end)
    }
    return new Map([...lines].map(([file, found]) => [file, found.join('\n')]))
  }
}

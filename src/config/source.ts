/** A place in a file, to point at in an error. Lines and columns count from 1. */
export interface SourceRange {
  readonly file: string
  readonly line: number
  readonly column: number
  /** How many characters to underline; at least 1. */
  readonly length: number
}

/** One thing wrong with a file: what, where, and what to write instead. */
export interface Problem {
  readonly at: SourceRange
  readonly message: string
}

/** Everything that is wrong with the configuration, all at once. The CLI prints it with carets and leaves with status 2. */
export class ConfigError extends Error {
  readonly problems: readonly Problem[]
  /** Text of each file named in `problems`, to show the lines. */
  readonly texts: ReadonlyMap<string, string>
  /** Whole paths of all files that were looked into, or were to be. */
  readonly files: readonly string[]
  constructor(problems: readonly Problem[], texts: ReadonlyMap<string, string>, files: readonly string[] = []) {
    super(problems.map((p) => `${p.at.file}:${p.at.line}:${p.at.column}: ${p.message}`).join('\n'))
    this.name = 'ConfigError'
    this.problems = problems
    this.texts = texts
    this.files = files
  }
}

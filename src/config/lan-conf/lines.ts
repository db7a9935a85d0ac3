import type { SourceRange } from '../source.ts'

/** Where a part of a joined line came from. */
interface Piece {
  /** Offset in the joined text. */
  readonly from: number
  readonly line: number
}

/** A line as a command sees it: in a .emu file it may be several lines of the file, joined by backslashes. */
export class LogicalLine {
  readonly file: string
  readonly text: string
  readonly #pieces: readonly Piece[]
  constructor(file: string, text: string, pieces: readonly Piece[]) {
    this.file = file
    this.text = text
    this.#pieces = pieces
  }

  /** The place in the file of what stands at `offset`. */
  place(offset: number, length: number): SourceRange {
    const piece = this.#pieces.findLast((candidate) => candidate.from <= offset) ?? this.#pieces[0]
    return { file: this.file, line: piece.line, column: offset - piece.from + 1, length: Math.max(1, length) }
  }

  /** Where the next word would have to stand. */
  end(): SourceRange {
    return this.place(this.text.trimEnd().length, 1)
  }
}

/** The lines of a lan.conf: one each. A carriage return at the end belongs to the line end. */
export function plainLines(file: string, text: string): LogicalLine[] {
  return physicalLines(text)
    .map((line, i) => new LogicalLine(file, line, [{ from: 0, line: i + 1 }]))
    .filter((line) => !isCommentOrBlank(line.text))
}

/**
 * The lines of a .emu file: a backslash as the very last character joins the next line. A comment between joined lines is
 * left out.
 */
export function joinedLines(file: string, text: string): LogicalLine[] {
  const lines: LogicalLine[] = []
  let joined = ''
  let pieces: Piece[] = []
  const finish = (): void => {
    if (pieces.length > 0 && !isCommentOrBlank(joined)) lines.push(new LogicalLine(file, joined, pieces))
    joined = ''
    pieces = []
  }
  for (const [i, line] of physicalLines(text).entries()) {
    if (pieces.length > 0 && line.trimStart().startsWith('#')) continue
    const goesOn = line.endsWith('\\') && !line.trimStart().startsWith('#')
    pieces.push({ from: joined.length, line: i + 1 })
    joined += goesOn ? line.slice(0, -1) : line
    if (!goesOn) finish()
  }
  finish()
  return lines
}

function physicalLines(text: string): string[] {
  return text.split('\n').map((line) => line.replace(/\r+$/, ''))
}

function isCommentOrBlank(line: string): boolean {
  return /^[ \t\r]*(#|$)/.test(line)
}

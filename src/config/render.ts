import type { ConfigError, Problem } from './source.ts'

/** Longer lines are cut around the place that is meant. */
const MAX_WIDTH = 160

const plain = { bold: '', red: '', reset: '' }
const colours = { bold: '\x1b[1m', red: '\x1b[31m', reset: '\x1b[0m' }

/** Each problem as `file:line:column: message` with its line and a caret below; then what it adds up to. */
export function renderConfigError(error: ConfigError, options: { colour?: boolean } = {}): string {
  const style = options.colour === true ? colours : plain
  const blocks = error.problems.map((problem) => renderProblem(problem, error.texts, style))
  const files = [...new Set(error.problems.map((problem) => problem.at.file))]
  const count = error.problems.length === 1 ? '1 problem' : `${error.problems.length} problems`
  return [...blocks, `${count} in ${files.join(', ')}; nothing was started`].join('\n')
}

function renderProblem({ at, message }: Problem, texts: ReadonlyMap<string, string>, style: typeof plain): string {
  const head = `${style.bold}${printable(`${at.file}:${at.line}:${at.column}:`)}${style.reset} ${printable(message)}`
  const line = texts.get(at.file)?.split('\n')[at.line - 1]?.replace(/\r$/, '')
  if (line === undefined) return head
  const { text, column } = cut(line, at.column - 1)
  const room = Math.max(1, text.length - column)
  // A tab stays a tab, so that the caret stands right however wide tabs are.
  const indent = text.slice(0, column).replace(/[^\t]/g, ' ').padEnd(column)
  const carets = '^'.repeat(Math.min(at.length, room))
  return `${head}\n  ${printable(text)}\n  ${indent}${style.red}${carets}${style.reset}`
}

function cut(line: string, column: number): { text: string; column: number } {
  if (line.length <= MAX_WIDTH) return { text: line, column }
  const from = Math.max(0, Math.min(column - MAX_WIDTH / 2, line.length - MAX_WIDTH))
  return { text: line.slice(from, from + MAX_WIDTH), column: column - from }
}

/** A file may hold anything; what would steer the terminal does not get there. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  return text.replace(/[\x00-\x08\x0a-\x1f\x7f-\x9f]/g, '\u00b7')
}

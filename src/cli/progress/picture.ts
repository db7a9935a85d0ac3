import type { Colour, Look } from './look.ts'
import { steps } from './progress.ts'

/** One node as the display knows it; times in milliseconds of one clock. */
export interface Row {
  readonly name: string
  /** Undefined: nothing was heard of it yet. */
  readonly stage: string | undefined
  readonly beganAt: number
  readonly stageSince: number
  readonly missing: readonly string[]
  readonly outcome: { readonly good: boolean; readonly words: string } | undefined
}

const stages = ['waiting', 'off', 'disk', ...steps]
/** Of many nodes, those that have not moved for longest. */
const SLOWEST = 5

interface Size {
  readonly rows: number
  readonly columns: number
}

type Piece = readonly [text: string, colour?: Colour]

/** The lines of the display at `now`: a line a node, or where they are too many counts, and the nodes that matter. */
export function picture(rows: readonly Row[], { rows: high, columns }: Size, now: number, look: Look): string[] {
  const spinner = look.spinner[Math.floor(now / 100) % look.spinner.length] ?? ''
  const width = Math.max(...rows.map(({ name }) => name.length))
  const line = (row: Row) => pieces(row, { width, now, spinner, look })
  const all = rows.length <= high ? rows.map(line) : folded(rows, high, { line, now, spinner, look })
  return all.map((one) => cut(one, columns - 1, look))
}

function folded(
  rows: readonly Row[],
  high: number,
  { line, now, spinner, look }: { line: (row: Row) => Piece[]; now: number; spinner: string; look: Look },
): Piece[][] {
  const open = rows.filter(({ outcome }) => outcome === undefined)
  const failed = rows.filter(({ outcome }) => outcome?.good === false)
  const room = high - 1
  const shown = failed.slice(0, Math.min(room, Math.max(1, room - SLOWEST)))
  const left = Math.max(0, room - shown.length)
  const waiting =
    open.length <= left ? open : [...open].sort((a, b) => a.stageSince - b.stageSince).slice(0, Math.min(left, SLOWEST))
  const began = Math.min(...rows.map(({ beganAt }) => beganAt))
  return [
    [
      ...mark(open.length > 0 ? undefined : failed.length === 0, spinner, look),
      [` ${rows.length} nodes: `],
      ...counts(rows),
      ...(open.length > 0 ? [[`  ${seconds(now - began)}`, 'faint'] as const] : []),
    ],
    ...shown.map(line),
    ...waiting.map(line),
  ]
}

/** `3 off, 20 boot, 76 good, 1 not good` */
function counts(rows: readonly Row[]): Piece[] {
  const open = rows.filter(({ outcome }) => outcome === undefined)
  const at = (stage: string) => open.filter((row) => stageOf(row) === stage).length
  const good = rows.filter(({ outcome }) => outcome?.good === true).length
  const all: (readonly [number, string, Colour?])[] = [
    ...stages.map((stage) => [at(stage), stage, stageColour(stage)] as const),
    [good, 'good', 'green'],
    [rows.length - open.length - good, 'not good', 'red'],
  ]
  return all
    .filter(([count]) => count > 0)
    .flatMap(([count, word, colour], i) => [[i === 0 ? '' : ', '], [`${count} ${word}`, colour]] satisfies Piece[])
}

function pieces(
  row: Row,
  { width, now, spinner, look }: { width: number; now: number; spinner: string; look: Look },
): Piece[] {
  const name = ` ${row.name.padEnd(width)}  `
  if (row.outcome !== undefined) return [...mark(row.outcome.good, spinner, look), [name], [row.outcome.words]]
  const stage = stageOf(row)
  const past = steps.indexOf(stage) + 1
  const idle = stage === 'off' || stage === 'waiting'
  return [
    ...(idle ? [[look.idle, 'faint'] as const] : mark(undefined, spinner, look)),
    [name],
    [look.past.repeat(past), 'green'],
    [look.next.repeat(steps.length - past), 'faint'],
    [`  ${stage.padEnd(8)}`, stageColour(stage)],
    [seconds(now - row.beganAt).padStart(6), 'faint'],
    [row.missing.length === 0 ? '' : `  ${row.missing.join(', ')}`, 'faint'],
  ]
}

/** Undefined: it is on its way. */
function mark(good: boolean | undefined, spinner: string, look: Look): Piece[] {
  if (good === undefined) return [[spinner, 'cyan']]
  return [good ? [look.good, 'green'] : [look.bad, 'red']]
}

const stageOf = (row: Row): string => row.stage ?? 'waiting'

function stageColour(stage: string): Colour | undefined {
  if (stage === 'off' || stage === 'waiting') return 'faint'
  return stage === 'ready' ? 'green' : 'yellow'
}

function seconds(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000))
  return s < 60 ? `${s} s` : `${Math.floor(s / 60)}m${String(s % 60).padStart(2, '0')}s`
}

/** A line that is too long would take two rows. */
function cut(line: readonly Piece[], columns: number, look: Look): string {
  let left = Math.max(1, columns)
  let text = ''
  for (const [piece, colour] of line) {
    const letters = [...piece].slice(0, left)
    left -= letters.length
    text += colour === undefined ? letters.join('') : look.paint(letters.join(''), colour)
  }
  return text.trimEnd()
}

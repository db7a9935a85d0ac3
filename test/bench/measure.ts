import type { Servers } from './servers.ts'

/**
 * One row of the table: what is measured, of whom, and the ratio that must hold (floor) or is aimed at (goal). `less` is
 * better unless said otherwise.
 */
export interface Measure {
  readonly name: string
  readonly unit: string
  readonly moreIsBetter?: true
  /** The first is bmcsim; every round asks them one after another, so that all meet the same neighbours. */
  readonly subjects: readonly string[]
  readonly limits: readonly Limit[]
  /** How many rounds of a full run; some are too long for many. */
  readonly rounds?: number
  /** What this machine lacks for it, and what to do about it; undefined where nothing is missing. */
  missing?(): string | undefined
  run(subject: string, servers: Servers, size: Size): Promise<number>
}

export interface Limit {
  /** Another subject, or none: the figure itself. */
  readonly against?: string
  readonly floor?: number
  readonly goal?: number
}

/** A full run, or one that only shows that everything still runs. */
export interface Size {
  readonly quick: boolean
  /** `full`, or `quick` of it. */
  of(full: number, quick: number): number
}

export interface Row {
  readonly name: string
  readonly unit: string
  /** Of each subject: the median, and every round. */
  readonly subjects: Readonly<Record<string, { readonly median: number; readonly rounds: readonly number[] }>>
  readonly limits: readonly (Limit & { readonly ratio: number; readonly verdict: Verdict })[]
}

/** The better bound that was reached; `-` where there is none, or no ratio. */
export type Verdict = 'goal' | 'floor' | 'missed' | '-'

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}

/** Interleaved rounds, and the row they make. `round` says how far it is. */
export async function measured(
  measure: Measure,
  servers: Servers,
  size: Size,
  rounds: number,
  round: (text: string) => void,
): Promise<Row> {
  const values = new Map<string, number[]>(measure.subjects.map((subject) => [subject, []]))
  for (let i = 0; i < rounds; i++) {
    for (const [subject, all] of values) {
      round(`${measure.name}: round ${i + 1} of ${rounds}, ${subject}`)
      all.push(await measure.run(subject, servers, size))
    }
  }
  const subjects = Object.fromEntries(
    [...values].map(([subject, all]) => [subject, { median: median(all), rounds: all }]),
  )
  const [own = ''] = measure.subjects
  return {
    name: measure.name,
    unit: measure.unit,
    subjects,
    limits: measure.limits.map((limit) => {
      const ratio = median(
        ratios(values.get(own) ?? [], limit.against === undefined ? undefined : values.get(limit.against)),
      )
      return { ...limit, ratio, verdict: verdict(ratio, limit, measure.moreIsBetter === true) }
    }),
  }
}

/**
 * Of each round: what is compared was measured one after another, and the neighbours change from round to round. A round in which the
 * other one did not do it at all, which is 0, has no ratio.
 */
function ratios(own: readonly number[], others: readonly number[] | undefined): readonly number[] {
  if (others === undefined) return own
  return own.flatMap((value, i) => (others[i] === 0 ? [] : value / (others[i] ?? Number.NaN)))
}

function verdict(ratio: number, { floor, goal }: Limit, moreIsBetter: boolean): Verdict {
  if ((floor === undefined && goal === undefined) || Number.isNaN(ratio)) return '-'
  const holds = (bound: number | undefined) => bound !== undefined && (moreIsBetter ? ratio >= bound : ratio <= bound)
  if (holds(goal)) return 'goal'
  return holds(floor) ? 'floor' : 'missed'
}

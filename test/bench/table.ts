import type { Row } from './measure.ts'

/** The rows as a table for people, and for docs/performance.md as it stands. */
export function table(rows: readonly Row[]): string {
  const lines = rows.flatMap((row) => {
    const figures = Object.entries(row.subjects).map(([subject, { median }]) => `${subject} ${short(median)}`)
    const limits = row.limits.map(({ against, floor, goal, ratio, verdict }) => {
      const bounds = [
        floor === undefined ? [] : floor === Number.POSITIVE_INFINITY ? 'floor: it works' : `floor ${floor}`,
        goal === undefined ? [] : `goal ${goal}`,
      ].flat()
      return {
        ratio: against === undefined || Number.isNaN(ratio) ? short(ratio) : `${short(ratio)} x ${against}`,
        bounds: bounds.join(', '),
        verdict: bounds.length === 0 ? '' : verdict,
      }
    })
    return limits.map((limit, i) => [
      i === 0 ? `${row.name} (${row.unit})` : '',
      i === 0 ? figures.join(', ') : '',
      limit.ratio,
      limit.bounds,
      limit.verdict,
    ])
  })
  return markdown([['what', 'medians', 'ratio', 'to reach', 'reached'], ...lines])
}

function markdown(lines: readonly (readonly string[])[]): string {
  const [head = [], ...body] = lines
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [row(head), row(head.map(() => '---')), ...body.map(row)].join('\n')
}

function short(value: number): string {
  if (Number.isNaN(value)) return 'no ratio'
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}

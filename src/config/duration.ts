const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Longer is a mistake in the unit. */
const MOST_MS = 24 * 3_600_000

/** Milliseconds in `90s`, `2m`, `1m30s`, `500ms` or a plain number of seconds; undefined in anything else. */
export function durationMs(value: string | number): number | undefined {
  const text = String(value).trim()
  const parts = /^\d+(\.\d+)?$/.test(text) ? [`${text}s`] : text.match(/^(\d+(\.\d+)?(ms|s|m|h))+$/) && text.match(PART)
  if (!parts) return undefined
  const ms = parts.reduce((sum, part) => sum + Number.parseFloat(part) * unitMs[part.replace(/[\d.]+/, '')], 0)
  return ms > 0 && ms <= MOST_MS ? Math.round(ms) : undefined
}

const PART = /\d+(\.\d+)?(ms|s|m|h)/g

export const durationWords = 'a time up to 24h, like 90s or 2m'

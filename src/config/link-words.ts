/** What a cable does to what goes through it, as it is written in a lab file and on the command line. */

/** Milliseconds in `100`, `100ms`, `0.5ms` or `1.5s`, up to ten seconds. */
export function delayMs(value: string | number): number | undefined {
  const match = /^(\d+(?:\.\d+)?) ?(ms|s)?$/.exec(String(value))
  if (match === null) return undefined
  const ms = Number(match[1]) * (match[2] === 's' ? 1000 : 1)
  return ms <= mostDelayMs ? ms : undefined
}

/** Per cent in `1`, `0.1` or `2.5%`. */
export function lossPercent(value: string | number): number | undefined {
  const match = /^(\d+(?:\.\d+)?) ?%?$/.exec(String(value))
  const percent = match === null ? Number.NaN : Number(match[1])
  return percent <= 100 ? percent : undefined
}

const factors: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9 }

/** Bits a second in `9600`, `64k`, `10M`, `1G` or `100Mbit`; null in `none`: as much as goes. */
export function rateBps(value: string | number): number | null | undefined {
  if (value === 'none') return null
  const match = /^(\d+(?:\.\d+)?) ?([kmg]?)(?:bit(?:\/s)?|bps)?$/i.exec(String(value))
  if (match === null) return undefined
  const rate = Number(match[1]) * factors[match[2].toLowerCase()]
  return rate >= leastRateBps && rate <= mostRateBps ? rate : undefined
}

export const mostDelayMs = 10_000
/** Below, one frame takes longer than anybody waits. */
export const leastRateBps = 1000
export const mostRateBps = 1e12

/** What each is, for a message. */
export const linkWords = {
  delay: 'delay must be a time up to 10s, like 100ms',
  jitter: 'jitter must be a time up to 10s, like 10ms',
  loss: 'loss must be per cent of the frames, like 1% or 0.5%',
  rate: 'rate must be bits a second from 1k, like 64k, 10M or 1G, or none',
} as const

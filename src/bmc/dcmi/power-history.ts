/** What is known of the power over a time, while it went from one value to another. */
interface Span {
  readonly fromMs: number
  readonly toMs: number
  readonly first: number
  readonly last: number
  readonly mean: number
  readonly minimum: Extreme
  readonly maximum: Extreme
}

/** A value, and when it was. */
interface Extreme {
  readonly ms: number
  readonly watts: number
}

/** Spans shorter than this part of the window are joined to one. */
const PARTS = 120

/**
 * Power over the last `windowMs`, kept from one look to the next. Between two looks the power is taken to have gone its
 * first-order way from one value to the other, so that a mean is right also where nobody looked for long.
 */
export class PowerHistory {
  readonly #windowMs: number
  readonly #settleMs: number
  #spans: Span[] = []
  #last: Extreme
  #wattMs = 0

  constructor(windowMs: number, settleMs: number, first: Extreme) {
    this.#windowMs = windowMs
    this.#settleMs = settleMs
    this.#last = first
  }

  add(ms: number, watts: number): void {
    const span = this.#span(this.#last.ms, ms, this.#last.watts, watts)
    this.#last = { ms, watts }
    if (span === undefined) return
    this.#wattMs += span.mean * (span.toMs - span.fromMs)
    const before = this.#spans.at(-1)
    if (before !== undefined && before.toMs - before.fromMs < this.#windowMs / PARTS) {
      this.#spans[this.#spans.length - 1] = joined(before, span)
    } else {
      this.#spans.push(span)
      const oldest = ms - this.#windowMs
      if (this.#spans[0].toMs < oldest) this.#spans = this.#spans.filter(({ toMs }) => toMs >= oldest)
    }
  }

  /** The energy from the first value to the last, longer ago than the window included. */
  get wattMs(): number {
    return this.#wattMs
  }

  /** Since `fromMs`, to the last value that was added. Of several extremes the latest. */
  since(fromMs: number): { readonly minimum: Extreme; readonly maximum: Extreme; readonly average: number } {
    const last = this.#last
    const spans = this.#spans.flatMap((span) => (span.toMs <= fromMs ? [] : (this.#cut(span, fromMs) ?? [])))
    const ms = spans.reduce((sum, span) => sum + span.toMs - span.fromMs, 0)
    return {
      minimum: spans.reduceRight((least, span) => lower(least, span.minimum), last),
      maximum: spans.reduceRight((most, span) => higher(most, span.maximum), last),
      average: ms === 0 ? last.watts : spans.reduce((sum, span) => sum + span.mean * (span.toMs - span.fromMs), 0) / ms,
    }
  }

  #span(fromMs: number, toMs: number, first: number, last: number): Span | undefined {
    if (toMs <= fromMs) return undefined
    const part = partOfLast((toMs - fromMs) / this.#settleMs)
    const mean = last * part + first * (1 - part)
    const [start, end] = [
      { ms: fromMs, watts: first },
      { ms: toMs, watts: last },
    ]
    return { fromMs, toMs, first, last, mean, minimum: lower(end, start), maximum: higher(end, start) }
  }

  /** The end of a span, from `fromMs` on. */
  #cut(span: Span, fromMs: number): Span | undefined {
    if (fromMs <= span.fromMs) return span
    const { first, last, toMs } = span
    // Gone of the way at `fromMs`, where the whole of it is 1 at the end of the span.
    const gone = way(fromMs - span.fromMs, this.#settleMs) / way(toMs - span.fromMs, this.#settleMs)
    return this.#span(fromMs, toMs, first + (last - first) * gone, last)
  }
}

/** How much of a way is behind a value after `ms`. A tiny time constant and none at all are the same. */
function way(ms: number, settleMs: number): number {
  return 1 - Math.exp(-ms / Math.max(settleMs, 1))
}

/**
 * The mean of a first-order way lies this far towards its last value; `u` is how long it took, in time constants. Half way for
 * a short one, which is nearly a straight line; all of it for a long one.
 */
function partOfLast(u: number): number {
  return u < 1e-4 ? 0.5 : 1 / (1 - Math.exp(-u)) - 1 / u
}

function lower(later: Extreme, earlier: Extreme): Extreme {
  return earlier.watts < later.watts ? earlier : later
}

function higher(later: Extreme, earlier: Extreme): Extreme {
  return earlier.watts > later.watts ? earlier : later
}

function joined(a: Span, b: Span): Span {
  const ms = b.toMs - a.fromMs
  return {
    fromMs: a.fromMs,
    toMs: b.toMs,
    first: a.first,
    last: b.last,
    mean: (a.mean * (a.toMs - a.fromMs) + b.mean * (b.toMs - b.fromMs)) / ms,
    minimum: lower(b.minimum, a.minimum),
    maximum: higher(b.maximum, a.maximum),
  }
}

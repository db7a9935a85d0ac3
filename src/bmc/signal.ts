import type { PowerState } from '../machine/machine.ts'

/**
 * What moves a sensor. Values are raw counts (analog) or state bits (discrete); undefined means that there is nothing to
 * measure. They are computed when somebody looks: a rack of idle BMCs costs nothing.
 */
export type Signal =
  | { readonly kind: 'fixed'; readonly value: number | undefined }
  /** Bits by power state. */
  | { readonly kind: 'states'; readonly on: number | undefined; readonly off: number | undefined }
  | AnalogSignal

export interface AnalogSignal {
  readonly kind: 'analog'
  readonly on: number | undefined
  readonly off: number | undefined
  /** Where it starts when it had no value before; `on` unless given. A fan spins up at full speed. */
  readonly start: number | undefined
  /** How far it strays from where it should be. */
  readonly wobble: number
  /** Time constant of its way to a new value. */
  readonly settleMs: number
}

/** When the power last changed, and where the value was then. */
export interface Anchor {
  readonly sinceMs: number
  readonly from: number | undefined
}

/** One full swing of the wobble takes about two of these. */
const WOBBLE_MS = 30_000

export function targetOf(signal: Signal, power: PowerState): number | undefined {
  return signal.kind === 'fixed' ? signal.value : signal[power]
}

/**
 * The value now. `anchor` undefined: it settled long ago. The wobble depends on `seed` and the time alone, so the same
 * node shows the same at the same moment, and two nodes differ.
 */
export function signalValue(
  signal: Signal,
  power: PowerState,
  anchor: Anchor | undefined,
  now: { readonly wallMs: number; readonly ms: number },
  seed: number,
): number | undefined {
  const target = targetOf(signal, power)
  if (signal.kind !== 'analog' || target === undefined) return target
  const from = anchor === undefined ? target : (anchor.from ?? signal.start ?? target)
  const age = anchor === undefined ? 0 : now.ms - anchor.sinceMs
  const left = signal.settleMs === 0 ? 0 : (from - target) * Math.exp(-age / signal.settleMs)
  return target + left + signal.wobble * noise(seed, now.wallMs / WOBBLE_MS)
}

/** A number for a text (FNV-1a, 32 bits). */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash
}

/** Smooth, between -1 and 1: a value for each whole `at`, and an easy way from one to the next. */
function noise(seed: number, at: number): number {
  const step = Math.floor(at)
  const part = at - step
  const eased = part * part * (3 - 2 * part)
  const from = scatter(seed, step)
  return from + (scatter(seed, step + 1) - from) * eased
}

function scatter(seed: number, step: number): number {
  let x = Math.imul(seed ^ step, 0x9e3779b1)
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  return ((x ^ (x >>> 13)) >>> 0) / 0x80000000 - 1
}

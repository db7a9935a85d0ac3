import type { PowerState } from '../../machine/machine.ts'
import { noWork, type Work, type WorkStep } from './workload.ts'

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
  /** What full work of each kind adds to it while the power is on. */
  readonly load?: Partial<Work>
  /** Other sensors of LUN 0 that it goes along with, at once: the one that adds most counts. */
  readonly follows?: readonly Follow[]
}

export interface Follow {
  readonly number: number
  /** Where the other adds nothing, in its own counts. */
  readonly at: number
  /** What each count above that adds. */
  readonly perCount: number
}

/** Where the value was when something last changed: the power, or the work as far as one looked. */
export interface Anchor {
  readonly sinceMs: number
  readonly from: number | undefined
}

/** One full swing of the wobble takes about two of these. */
const WOBBLE_MS = 30_000

export function targetOf(signal: Signal, power: PowerState, work = noWork): number | undefined {
  if (signal.kind === 'fixed') return signal.value
  const target = signal[power]
  if (target === undefined || power === 'off' || signal.kind === 'states') return target
  return target + extra(signal.load, work)
}

/**
 * The value of a signal now, without its wobble: a first-order way from where it was to where it should be, exact for work
 * that stayed the same since, however often it is looked at. `anchor` undefined: it settled long ago.
 */
export function courseOf(
  signal: AnalogSignal,
  power: PowerState,
  anchor: Anchor | undefined,
  ms: number,
  work = noWork,
): number | undefined {
  const target = targetOf(signal, power, work)
  if (target === undefined || anchor === undefined) return target
  const from = anchor.from ?? signal.start ?? target
  if (signal.settleMs === 0) return target
  return target + (from - target) * Math.exp(-(ms - anchor.sinceMs) / signal.settleMs)
}

/** Where the value has come to with the work of a step; from there it sets out for whatever comes next. */
export function stepped(signal: AnalogSignal, power: PowerState, anchor: Anchor | undefined, step: WorkStep): Anchor {
  const start = anchor ?? { sinceMs: step.fromMs, from: targetOf(signal, power, step.before) }
  return { sinceMs: step.toMs, from: courseOf(signal, power, start, step.toMs, step.work) }
}

/**
 * How far a value strays just now. It depends on `seed` and the time alone, so the same node shows the same at the same
 * moment, and two nodes differ.
 */
export function wobble(signal: AnalogSignal, wallMs: number, seed: number): number {
  return signal.wobble === 0 ? 0 : signal.wobble * noise(seed, wallMs / WOBBLE_MS)
}

function extra(load: Partial<Work> | undefined, work: Work): number {
  if (load === undefined) return 0
  const { cpu = 0, memory = 0, disk = 0, network = 0 } = load
  return cpu * work.cpu + memory * work.memory + disk * work.disk + network * work.network
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

import type { ReadyCheck } from '../../config/config.ts'
import type { Machine, PowerState } from '../../machine/machine.ts'
import { Checking } from './checking.ts'
import type { Checked } from './checks.ts'
import type { Stage } from './progress.ts'
import type { Readiness } from './readiness.ts'

/** What somebody may wait for. */
export type Goal =
  | { readonly kind: 'power'; readonly power: PowerState }
  | { readonly kind: 'ready' }
  | { readonly kind: 'check'; readonly check: ReadyCheck }

/** How it ended. */
export interface WaitResult {
  readonly good: boolean
  readonly stage: Stage
  readonly power: PowerState
  readonly afterMs: number
  /** Where it was not good: what did not hold, and why. */
  readonly missing: readonly string[]
}

export interface WaitOptions {
  readonly timeoutMs: number
  readonly cancelled: AbortSignal
  /** Told the stage now, and each that follows. */
  readonly onStage: (stage: Stage) => void
  /** Told what does not hold yet, and why, each time that this changes. */
  readonly onMissing: (missing: readonly string[]) => void
}

/** Resolves when the goal is reached, or with what is missing when the time is over or it is called off. */
export function waitFor(
  goal: Goal,
  { checked, machine, readiness }: { checked: Checked; machine: Machine; readiness: Readiness | undefined },
  { timeoutMs, cancelled, onStage, onMissing }: WaitOptions,
): Promise<WaitResult> {
  const { progress, clock } = checked
  const began = clock.monotonic()
  return new Promise((resolve) => {
    const ends: (() => void)[] = []
    let over = false
    let missing = (): string[] => []
    const end = (good: boolean) => {
      if (over) return
      over = true
      const afterMs = Math.round(clock.monotonic() - began)
      const result = { good, stage: progress.stage, power: machine.power, afterMs, missing: good ? [] : missing() }
      for (const one of ends) one()
      resolve(result)
    }
    const until = (stop: () => void) => {
      ends.push(stop)
      // It may have ended before there was something to stop.
      if (over) stop()
    }
    const fail = () => end(false)
    onStage(progress.stage)
    until(progress.onChange(onStage))
    const timer = clock.after(timeoutMs, fail)
    until(() => timer.cancel())
    cancelled.addEventListener('abort', fail)
    until(() => cancelled.removeEventListener('abort', fail))
    if (cancelled.aborted) return fail()

    if (goal.kind === 'power') {
      missing = () => [`power ${goal.power}`]
      if (machine.power === goal.power) return end(true)
      until(machine.onPower((power) => power === goal.power && end(true)))
      return
    }
    if (goal.kind === 'check') {
      const checking = new Checking([goal.check], checked, () => end(true))
      missing = () => checking.missing
      onMissing(missing())
      until(checking.onMissing(() => onMissing(missing())))
      until(() => checking.close())
      return
    }
    if (progress.stage === 'ready') return end(true)
    missing = () => readiness?.missing ?? []
    until(progress.onChange((stage) => stage === 'ready' && end(true)))
    if (readiness === undefined) return
    until(readiness.onMissing(() => onMissing(missing())))
    until(readiness.hold())
    onMissing(missing())
  })
}

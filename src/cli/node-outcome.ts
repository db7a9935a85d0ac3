import { messageOf } from '../base/errors.ts'
import { askWait } from '../lab/wait-client.ts'
import type { Progress } from './progress/progress.ts'

/** What came of waiting for one node, as `--json` prints it. */
export interface Outcome {
  readonly name: string
  readonly ok: boolean
  readonly stage: string | null
  readonly power: string | null
  readonly afterMs: number | null
  readonly missing: readonly string[]
  readonly error?: string
}

export interface Wanted {
  readonly goal: string
  /** Undefined: as long as the node's own `ready` says. */
  readonly timeoutMs: number | undefined
  readonly cancelled: AbortSignal
}

/** Waits for one node of the lab behind that socket, and shows how far it is. */
export async function waitForNode(
  controlSocket: string,
  name: string,
  wanted: Wanted,
  progress: Pick<Progress, 'stage' | 'waitsFor' | 'done'>,
): Promise<Outcome> {
  const nothing = { name, ok: false, stage: null, power: null, afterMs: null, missing: [] }
  try {
    for await (const event of askWait(controlSocket, name, wanted)) {
      if ('stage' in event) progress.stage(name, event.stage)
      else if ('missing' in event) progress.waitsFor(name, event.missing)
      else {
        const { good, stage, power, afterMs, missing } = event.result
        const outcome = { name, ok: good, stage, power, afterMs, missing }
        progress.done(name, good, outcomeWords(outcome, wanted.goal))
        return outcome
      }
    }
  } catch (error) {
    if (!wanted.cancelled.aborted) {
      const outcome = { ...nothing, error: messageOf(error) }
      progress.done(name, false, outcomeWords(outcome, wanted.goal))
      return outcome
    }
  }
  return { ...nothing, error: 'not waited for' }
}

/** `good, ready after 4.2 s`, or where it stood. */
export function outcomeWords({ ok, stage, afterMs, missing, error }: Outcome, goal: string): string {
  if (error !== undefined) return error
  const after = `after ${((afterMs ?? 0) / 1000).toFixed(1)} s`
  if (ok) return `good, ${goal} ${after}`
  const waits = missing.length === 0 ? '' : `; missing: ${missing.join(', ')}`
  return `not ${goal} ${after}, at stage ${stage}${waits}`
}

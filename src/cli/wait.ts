import { holdProcess } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import { durationMs, durationWords } from '../config/duration.ts'
import type { RunningLab } from '../lab/running-labs.ts'
import { askWait } from '../lab/wait-client.ts'
import { chosenNodes } from './chosen-nodes.ts'
import { ExitCode, UsageError } from './exit-code.ts'
import { findLab } from './find-lab.ts'
import { err, type Io, out, outJson } from './io.ts'
import { askNodes, exitOf } from './node-statuses.ts'
import { type Progress, showProgress } from './progress.ts'

export interface WaitOptions {
  readonly for: string
  readonly timeout?: string
  readonly json?: boolean
  readonly state?: string
}

/** What came of it for one node, as `--json` prints it. */
interface Outcome {
  readonly name: string
  readonly ok: boolean
  readonly stage: string | null
  readonly power: string | null
  readonly afterMs: number | null
  readonly missing: readonly string[]
  readonly error?: string
}

/** `bmcsim wait`: ends when every node is where it is wanted, or with status 1 and a line for each. */
export async function wait(io: Io, nodeSet: string, options: WaitOptions): Promise<number> {
  const timeoutMs = readTimeout(options.timeout)
  const lab = findLab(options.state, io.env)
  return waitForNodes(io, lab, chosenNodes(nodeSet, await askNodes(lab)), {
    goalOf: () => options.for,
    timeoutMs,
    json: options.json,
  })
}

export function readTimeout(text: string | undefined): number | undefined {
  const ms = text === undefined ? undefined : durationMs(text)
  if (text !== undefined && ms === undefined) throw new UsageError(`--timeout takes ${durationWords}`)
  return ms
}

/** Waits for all at the same time, and shows how far they are. Ctrl-C ends the waiting and nothing else. */
export async function waitForNodes(
  io: Io,
  lab: RunningLab,
  names: readonly string[],
  {
    goalOf,
    timeoutMs,
    json = false,
  }: { goalOf: (name: string) => string; timeoutMs: number | undefined; json?: boolean | undefined },
): Promise<number> {
  const called = new AbortController()
  const callOff = () => called.abort()
  for (const signal of signals) process.on(signal, callOff)
  const letGo = holdProcess()
  const progress = showProgress(io, names, json)
  try {
    const one = (name: string) =>
      waitForNode(lab, name, { goal: goalOf(name), timeoutMs, cancelled: called.signal }, progress)
    const outcomes = await Promise.all(names.map(one))
    progress.close()
    if (called.signal.aborted) {
      err(io, 'not waiting any longer; the nodes go on')
      return ExitCode.failure
    }
    if (json) outJson(io, outcomes)
    else for (const outcome of outcomes) out(io, lineOf(outcome, goalOf(outcome.name)))
    return exitOf(outcomes.every(({ ok }) => ok))
  } finally {
    progress.close()
    letGo()
    for (const signal of signals) process.off(signal, callOff)
  }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

async function waitForNode(
  lab: RunningLab,
  name: string,
  wanted: { goal: string; timeoutMs: number | undefined; cancelled: AbortSignal },
  progress: Progress,
): Promise<Outcome> {
  const nothing = { name, ok: false, stage: null, power: null, afterMs: null, missing: [] }
  try {
    for await (const event of askWait(lab.controlSocket, name, wanted)) {
      if ('stage' in event) {
        progress.stage(name, event.stage)
        continue
      }
      const { good, stage, power, afterMs, missing } = event.result
      const outcome = { name, ok: good, stage, power, afterMs, missing }
      progress.done(name, lineOf(outcome, wanted.goal))
      return outcome
    }
  } catch (error) {
    if (!wanted.cancelled.aborted) {
      const outcome = { ...nothing, error: messageOf(error) }
      progress.done(name, lineOf(outcome, wanted.goal))
      return outcome
    }
  }
  return { ...nothing, error: 'not waited for' }
}

/** `cn01: good (ready after 4.2 s)`, or where it stood. */
function lineOf(outcome: Outcome, goal: string): string {
  const { name, ok, stage, afterMs, missing, error } = outcome
  if (error !== undefined) return `${name}: ${error}`
  const after = `after ${((afterMs ?? 0) / 1000).toFixed(1)} s`
  if (ok) return `${name}: good, ${goal} ${after}`
  const waits = missing.length === 0 ? '' : `; missing: ${missing.join(', ')}`
  return `${name}: not ${goal} ${after}, at stage ${stage}${waits}`
}

import { wrongGoal } from '../app/ready/goal.ts'
import { durationMs, durationWords } from '../config/duration.ts'
import type { RunningLab } from '../lab/running-labs.ts'
import { CalledOff } from './called-off.ts'
import { chosenNodes } from './chosen-nodes.ts'
import { ExitCode, UsageError } from './exit-code.ts'
import { findLab } from './find-lab.ts'
import { err, type Io, out, outJson } from './io.ts'
import { outcomeWords, waitForNode } from './node-outcome.ts'
import { askNodes, exitOf } from './node-statuses.ts'
import type { Progress } from './progress/progress.ts'
import { showProgress } from './progress/show.ts'

export interface WaitOptions {
  readonly for: string
  readonly timeout?: string
  readonly json?: boolean
  readonly state?: string
}

/** `bmcsim wait`: ends when every node is where it is wanted, or with status 1 and a line for each. */
export async function wait(io: Io, nodeSet: string, options: WaitOptions): Promise<number> {
  const timeoutMs = readTimeout(options.timeout)
  const wrong = wrongGoal(options.for)
  if (wrong !== undefined) throw new UsageError(`--for: ${wrong}`)
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
    progress = showProgress(io, names, json),
    called = new CalledOff(),
  }: {
    goalOf: (name: string) => string
    timeoutMs: number | undefined
    json?: boolean | undefined
    progress?: Progress
    called?: CalledOff
  },
): Promise<number> {
  try {
    const one = (name: string) =>
      waitForNode(lab.controlSocket, name, { goal: goalOf(name), timeoutMs, cancelled: called.signal }, progress)
    const outcomes = await Promise.all(names.map(one))
    progress.close()
    if (called.signal.aborted) {
      return notWaiting(io)
    }
    if (json) outJson(io, outcomes)
    else for (const one of outcomes) out(io, `${one.name}: ${outcomeWords(one, goalOf(one.name))}`)
    return exitOf(outcomes.every(({ ok }) => ok))
  } finally {
    progress.close()
    called.dispose()
  }
}

export function notWaiting(io: Io): number {
  err(io, 'not waiting any longer; the nodes go on')
  return ExitCode.failure
}

import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sleep, systemClock } from '../base/clock.ts'
import { messageOf, SetupError } from '../base/errors.ts'
import { packageFolder } from '../base/package-folder.ts'
import { labOn, type RunningLab } from '../lab/running-labs.ts'
import type { LabStage, StageListener } from '../lab/whole-lab.ts'
import type { Io } from './io.ts'

const LOOK_EVERY_MS = 50
/** BMCs open their doors in moments; a lab that is not there by then needs a person. */
const LONGEST_MS = 60_000

/** What the new process tells us while it starts: how far a node is, or what there is to note. */
type Told = { readonly node: string; readonly stage: LabStage } | { readonly note: string }

/**
 * Starts `bmcsim up ARGS` as a process of its own that outlives this one and its terminal, and resolves when its BMCs answer, or with
 * nothing when that is called off. What it prints is in `up.log` in the state folder; where it fails, that is what is thrown.
 */
export async function upInBackground(
  io: Io,
  state: string,
  args: readonly string[],
  { cancelled, onStage, onNote }: { cancelled: AbortSignal; onStage: StageListener; onNote: (note: string) => void },
): Promise<RunningLab | undefined> {
  const log = join(state, 'up.log')
  const child = start(io, state, log, args)
  let ended: string | undefined
  child.on('error', (error) => {
    ended = messageOf(error)
  })
  child.on('exit', (code, signal) => {
    ended ??= `it ended with ${signal ?? `status ${code}`}`
  })
  child.on('message', (message) => {
    if (!isTold(message)) return
    if ('note' in message) onNote(message.note)
    else onStage(message.node, message.stage)
  })
  const deadline = systemClock.monotonic() + LONGEST_MS
  try {
    for (;;) {
      if (ended !== undefined) throw new SetupError(said(log) || `bmcsim up did not start: ${ended}; see ${log}`)
      const lab = labOn(state, io.env)
      // Another one on the folder, which has come up meanwhile, stands in the way of ours: that will be said.
      if (lab?.process.pid === child.pid || cancelled.aborted) {
        // What it told before it could be found is read by then.
        await sleep(systemClock, 1)
        return lab
      }
      if (systemClock.monotonic() > deadline) {
        throw new SetupError(`the lab (pid ${child.pid}) is not up after ${LONGEST_MS / 1000} s; see ${log}`)
      }
      await sleep(systemClock, LOOK_EVERY_MS)
    }
  } finally {
    if (child.connected) child.disconnect()
  }
}

function start(io: Io, state: string, log: string, args: readonly string[]) {
  let file: number
  try {
    mkdirSync(state, { recursive: true, mode: 0o700 })
    file = openSync(log, 'w', 0o600)
  } catch (error) {
    throw new SetupError(`cannot write ${log}: ${messageOf(error)}. Choose another folder with --state DIR`, {
      cause: error,
    })
  }
  const program = join(packageFolder, 'dist', 'main.js')
  // A session of its own: neither Ctrl-C nor the end of this terminal reaches it.
  const child = spawn(process.execPath, [program, 'up', ...args], {
    cwd: io.cwd,
    env: { ...io.env },
    detached: true,
    stdio: ['ignore', file, file, 'ipc'],
  })
  closeSync(file)
  child.unref()
  return child
}

/** The other end: tells whoever started this process, as long as that listens. */
export function tellStarter(told: Told): void {
  if (process.connected) process.send?.(told, undefined, undefined, () => {})
}

function isTold(message: unknown): message is Told {
  if (typeof message !== 'object' || message === null) return false
  return 'note' in message || ('node' in message && 'stage' in message)
}

/** What it said, without its own name in front of every line: ours is put there. */
function said(log: string): string {
  return readFileSync(log, 'utf8')
    .trim()
    .replaceAll(/^bmcsim: /gm, '')
}

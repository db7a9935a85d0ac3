import type { ChildProcess } from 'node:child_process'
import type { Clock } from '../base/clock.ts'

/** Between asking a process to end and ending it. */
const KILL_MS = 2_000

/** Resolves when the process is gone. */
export async function endChild(child: ChildProcess, clock: Clock): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  await new Promise<void>((resolve) => {
    const kill = clock.after(KILL_MS, () => child.kill('SIGKILL'))
    child.once('exit', () => {
      kill.cancel()
      resolve()
    })
    if (!child.kill('SIGTERM')) resolve()
  })
}

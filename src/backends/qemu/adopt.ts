import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { runs } from '../../base/known-process.ts'
import type { Ledger } from '../../base/ledger.ts'
import type { Logger } from '../../base/logger.ts'
import type { QemuNote } from './note.ts'
import type { QemuNic, RunFiles } from './options.ts'
import { QemuProcess } from './process.ts'
import { QmpClient } from './qmp.ts'
import { Run } from './run.ts'

/** A QEMU that lives says so at once, also on a loaded computer. */
const greetingMs = 5_000

/** What QEMU calls the state of a guest that will not go on by itself (QEMU QMP Reference Manual, RunState). */
const notGoingOn = ['prelaunch', 'preconfig', 'shutdown', 'guest-panicked', 'internal-error', 'inmigrate']

/** Goes on with a QEMU whose arguments are what is wanted. Rejects with why that cannot be; it is the caller's to end then. */
export async function adopt(
  note: QemuNote,
  parts: { files: RunFiles; nics: readonly QemuNic[]; ledger: Ledger; clock: Clock; log: Logger },
): Promise<Run> {
  const { files, nics, ledger, clock, log } = parts
  for (const [i, nic] of nics.entries()) {
    const obstacle = await nic.adopt?.(note.netdevs[i])
    if (obstacle !== undefined) throw new Error(obstacle)
  }
  const stop = () => !runs(note)
  // It may have been stopped for a moment, to slow it, when our process was killed.
  if (!stop()) process.kill(note.pid, 'SIGCONT')
  const qmp = await QmpClient.connect(files.qmp, { clock, log, timeoutMs: greetingMs, stop })
  let qemu: QemuProcess | undefined
  try {
    const status = statusOf(await qmp.execute('query-status'))
    if (notGoingOn.includes(status)) throw new Error(`QEMU says that its guest is in state "${status}"`)
    qemu = QemuProcess.adopt(note, { files, ledger, clock, sign: qmp.closed })
    return await Run.adopt(qemu, qmp, { clock, log })
  } catch (error) {
    qemu?.letGo()
    qmp.close()
    throw new Error(messageOf(error), { cause: error })
  }
}

function statusOf(answer: unknown): string {
  return typeof answer === 'object' && answer !== null && 'status' in answer ? String(answer.status) : 'unknown'
}

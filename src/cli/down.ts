import { madeText, type Undone } from '../app/undo.ts'
import { sleep, systemClock } from '../base/clock.ts'
import { messageOf, SetupError } from '../base/errors.ts'
import { ask } from '../lab/control-client.ts'
import { type DeadLab, undoDeadLab } from '../lab/dead-labs.ts'
import { isRunning } from '../lab/process-identity.ts'
import type { RunningLab } from '../lab/running-labs.ts'
import { ExitCode } from './exit-code.ts'
import { findAnyLab } from './find-lab.ts'
import { err, type Io, out, outJson } from './io.ts'

/** VMs may be given time to power off; a lab that is not gone by then needs a person. */
const LONGEST_MS = 120_000
const LOOK_EVERY_MS = 50

export async function down(io: Io, options: { json?: boolean; state?: string }): Promise<number> {
  const found = findAnyLab(options.state, io.env)
  return 'left' in found ? clearUp(io, found, options) : stop(io, found, options)
}

async function stop(io: Io, lab: RunningLab, options: { json?: boolean }): Promise<number> {
  await ask(lab.controlSocket, 'POST', '/down')
  const deadline = systemClock.monotonic() + LONGEST_MS
  while (isRunning(lab.process)) {
    if (systemClock.monotonic() > deadline) {
      throw new SetupError(
        `lab ${lab.name} (pid ${lab.process.pid}) is still stopping after ${LONGEST_MS / 1000} s; end it with: kill -9 ${lab.process.pid}`,
      )
    }
    await sleep(systemClock, LOOK_EVERY_MS)
  }
  if (options.json) outJson(io, { name: lab.name, pid: lab.process.pid, stopped: true })
  else out(io, `${lab.name}: stopped`)
  return ExitCode.ok
}

/** Of a lab whose process is gone already. */
async function clearUp(io: Io, lab: DeadLab, options: { json?: boolean }): Promise<number> {
  const undone = await undoDeadLab(lab)
  const failed = undone.filter(({ failure }) => failure !== undefined)
  const text = ({ made }: Undone) => `${made.node === undefined ? '' : `${made.node}: `}${madeText(made)}`
  if (options.json) {
    const removed = undone.filter((one) => !failed.includes(one)).map(text)
    outJson(io, { name: lab.name, pid: lab.pid, stopped: true, removed, failed: failed.map(text) })
  } else {
    out(io, `${lab.name}: its process (pid ${lab.pid}) was gone; taken away is what it left:`)
    for (const one of undone) if (one.failure === undefined) out(io, `  ${text(one)}`)
  }
  for (const one of failed) err(io, `${text(one)} is still there: ${messageOf(one.failure)}`)
  return failed.length === 0 ? ExitCode.ok : ExitCode.failure
}

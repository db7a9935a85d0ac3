import { holdProcess, sleep, systemClock } from '../base/clock.ts'
import { SetupError } from '../base/errors.ts'
import { ask } from '../lab/control-client.ts'
import { isRunning } from '../lab/process-identity.ts'
import { ExitCode } from './exit-code.ts'
import { findLab } from './find-lab.ts'
import { type Io, out, outJson } from './io.ts'

/** VMs may be given time to power off; a lab that is not gone by then needs a person. */
const LONGEST_MS = 120_000
const LOOK_EVERY_MS = 50

export async function down(io: Io, options: { json?: boolean; state?: string }): Promise<number> {
  const lab = findLab(options.state, io.env)
  await ask(lab.controlSocket, 'POST', '/down')
  const deadline = systemClock.monotonic() + LONGEST_MS
  const letGo = holdProcess()
  try {
    while (isRunning(lab.process)) {
      if (systemClock.monotonic() > deadline) {
        throw new SetupError(
          `lab ${lab.name} (pid ${lab.process.pid}) is still stopping after ${LONGEST_MS / 1000} s; end it with: kill -9 ${lab.process.pid}`,
        )
      }
      await sleep(systemClock, LOOK_EVERY_MS)
    }
  } finally {
    letGo()
  }
  if (options.json) outJson(io, { name: lab.name, pid: lab.process.pid, stopped: true })
  else out(io, `${lab.name}: stopped`)
  return ExitCode.ok
}

import { runProgram } from '../../backends/command/run-program.ts'
import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'

/** A server that takes the connection may take its time to look up who comes. */
const LOGIN_MS = 30_000

interface Surroundings {
  /** A private key to try, besides those of the user. */
  readonly keyFile?: string | undefined
  readonly cwd: string
  readonly log: Logger
  readonly clock: Clock
}

/**
 * Logs in once with the system's ssh, by the lab's key or one of the user's own, and runs `true`. Resolves with undefined where that went
 * well, else with the reason. What the server's key is, is of no interest: a node that is made anew has another.
 */
export async function logInOnce(
  { user, host, port }: { readonly user: string; readonly host: string; readonly port: number },
  { keyFile, cwd, log, clock }: Surroundings,
  cancelled: AbortSignal,
): Promise<string | undefined> {
  const options = { ...always, ConnectTimeout: String(LOGIN_MS / 2_000) }
  const args = [
    ...['-n', '-T', '-p', String(port), '-l', user],
    ...(keyFile === undefined ? [] : ['-i', keyFile]),
    ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    ...[host, 'true'],
  ]
  try {
    await runProgram({ program: 'ssh', cwd, log, clock, timeoutMs: LOGIN_MS, cancelled }, args, 'wrong-state')
    return undefined
  } catch (error) {
    return words(messageOf(error))
  }
}

/** No question, and nothing of this login is kept. */
const always = {
  BatchMode: 'yes',
  StrictHostKeyChecking: 'no',
  UserKnownHostsFile: '/dev/null',
  GlobalKnownHostsFile: '/dev/null',
  LogLevel: 'ERROR',
}

/** What ssh said, without its command line. */
function words(message: string): string {
  const [, status, said = ''] = /^".*" ended with status (\d+)(?:: (.*))?$/s.exec(message) ?? []
  if (status === '127') return 'ssh is not installed here: apt install openssh-client'
  return said || message.replace(/^".*" did/s, 'ssh did')
}

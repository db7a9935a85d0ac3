import { isMainThread } from 'node:worker_threads'
import { holdProcess } from '../base/clock.ts'
import { ExitCode } from './exit-code.ts'
import { run } from './program.ts'

/** The process around a command line: its streams, its environment, its end. In a worker thread: a share of a lab. */
export async function main(): Promise<void> {
  if (!isMainThread) {
    const { runWorker } = await import('../lab/workers/worker.ts')
    return runWorker()
  }
  // Whoever reads our output may stop reading (`bmcsim ps | head -1`): that is no failure.
  // A lab that runs here has something to take down first, and does that as for any signal.
  process.stdout.once('error', () => {
    if (process.listenerCount('SIGTERM') > 0) process.kill(process.pid, 'SIGTERM')
    else process.exit(ExitCode.ok)
  })
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  const { stdin, stdout, stderr, env } = process
  // A command that waits for a timer alone (a process that is to end) has not ended itself.
  holdProcess()
  const status = await run(process.argv.slice(2), { stdin, stdout, stderr, env, cwd: process.cwd() })
  // Pipes are written to in the background: the end of the process must not cut them short.
  await Promise.all([flushed(stdout), flushed(stderr)])
  process.exit(process.exitCode ?? status)
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()))
}

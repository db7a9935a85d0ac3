import { type ChildProcess, spawn } from 'node:child_process'
import { type Clock, systemClock, type Timer } from '../../base/clock.ts'
import { BmcError, messageOf, type Reason } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import { signalGroup } from './group-members.ts'

export interface Program {
  /** Shell text with its first arguments: `../scripts/lancontrol br0`. */
  readonly program: string
  readonly cwd: string
  readonly log: Logger
  readonly clock?: Clock
  readonly timeoutMs?: number
  /** Ends it before its time; then the result does not matter to anybody. */
  readonly cancelled?: AbortSignal
}

/** A helper answers a client that asks again after a second or two; one that takes this long hangs. */
const TIMEOUT_MS = 10_000

/** Both streams are read to their end, but no more than this is kept, and on stdout no more accepted. */
const OUTPUT_LIMIT = 16 * 1024

/**
 * Runs `PROGRAM ARG...` and gives its stdout. Arguments reach the program byte for byte, whatever is in them. A program that
 * fails, hangs or babbles is a BmcError with what it said; `failure` is the reason when it ended with a status.
 */
export async function runProgram(given: Program, args: readonly string[], failure: Reason): Promise<string> {
  const { program, cwd, log, clock = systemClock, timeoutMs = TIMEOUT_MS, cancelled } = given
  if (args.some((arg) => arg.includes('\0'))) throw new BmcError('invalid-field', 'a value has a zero byte in it')
  const line = [program, ...args.map(quoted)].join(' ')
  const { code, signal, stdout, stderr, stopped } = await run(line, cwd, clock, timeoutMs, cancelled)
  const said = [stdout, stderr].map(lastLines).find((text) => text !== '')
  const words = said === undefined ? '' : `: ${said}`
  log.debug({ program: line, code, signal, stderr: lastLines(stderr) }, 'program ran')
  if (stopped === 'cancelled') throw new BmcError(failure, `"${line}" was called off`)
  if (stopped === 'timeout') throw new BmcError('timeout', `"${line}" did not end within ${timeoutMs / 1000} s${words}`)
  if (stopped === 'output') throw new BmcError(failure, `"${line}" printed more than ${OUTPUT_LIMIT} bytes; stopped`)
  if (signal !== null) throw new BmcError(failure, `"${line}" was ended by ${signal}${words}`)
  if (code !== 0) throw new BmcError(failure, `"${line}" ended with status ${code}${words}`)
  return stdout
}

interface Outcome {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** Why we ended it, if we did. */
  readonly stopped: 'timeout' | 'output' | 'cancelled' | undefined
}

function run(
  line: string,
  cwd: string,
  clock: Clock,
  timeoutMs: number,
  cancelled: AbortSignal | undefined,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', line], { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    let stopped: Outcome['stopped']
    let timer: Timer | undefined
    const stop = (why: NonNullable<Outcome['stopped']>) => {
      stopped ??= why
      if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL')
    }
    const callOff = () => stop('cancelled')
    if (cancelled?.aborted) callOff()
    cancelled?.addEventListener('abort', callOff)
    const stdout = collect(child.stdout, () => stop('output'))
    const stderr = collect(child.stderr, () => {})
    child.once('error', (error) => {
      const why = `"${line}" cannot be run in ${cwd}: ${messageOf(error)}; is the folder there?`
      reject(new BmcError('wrong-state', why, { cause: error }))
    })
    // What it leaves in the background may hold the pipes open for ever: `exit` counts, with what was printed until then.
    child.once('exit', (code, signal) => {
      timer?.cancel()
      cancelled?.removeEventListener('abort', callOff)
      afterLastOutput(child, () => resolve({ code, signal, stdout: stdout(), stderr: stderr(), stopped }))
    })
    timer = clock.after(timeoutMs, () => stop('timeout'))
  })
}

/** A child's last bytes may still be in the pipe at its exit: wait for the end of both, or until a turn brings nothing. */
function afterLastOutput(child: ChildProcess, done: () => void): void {
  let quiet = true
  const heard = () => {
    quiet = false
  }
  child.stdout?.on('data', heard)
  child.stderr?.on('data', heard)
  const look = () => {
    if (!quiet) {
      quiet = true
      setImmediate(look)
      return
    }
    child.stdout?.destroy()
    child.stderr?.destroy()
    done()
  }
  setImmediate(() => setImmediate(look))
}

function collect(stream: NodeJS.ReadableStream, tooMuch: () => void): () => string {
  const chunks: Buffer[] = []
  let size = 0
  stream.on('data', (chunk: Buffer) => {
    if (size + chunk.length > OUTPUT_LIMIT) {
      tooMuch()
      return
    }
    size += chunk.length
    chunks.push(chunk)
  })
  return () => Buffer.concat(chunks).toString('utf8')
}

/** One argument for the shell, nothing in it special. */
function quoted(argument: string): string {
  return `'${argument.replaceAll("'", "'\\''")}'`
}

function lastLines(output: string): string {
  const lines = output.split('\n').map((line) => line.trim())
  return lines
    .filter((line) => line !== '')
    .slice(-3)
    .join('; ')
}

/** `NAME:VALUE` lines, blanks after the colon skipped, other lines ignored. All of `names` must be there. */
export function parseAnswers<N extends string>(program: Program, output: string, names: readonly N[]): Map<N, string> {
  const lines = output.split('\n')
  const all = new Map<N, string>()
  for (const name of names) {
    const line = lines.find((each) => each.startsWith(`${name}:`))
    if (line !== undefined) all.set(name, line.slice(name.length + 1).trim())
  }
  const missing = names.find((name) => !all.has(name))
  if (missing === undefined) return all
  const what = `"${program.program} get" printed no line "${missing}:VALUE"`
  throw new BmcError('wrong-state', lastLines(output) === '' ? what : `${what}, only: ${lastLines(output)}`)
}

import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { writeAtomic } from '../../base/atomic-file.ts'
import { BmcError, errnoOf, messageOf } from '../../base/errors.ts'
import { startTimeOf } from '../../base/known-process.ts'
import { missing } from './find.ts'
import type { RunFiles } from './options.ts'

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/**
 * One QEMU process, in a process group of its own: a Ctrl-C in our terminal does not reach it, and what it started (a
 * network script) ends with it. Its output goes to a file, so that it never waits for us and outlives our crash.
 */
export class QemuProcess {
  readonly pid: number
  readonly exited: Promise<Exit>
  #exit: Exit | undefined
  readonly #files: RunFiles
  readonly #outputStart: number

  private constructor(child: ChildProcess, pid: number, files: RunFiles, outputStart: number) {
    this.pid = pid
    this.#files = files
    this.#outputStart = outputStart
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.#exit = { code, signal }
        // After SIGKILL nobody else does.
        for (const file of [files.pid, files.serial, files.qmp]) rmSync(file, { force: true })
        resolve(this.#exit)
      })
    })
  }

  static async start(
    program: string,
    args: readonly string[],
    cwd: string,
    folder: string,
    files: RunFiles,
  ): Promise<QemuProcess> {
    if (!existsSync(cwd)) throw new BmcError('wrong-state', `the folder ${cwd}, where QEMU is to run, does not exist`)
    for (const needed of [folder, dirname(files.log)]) mkdirSync(needed, { recursive: true, mode: 0o700 })
    for (const socket of [files.serial, files.qmp]) rmSync(socket, { force: true })
    const output = openSync(files.log, 'w', 0o600)
    try {
      const outputStart = writeSync(output, `# ${[program, ...args].map(quoted).join(' ')}\n`)
      const child = spawn(program, args, { cwd, detached: true, stdio: ['ignore', output, output] })
      await started(child, program)
      const pid = child.pid
      if (pid === undefined) throw new BmcError('wrong-state', `${program} did not start`)
      const qemu = new QemuProcess(child, pid, files, outputStart)
      writeAtomic(files.pid, `${JSON.stringify({ pid, startTime: startTimeOf(pid) })}\n`)
      return qemu
    } finally {
      closeSync(output)
    }
  }

  get exit(): Exit | undefined {
    return this.#exit
  }

  /** Signals the whole group; nothing happens when it has ended. */
  signal(signal: NodeJS.Signals): void {
    if (this.#exit) return
    try {
      process.kill(-this.pid, signal)
    } catch (error) {
      if (errnoOf(error) !== 'ESRCH') throw error
    }
  }

  /** What QEMU itself printed, the last lines of it in one. */
  output(): string {
    try {
      const text = readFileSync(this.#files.log).subarray(this.#outputStart).toString('utf8')
      const lines = text.split('\n').map((line) => line.trim())
      return lines
        .filter((line) => line !== '')
        .slice(-5)
        .join('; ')
    } catch {
      return ''
    }
  }
}

function started(child: ChildProcess, program: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve())
    child.once('error', (error) => reject(notStarted(program, error)))
  })
}

function notStarted(program: string, error: Error): BmcError {
  const cause = { cause: error }
  const code = errnoOf(error)
  if (code === 'ENOENT') return new BmcError('wrong-state', missing(program), cause)
  if (code === 'EACCES') return new BmcError('wrong-state', `${program} may not be run: check its permissions`, cause)
  return new BmcError('wrong-state', `${program} did not start: ${messageOf(error)}`, cause)
}

/** As a shell would read it back, so that the line in the log can be tried by hand. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

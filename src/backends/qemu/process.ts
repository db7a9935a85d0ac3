import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Clock, sleep } from '../../base/clock.ts'
import { BmcError, errnoOf, messageOf } from '../../base/errors.ts'
import { type KnownProcess, runs, startTimeOf } from '../../base/known-process.ts'
import type { Ledger } from '../../base/ledger.ts'
import { missing } from './find.ts'
import { NoteFile, type QemuNote } from './note.ts'
import type { RunFiles } from './options.ts'

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** What QEMU is called in the ledger. */
export const QEMU = 'QEMU'

/** Whoever is not the parent of a process is not told of its end: how soon it is seen, once there is a sign of it, and at the latest. */
const lookMs = { first: 10, longest: 1000 }

/**
 * One QEMU process, in a process group of its own: a Ctrl-C in our terminal does not reach it, and what it started (a
 * network script) ends with it. Its output goes to a file, so that it never waits for us and outlives our crash.
 */
export class QemuProcess {
  readonly pid: number
  readonly note: NoteFile
  readonly exited: Promise<Exit>
  #exit: Exit | undefined
  readonly #known: KnownProcess
  readonly #files: RunFiles
  readonly #outputStart: number
  readonly #child: ChildProcess | undefined
  #letGo = false

  private constructor(parts: {
    note: NoteFile
    files: RunFiles
    ledger: Ledger
    ended: Promise<Exit>
    outputStart?: number
    child?: ChildProcess
  }) {
    const { note, files, ledger } = parts
    const { pid, startTime } = note.note
    this.pid = pid
    this.note = note
    this.#known = { pid, startTime }
    this.#files = files
    this.#outputStart = parts.outputStart ?? 0
    this.#child = parts.child
    this.exited = parts.ended.then((exit) => {
      this.#exit = exit
      if (this.#letGo) return exit
      // After SIGKILL nobody else does.
      for (const file of [files.pid, files.serial, files.serialLog, files.qmp]) rmSync(file, { force: true })
      ledger.forget({ kind: 'process', what: QEMU, ...this.#known })
      return exit
    })
  }

  static async start(
    program: string,
    args: readonly string[],
    cwd: string,
    folder: string,
    {
      files,
      ledger,
      note,
    }: { files: RunFiles; ledger: Ledger; note: Omit<QemuNote, 'pid' | 'startTime' | 'restore' | 'ownBytes'> },
  ): Promise<QemuProcess> {
    if (!existsSync(cwd)) throw new BmcError('wrong-state', `the folder ${cwd}, where QEMU is to run, does not exist`)
    for (const needed of [folder, dirname(files.log)]) mkdirSync(needed, { recursive: true, mode: 0o700 })
    for (const file of [files.serial, files.serialLog, files.qmp]) rmSync(file, { force: true })
    const output = openSync(files.log, 'w', 0o600)
    try {
      const outputStart = writeSync(output, `# ${[program, ...args].map(quoted).join(' ')}\n`)
      const child = spawn(program, args, { cwd, detached: true, stdio: ['ignore', output, output] })
      const { pid } = child
      if (pid === undefined) throw await failureOf(child, program)
      // Noted before anything else happens: who comes after a `kill -9` finds it.
      const known = { pid, startTime: startTimeOf(pid) ?? 0 }
      ledger.record({ kind: 'process', what: QEMU, ...known })
      const written = new NoteFile(files.pid, { ...note, ...known, restore: null, ownBytes: 0 })
      return new QemuProcess({ note: written, files, ledger, ended: endOfChild(child), outputStart, child })
    } finally {
      closeSync(output)
    }
  }

  /** One that an earlier process of ours has started. `sign`: when this resolves, it may have ended. */
  static adopt(
    note: QemuNote,
    { files, ledger, clock, sign }: { files: RunFiles; ledger: Ledger; clock: Clock; sign: Promise<void> },
  ): QemuProcess {
    const ended = sign.then(async () => {
      let ms = lookMs.first
      for (; runs(note); ms = Math.min(ms * 2, lookMs.longest)) await sleep(clock, ms)
      return { code: null, signal: null }
    })
    ledger.record({ kind: 'process', what: QEMU, pid: note.pid, startTime: note.startTime })
    return new QemuProcess({ note: new NoteFile(files.pid, note, true), files, ledger, ended })
  }

  get exit(): Exit | undefined {
    return this.#exit
  }

  /** Signals the whole group; nothing happens when it has ended. */
  signal(signal: NodeJS.Signals): void {
    // A pid that nobody waits for is soon somebody else's.
    if (this.#exit || (this.#child === undefined && !runs(this.#known))) return
    try {
      process.kill(-this.pid, signal)
    } catch (error) {
      if (errnoOf(error) !== 'ESRCH') throw error
    }
  }

  /** It goes on, and is somebody else's to clear away behind. */
  letGo(): void {
    this.#letGo = true
    this.#child?.unref()
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

function endOfChild(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))
}

function failureOf(child: ChildProcess, program: string): Promise<BmcError> {
  return new Promise((resolve) => child.once('error', (error) => resolve(notStarted(program, error))))
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

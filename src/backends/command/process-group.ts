import { type ChildProcess, spawn } from 'node:child_process'
import type { Clock, Timer } from '../../base/clock.ts'
import { BmcError, messageOf } from '../../base/errors.ts'
import { type KnownProcess, runs, startTimeOf } from '../../base/known-process.ts'
import { Listeners } from '../../base/listeners.ts'
import { livingMembers, membersOf, signalGroup } from './group-members.ts'

export interface ShellExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface GroupOptions {
  /** Run by `/bin/sh -c`; a script without a `#!` line is the shell's to handle (execve(2) ENOEXEC). */
  readonly command: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string>> | undefined
  /** Open file for stdout and stderr. */
  readonly output: number
  readonly clock: Clock
}

/** How often the group is looked at while its shell is gone: soon after something happened, then ever more rarely. */
const FIRST_LOOK_MS = 10
const LAST_LOOK_MS = 1000

/** Of a shell that was not our child: taken for good. */
const unseen: ShellExit = { code: 0, signal: null }

/** After SIGKILL nothing stays but what hangs in the kernel. */
const KILL_TAKES_MS = 2000

/**
 * A shell command and everything it started, as one thing: a process group and session of its own. The shell's end is
 * told by the system; what it left behind in the group is found by looking.
 */
export class ProcessGroup {
  readonly id: number
  /** The shell. */
  readonly first: KnownProcess
  readonly #shell: ChildProcess | undefined
  readonly #clock: Clock
  readonly #changed = new Listeners<[]>()
  #shellExit: ShellExit | undefined
  #members: readonly number[]
  #look: Timer | undefined
  #letGo = false

  private constructor(first: KnownProcess, clock: Clock, shell: ChildProcess | undefined) {
    this.id = first.pid
    this.first = first
    this.#shell = shell
    this.#clock = clock
    this.#members = [first.pid]
  }

  /** One that an earlier process of ours has started; undefined: nothing of it lives. How its shell ended nobody is told. */
  static adopt(first: KnownProcess, clock: Clock): ProcessGroup | undefined {
    const members = membersOf(first)
    if (members.length === 0) return undefined
    const group = new ProcessGroup(first, clock, undefined)
    group.#members = members
    if (!runs(first)) group.#shellExit = unseen
    group.#lookAfter(FIRST_LOOK_MS)
    return group
  }

  static start(options: GroupOptions): Promise<ProcessGroup> {
    const { command, cwd, env, output, clock } = options
    const shell = spawn('/bin/sh', ['-c', command], {
      cwd,
      env: { ...process.env, ...env },
      detached: true,
      stdio: ['ignore', output, output],
    })
    return new Promise((resolve, reject) => {
      shell.once('error', (error) => {
        const why = `"${command}" cannot be run in ${cwd}: ${messageOf(error)}; is the folder there?`
        reject(new BmcError('wrong-state', why, { cause: error }))
      })
      if (shell.pid === undefined) return
      const first = { pid: shell.pid, startTime: startTimeOf(shell.pid) ?? 0 }
      const group = new ProcessGroup(first, clock, shell)
      shell.once('exit', (code, signal) => group.#shellEnded({ code, signal }))
      shell.once('spawn', () => resolve(group))
    })
  }

  get alive(): boolean {
    return this.#members.length > 0
  }

  /** How the shell ended; undefined while it runs. The group may outlive it. */
  get shellExit(): ShellExit | undefined {
    return this.#shellExit
  }

  /** Called when the shell has ended and when the last process of the group has. */
  onChange(fn: () => void): () => void {
    return this.#changed.add(fn)
  }

  signal(signal: NodeJS.Signals): void {
    if (this.alive) signalGroup(this.id, signal)
    this.lookSoon()
  }

  /** Something happened that may mean the end of a process. */
  lookSoon(): void {
    if (this.#mustLook && this.alive) this.#lookAfter(FIRST_LOOK_MS)
  }

  /** Resolves when no process is left, with true; or after `ms`, with false. */
  ended(ms: number): Promise<boolean> {
    if (!this.alive) return Promise.resolve(true)
    return new Promise((resolve) => {
      const done = (ended: boolean) => {
        timer.cancel()
        stop()
        resolve(ended)
      }
      const timer = this.#clock.after(ms, () => done(false))
      const stop = this.onChange(() => {
        if (!this.alive) done(true)
      })
    })
  }

  /** SIGTERM to all; what lives after `graceMs` gets SIGKILL. */
  async end(graceMs: number): Promise<void> {
    this.signal('SIGTERM')
    if (await this.ended(graceMs)) return
    this.signal('SIGKILL')
    await this.ended(KILL_TAKES_MS)
  }

  /** It goes on, and nobody here looks at it any more. */
  letGo(): void {
    this.#changed.clear()
    this.#look?.cancel()
    this.#shell?.unref()
    this.#letGo = true
  }

  /** The system tells of the end of a child, and of no other process. */
  get #mustLook(): boolean {
    return !this.#letGo && (this.#shellExit !== undefined || this.#shell === undefined)
  }

  #shellEnded(exit: ShellExit): void {
    if (this.#letGo) return
    this.#shellExit = exit
    this.#members = livingMembers(this.id, [])
    if (this.alive) this.#lookAfter(FIRST_LOOK_MS)
    this.#changed.call()
  }

  #lookAfter(ms: number): void {
    this.#look?.cancel()
    this.#look = this.#clock.after(ms, () => {
      const later = Math.min(ms * 2, LAST_LOOK_MS)
      if (this.#shellExit === undefined) {
        if (runs(this.first)) this.#lookAfter(later)
        else this.#shellEnded(unseen)
        return
      }
      this.#members = livingMembers(this.id, this.#members)
      if (this.alive) this.#lookAfter(later)
      else this.#changed.call()
    })
  }
}

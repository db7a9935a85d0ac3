import { spawn } from 'node:child_process'
import type { Clock, Timer } from '../../base/clock.ts'
import { BmcError, messageOf } from '../../base/errors.ts'
import { Listeners } from '../../base/listeners.ts'
import { livingMembers, signalGroup } from './group-members.ts'

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

/** After SIGKILL nothing stays but what hangs in the kernel. */
const KILL_TAKES_MS = 2000

/**
 * A shell command and everything it started, as one thing: a process group and session of its own. The shell's end is
 * told by the system; what it left behind in the group is found by looking.
 */
export class ProcessGroup {
  readonly id: number
  readonly #clock: Clock
  readonly #changed = new Listeners<[]>()
  #shellExit: ShellExit | undefined
  #members: readonly number[]
  #look: Timer | undefined

  private constructor(id: number, clock: Clock) {
    this.id = id
    this.#clock = clock
    this.#members = [id]
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
      const group = new ProcessGroup(shell.pid, clock)
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
    if (this.#shellExit !== undefined && this.alive) this.#lookAfter(FIRST_LOOK_MS)
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

  #shellEnded(exit: ShellExit): void {
    this.#shellExit = exit
    this.#members = livingMembers(this.id, [])
    if (this.alive) this.#lookAfter(FIRST_LOOK_MS)
    this.#changed.call()
  }

  #lookAfter(ms: number): void {
    this.#look?.cancel()
    this.#look = this.#clock.after(ms, () => {
      this.#members = livingMembers(this.id, this.#members)
      if (this.alive) this.#lookAfter(Math.min(ms * 2, LAST_LOOK_MS))
      else this.#changed.call()
    })
  }
}

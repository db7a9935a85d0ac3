import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Clock } from '../../base/clock.ts'
import { messageOf, SetupError } from '../../base/errors.ts'
import { endChild } from '../end-child.ts'

const START_MS = 10_000

/** dnsmasq on a bridge of this machine, as the user who runs us. Of a segment it is in `station.ts`. */
export class Dnsmasq {
  readonly #network: string
  readonly #says: (line: string) => void
  readonly #clock: Clock
  #child: ChildProcess | undefined

  constructor(options: { network: string; says: (line: string) => void; clock: Clock }) {
    this.#network = options.network
    this.#says = options.says
    this.#clock = options.clock
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Resolves when it has its sockets. Rejects with a SetupError that has its words. */
  async start(program: string, configuration: string, ended: () => void): Promise<void> {
    const args = ['--no-daemon', `--conf-file=${configuration}`]
    // A group of its own: Ctrl-C on a terminal is for us to hear.
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true })
    this.#child = child
    const words: string[] = []
    await new Promise<void>((resolve, reject) => {
      const failed = (why: string) => {
        const said = words.slice(-3).join('; ')
        reject(new SetupError(`network ${this.#network}: dnsmasq did not start (${why})${said && `: ${said}`}`))
      }
      createInterface(child.stderr).on('line', (line) => {
        words.push(line)
        if (words.length > 20) words.shift()
        this.#says(line)
        // What it cannot have it says before this, and ends.
        if (/dnsmasq(\[\d+\])?: started/.test(line)) resolve()
      })
      child.once('error', (error) => failed(messageOf(error)))
      child.once('close', (code, signal) => failed(signal ?? `status ${code}`))
      this.#clock.after(START_MS, () => failed(`it says nothing for ${START_MS / 1000} s`))
    })
    child.once('exit', () => {
      if (this.#child !== child) return
      this.#child = undefined
      ended()
    })
  }

  /** It reads its lists of hosts again. */
  reload(): void {
    this.#child?.kill('SIGHUP')
  }

  /** Resolves when it is gone. */
  async stop(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child !== undefined) await endChild(child, this.#clock)
  }
}

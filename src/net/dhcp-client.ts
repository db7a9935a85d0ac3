import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Interface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Clock, Timer } from '../base/clock.ts'
import { BmcError } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { type DhcpProgram, findDhcpProgram } from './dhcp-programs.ts'
import { readReport, reportScript } from './dhcp-report.ts'
import { endChild } from './end-child.ts'
import type { Lease } from './network.ts'

/** A client that ends by itself is started again. */
const AGAIN_MS = 5_000

type LinesOf = (stream: Readable) => Interface

/** The system's own DHCP client (RFC 2131), run in a network namespace: it asks and renews, we make its lease true. */
export class DhcpClient {
  readonly #hostname: string
  readonly #folder: string
  readonly #clock: Clock
  readonly #log: Logger
  readonly #find: () => DhcpProgram | undefined
  #child: ChildProcess | undefined
  #again: Timer | undefined
  /** Of the present start; what an older one still says is not heard. */
  #run = 0

  constructor(parts: {
    readonly hostname: string
    /** Where programs may be run from. */
    readonly folder: string
    readonly clock: Clock
    readonly log: Logger
    readonly find?: () => DhcpProgram | undefined
  }) {
    this.#hostname = parts.hostname
    this.#folder = parts.folder
    this.#clock = parts.clock
    this.#log = parts.log
    this.#find = parts.find ?? findDhcpProgram
  }

  async check(): Promise<void> {
    this.#program()
  }

  async start(namespace: string, device: string, changed: (lease: Lease | undefined) => void): Promise<void> {
    // Loaded only here: a start without DHCP needs none.
    const { createInterface } = await import('node:readline')
    await this.stop()
    const program = this.#program()
    const script = join(this.#folder, 'dhcp-report')
    const errand = { device, hostname: this.#hostname, script, folder: this.#folder }
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    writeFileSync(script, reportScript, { mode: 0o700 })
    for (const [name, text] of Object.entries(program.files(errand))) {
      const path = join(this.#folder, name)
      if (text !== '' || !existsSync(path)) writeFileSync(path, text, { mode: 0o600 })
    }
    const words = ['netns', 'exec', namespace, program.path, ...program.arguments(errand)]
    this.#launch(words, (stream) => createInterface(stream), changed)
  }

  /** Resolves when it is gone. */
  async stop(): Promise<void> {
    this.#run++
    this.#again?.cancel()
    this.#again = undefined
    const child = this.#child
    this.#child = undefined
    if (child !== undefined) await endChild(child, this.#clock)
  }

  #launch(words: readonly string[], lines: LinesOf, changed: (lease: Lease | undefined) => void): void {
    const run = this.#run
    // A group of its own: Ctrl-C on a terminal is for us to hear.
    const child = spawn('ip', words, { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    this.#child = child
    lines(child.stdout).on('line', (line) => {
      const report = readReport(line)
      if (run !== this.#run) return
      if (report === undefined) this.#log.debug({ line }, 'DHCP')
      else changed(report.lease)
    })
    lines(child.stderr).on('line', (line) => this.#log.debug({ line }, 'DHCP'))
    let over = false
    const ended = (why: string) => {
      if (over || run !== this.#run) return
      over = true
      this.#log.warn({ why }, 'the DHCP client has ended; it is started again')
      this.#again = this.#clock.after(AGAIN_MS, () => this.#launch(words, lines, changed))
    }
    child.once('error', (error) => ended(error.message))
    child.once('exit', (code, signal) => ended(signal ?? `status ${code}`))
  }

  #program(): DhcpProgram {
    const program = this.#find()
    if (program !== undefined) return program
    throw new BmcError(
      'not-supported',
      'address by DHCP: there is no DHCP client; install udhcpc (Debian package udhcpc)',
    )
  }
}

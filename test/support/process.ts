import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { afterAll } from 'vitest'
// First of all: folders go last, when nothing writes into them any more (hooks behind the tests run backwards).
import './temp-folder.ts'
import { until } from './until.ts'

export interface RunOptions {
  readonly cwd?: string
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
  readonly timeoutMs?: number
}

export interface Finished {
  /** -1 when a signal ended it. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const running = new Set<Child>()
// Whatever a test file started is gone when the file is done, also when a test fails or the worker leaves early.
afterAll(() => Promise.all([...running].map((child) => child.stop())).then(() => {}))
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Runs a program to its end. Fails only when it cannot be started or does not end in time. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const child = start(command, args, options)
  child.stdin.end(options.input ?? '')
  try {
    const code = await child.ended(options.timeoutMs ?? 120_000)
    return { code, stdout: child.stdout, stderr: child.stderr }
  } finally {
    await child.stop()
  }
}

/** Starts a program that stays; the test talks to it, waits for what it prints, and ends it. */
export function start(command: string, args: readonly string[], options: RunOptions = {}): Child {
  return new Child(command, args, options)
}

export class Child {
  readonly name: string
  readonly #process: ChildProcessWithoutNullStreams
  #code: number | undefined
  #failure: Error | undefined
  #out: Buffer[] = []
  #all: Buffer[] = []
  #err: Buffer[] = []

  constructor(command: string, args: readonly string[], options: RunOptions) {
    this.name = [command, ...args].join(' ')
    // A group of its own, so that what it starts can be ended with it.
    this.#process = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    running.add(this)
    this.#process.stdout.on('data', (bytes: Buffer) => {
      this.#out.push(bytes)
      this.#all.push(bytes)
    })
    this.#process.stderr.on('data', (bytes: Buffer) => {
      this.#err.push(bytes)
      this.#all.push(bytes)
    })
    this.#process.stdin.on('error', () => {}) // it left without reading: its exit tells
    this.#process.on('error', (error) => {
      this.#failure = error
      this.#code = -1
    })
    this.#process.on('exit', (code) => {
      // The last output may still be on its way; a grandchild that holds the pipes must not hold us.
      const done = () => {
        this.#code ??= code ?? -1
      }
      this.#process.once('close', done)
      // Timers run before input is read where this process has slept, immediates behind it.
      setTimeout(() => setImmediate(done), 500).unref()
    })
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  get stdin(): ChildProcessWithoutNullStreams['stdin'] {
    return this.#process.stdin
  }

  get stdout(): string {
    return Buffer.concat(this.#out).toString('latin1')
  }

  get stderr(): string {
    return Buffer.concat(this.#err).toString('latin1')
  }

  /** Both streams in the order in which they came, one character a byte. */
  get output(): string {
    return Buffer.concat(this.#all).toString('latin1')
  }

  /** Forgets what was printed, so that the next `waitFor` sees only what is new. */
  forget(): void {
    this.#out = []
    this.#err = []
    this.#all = []
  }

  send(text: string): void {
    this.#process.stdin.write(Buffer.from(text, 'latin1'))
  }

  /** Waits until the output holds `text`; `read` may clean the output first (cursor escapes, say). */
  waitFor(text: string | RegExp, ms = 60_000, read: (output: string) => string = (all) => all): Promise<string> {
    const has = (output: string) => (typeof text === 'string' ? output.includes(text) : text.test(output))
    return until(
      `${text} from ${this.name}`,
      () => {
        const output = read(this.output)
        if (has(output)) return output
        if (this.#code !== undefined) {
          throw new Error(`${this.name} ended (${this.#code}) without printing ${text}\n${this.#tail()}`)
        }
        return undefined
      },
      ms,
      () => this.#tail(),
    )
  }

  /** The exit code; -1 for a signal. */
  async ended(ms = 60_000): Promise<number> {
    await until(
      `the end of ${this.name}`,
      () => this.#code !== undefined,
      ms,
      () => this.#tail(),
    )
    if (this.#failure !== undefined) throw new Error(`${this.name}: ${this.#failure.message}`)
    return this.#code ?? -1
  }

  get running(): boolean {
    return this.#code === undefined
  }

  /** Ends the process and its group: SIGTERM (or `signal`), and SIGKILL when that does not help. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', ms = 60_000): Promise<number> {
    if (this.#code === undefined) {
      this.kill(signal)
      try {
        await this.ended(ms)
      } catch {
        this.kill('SIGKILL')
        await this.ended(20_000)
      }
    }
    this.kill('SIGKILL') // what it left behind in its group
    running.delete(this)
    return this.#code ?? -1
  }

  /** Sends a signal to the program alone, as Ctrl-C's `kill` by pid would. */
  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }

  kill(signal: NodeJS.Signals): void {
    const { pid } = this.#process
    if (pid === undefined) return
    try {
      process.kill(-pid, signal)
    } catch {
      // the group is gone
    }
  }

  #tail(): string {
    return `--- last output of ${this.name} ---\n${this.output.slice(-3000)}`
  }
}

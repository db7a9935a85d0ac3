import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { until } from './until.ts'

interface Line {
  readonly event?: string
  readonly return?: unknown
  readonly error?: { readonly desc: string }
}

/** A second pair of eyes on a real QEMU: what it did, told by its own monitor. */
export class QmpClient {
  readonly #socket: Socket
  readonly #events: string[] = []
  /** Who waits for an answer, in the order of the questions. */
  readonly #asked: ((answer: Line) => void)[] = []

  private constructor(socket: Socket) {
    this.#socket = socket
    const lines = createInterface({ input: socket })
    lines.on('line', (line) => this.#heard(JSON.parse(line)))
    // Nobody answers any more.
    socket.on('close', () => {
      for (const tell of this.#asked.splice(0)) tell({ error: { desc: 'QEMU has closed its monitor' } })
    })
    // A QEMU that ends may reset the connection, and readline passes that on.
    socket.on('error', () => {})
    lines.on('error', () => {})
  }

  static async connect(path: string): Promise<QmpClient> {
    const socket = await until('QEMU to open its monitor', () => opened(path))
    const client = new QmpClient(socket)
    await client.run('qmp_capabilities')
    return client
  }

  get events(): readonly string[] {
    return this.#events
  }

  async run(execute: string, args: object = {}): Promise<unknown> {
    if (this.#socket.closed) throw new Error(`${execute}: QEMU has closed its monitor`)
    const answer = await new Promise<Line>((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`waited 60 s in vain for the answer to ${execute}`)), 60_000)
      this.#asked.push((line) => {
        clearTimeout(limit)
        resolve(line)
      })
      this.#socket.write(`${JSON.stringify({ execute, arguments: args })}\n`)
    })
    if (answer.error !== undefined) throw new Error(`${execute}: ${answer.error.desc}`)
    return answer.return
  }

  /** Writes a byte, or a word where `wide`, to an I/O port as the guest would. */
  async outPort(port: number, value: number, wide = false): Promise<void> {
    await this.#human(`o /${wide ? 'h' : 'b'} 0x${port.toString(16)} 0x${value.toString(16)}`)
  }

  /** Reads a byte from an I/O port as the guest would. The monitor prints `portb[0x0ca3] = 0x40`. */
  async inPort(port: number): Promise<number> {
    return Number((await this.#human(`i /xb 0x${port.toString(16)}`)).split('=')[1])
  }

  /** Interrupts that the first interrupt controller has seen and nobody has taken, one bit each. */
  async pendingInterrupts(): Promise<number> {
    const [, requests] = /pic0: irr=([0-9a-f]{2})/.exec(await this.#human('info pic')) ?? []
    if (requests === undefined) throw new Error('QEMU does not tell of its interrupt controller')
    return Number.parseInt(requests, 16)
  }

  /** Forgets them, as the guest does when it sets the controller up (its first initialization word). */
  async forgetInterrupts(): Promise<void> {
    await this.outPort(0x20, 0x11)
  }

  close(): void {
    this.#socket.destroy()
  }

  async #human(line: string): Promise<string> {
    return String(await this.run('human-monitor-command', { 'command-line': line }))
  }

  #heard(line: Line): void {
    if (line.event !== undefined) this.#events.push(line.event)
    else if (line.return !== undefined || line.error !== undefined) this.#asked.shift()?.(line)
  }
}

function opened(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => resolve(socket))
    socket.once('error', () => resolve(undefined))
  })
}

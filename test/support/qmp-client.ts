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
  readonly #lines: Line[] = []
  #next = 0

  private constructor(socket: Socket) {
    this.#socket = socket
    const lines = createInterface({ input: socket })
    lines.on('line', (line) => this.#lines.push(JSON.parse(line)))
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

  get events(): string[] {
    return this.#lines.flatMap(({ event }) => (event === undefined ? [] : [event]))
  }

  async run(execute: string, args: object = {}): Promise<unknown> {
    this.#socket.write(`${JSON.stringify({ execute, arguments: args })}\n`)
    const answer = await until(`the answer to ${execute}`, () => this.#answer())
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

  close(): void {
    this.#socket.destroy()
  }

  async #human(line: string): Promise<string> {
    return String(await this.run('human-monitor-command', { 'command-line': line }))
  }

  #answer(): Line | undefined {
    for (; this.#next < this.#lines.length; this.#next++) {
      const line = this.#lines[this.#next]
      if (line.return === undefined && line.error === undefined) continue
      this.#next++
      return line
    }
    return undefined
  }
}

function opened(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => resolve(socket))
    socket.once('error', () => resolve(undefined))
  })
}

import { connect, type Socket } from 'node:net'
import { until } from './until.ts'

/** A telnet-style client of a line console: sends lines, and waits for the prompt that follows each. */
export class LineClient {
  readonly #socket: Socket
  #bytes = Buffer.alloc(0)
  #closed = false

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk])
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#closed = true
    })
  }

  static async connect(host: string, port: number): Promise<LineClient> {
    const client = new LineClient(connect({ host, port }))
    await until('the first prompt', () => client.text.endsWith('> '))
    return client
  }

  get bytes(): Buffer {
    return this.#bytes
  }

  get text(): string {
    return this.#bytes.toString('latin1')
  }

  get closed(): boolean {
    return this.#closed
  }

  /** What is printed between the line's own echo and the next prompt. */
  async run(line: string): Promise<string> {
    const before = this.#bytes.length
    this.#socket.write(`${line}\r`)
    const said = () => this.#bytes.subarray(before).toString('latin1')
    await until(`an answer to ${line}`, () => said().endsWith('> '))
    return said().slice(0, -2).replaceAll('\n\r', '\n').replace(`${line}\n`, '').trimEnd()
  }

  send(text: string): void {
    this.#socket.write(text)
  }

  end(): void {
    this.#socket.destroy()
  }
}

import { connect, type Socket } from 'node:net'
import { fromHex, hex } from '../../src/base/bytes.ts'

/** QEMU's end of a VM link, byte by byte. Every wait ends: with the bytes, or with an error that shows what came instead. */
export class FakeVm {
  readonly #socket: Socket
  #seen = ''
  #ended = false
  #changed: () => void = () => {}

  constructor(where: string | { host: string; port: number }) {
    this.#socket = typeof where === 'string' ? connect(where) : connect(where.port, where.host)
    this.#socket.on('data', (chunk) => {
      this.#seen += `${hex(chunk)} `
      this.#changed()
    })
    const ended = () => {
      this.#ended = true
      this.#changed()
    }
    this.#socket.on('error', ended)
    this.#socket.on('close', ended)
  }

  /** Everything received so far. */
  get seen(): string {
    return this.#seen.trimEnd()
  }

  get ended(): boolean {
    return this.#ended
  }

  send(text: string): void {
    this.#socket.write(fromHex(text))
  }

  /** Until these bytes have been received, after all that earlier calls waited for; they and what stood before are taken. */
  async receive(text: string): Promise<string> {
    await this.#until(() => this.#seen.includes(text), `"${text}"`)
    const before = this.#seen.slice(0, this.#seen.indexOf(text)).trimEnd()
    this.#seen = this.#seen.slice(this.#seen.indexOf(text) + text.length).trimStart()
    return before
  }

  async closed(): Promise<void> {
    await this.#until(() => this.#ended, 'the end')
  }

  stopReading(): void {
    this.#socket.pause()
  }

  end(): void {
    this.#socket.destroy()
  }

  async #until(there: () => boolean, what: string): Promise<void> {
    const limit = AbortSignal.timeout(30_000)
    while (!there()) {
      await new Promise<void>((resolve, reject) => {
        this.#changed = resolve
        limit.onabort = () => reject(new Error(`waited 30 s for ${what}, received "${this.#seen}"`))
      })
    }
  }
}

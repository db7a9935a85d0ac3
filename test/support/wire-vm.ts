import { connect, type Socket } from 'node:net'
import { type WireMessage, wireMessages } from './vm-wire.ts'

/** QEMU's end of a VM link where whole answers are of interest: counts them, and hands them out in order. */
export class WireVm {
  readonly #socket: Socket
  #unread: number[] = []
  #answers: WireMessage[] = []
  #ended = false
  #changed: () => void = () => {}

  constructor(where: string | { host: string; port: number }) {
    this.#socket = typeof where === 'string' ? connect(where) : connect(where.port, where.host)
    this.#socket.setNoDelay(true)
    this.#socket.on('data', (chunk) => {
      const lastEnd = Math.max(chunk.lastIndexOf(0xa0), chunk.lastIndexOf(0xa1)) + 1
      this.#answers.push(...wireMessages([...this.#unread, ...chunk.subarray(0, lastEnd)]))
      this.#unread = [...(lastEnd === 0 ? this.#unread : []), ...chunk.subarray(lastEnd)]
      this.#changed()
    })
    const ended = () => {
      this.#ended = true
      this.#changed()
    }
    this.#socket.on('error', ended)
    this.#socket.on('close', ended)
  }

  send(bytes: readonly number[]): void {
    this.#socket.write(Uint8Array.from(bytes))
  }

  /** The next `count` answers; fewer where the link ends or nothing comes for a minute. */
  async answers(count: number): Promise<WireMessage[]> {
    let silent = false
    const limit = setTimeout(() => {
      silent = true
      this.#changed()
    }, 60_000)
    while (this.#answers.length < count && !silent && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve
      })
      if (!silent) limit.refresh()
    }
    clearTimeout(limit)
    return this.#answers.splice(0, count)
  }

  end(): void {
    this.#socket.destroy()
  }
}

import { connect, type Socket } from 'node:net'
import { StringDecoder } from 'node:string_decoder'
import { type Clock, sleep } from '../../base/clock.ts'
import { BmcError, errnoOf } from '../../base/errors.ts'
import { Listeners } from '../../base/listeners.ts'
import type { Logger } from '../../base/logger.ts'

/** Arguments and answers of QMP: JSON objects whose shape the caller checks. */
export type Facts = Readonly<Record<string, unknown>>

interface Waiting {
  readonly command: string
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: Error) => void
}

/** More than any answer of QEMU's to what we ask; a longer line means that this is no QMP. */
const longestLine = 1 << 20

/**
 * QEMU's machine protocol: JSON lines on a unix socket, a greeting, then commands answered by id with events between
 * (QEMU Machine Protocol Specification, sections "Server Greeting" to "Asynchronous events").
 */
export class QmpClient {
  readonly #socket: Socket
  readonly #clock: Clock
  readonly #log: Logger
  readonly #text = new StringDecoder('utf8')
  readonly #waiting = new Map<number, Waiting>()
  readonly #events = new Listeners<[name: string, data: Facts]>()
  #line = ''
  #lastId = 0
  #greeted: () => void = () => {}
  /** Resolves when the connection has ended and everything that was sent on it has been handed out. */
  readonly closed: Promise<void>

  private constructor(socket: Socket, clock: Clock, log: Logger) {
    this.#socket = socket
    this.#clock = clock
    this.#log = log
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()))
    socket.on('data', (bytes) => this.#receive(bytes))
    socket.on('error', (error) => log.debug({ error: error.message }, 'QMP socket failed'))
    socket.on('close', () => this.#end())
  }

  /**
   * Connects, also where the socket does not exist yet because QEMU is still starting, and ends the greeting. Gives up
   * when `timeoutMs` is over or `stop` says that nobody will ever answer.
   */
  static async connect(
    path: string,
    { clock, log, timeoutMs, stop }: { clock: Clock; log: Logger; timeoutMs: number; stop: () => boolean },
  ): Promise<QmpClient> {
    const deadline = clock.monotonic() + timeoutMs
    for (;;) {
      const socket = await open(path)
      if (socket) {
        const client = new QmpClient(socket, clock, log)
        try {
          await client.#greeting(Math.max(deadline - clock.monotonic(), 1))
          await client.execute('qmp_capabilities', {}, Math.max(deadline - clock.monotonic(), 1))
          return client
        } catch (error) {
          client.close()
          throw error
        }
      }
      if (stop() || clock.monotonic() >= deadline) throw new BmcError('timeout', `no answer on the QMP socket ${path}`)
      await sleep(clock, 10)
    }
  }

  /** Rejects with QEMU's own description, with reason `timeout` when it is silent, or when the connection ends. */
  execute(command: string, args: Facts = {}, timeoutMs = 10_000): Promise<unknown> {
    if (this.#socket.destroyed) return Promise.reject(new BmcError('wrong-state', `QMP ${command}: QEMU has gone`))
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(timeoutMs, () => {
        this.#waiting.delete(id)
        reject(new BmcError('timeout', `QMP ${command}: QEMU did not answer within ${timeoutMs / 1000} s`))
      })
      this.#waiting.set(id, {
        command,
        resolve: (answer) => {
          timer.cancel()
          resolve(answer)
        },
        reject: (error) => {
          timer.cancel()
          reject(error)
        },
      })
      this.#socket.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`)
    })
  }

  onEvent(fn: (name: string, data: Facts) => void): () => void {
    return this.#events.add(fn)
  }

  close(): void {
    this.#socket.destroy()
  }

  #greeting(timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(timeoutMs, () => reject(new BmcError('timeout', 'QEMU sent no QMP greeting')))
      this.#greeted = () => {
        timer.cancel()
        resolve()
      }
      void this.closed.then(() => {
        timer.cancel()
        reject(new BmcError('wrong-state', 'QEMU closed its QMP socket before the greeting'))
      })
    })
  }

  #receive(bytes: Uint8Array): void {
    const lines = (this.#line + this.#text.write(bytes)).split('\n')
    this.#line = lines.pop() ?? ''
    for (const line of lines) if (line.trim() !== '') this.#message(line)
    if (this.#line.length > longestLine) {
      this.#log.warn({ length: this.#line.length }, 'a QMP line without end: connection closed')
      this.close()
    }
  }

  #message(line: string): void {
    const message = parsed(line)
    if (!message) {
      this.#log.warn({ line: line.slice(0, 200) }, 'not a QMP message')
      return
    }
    if ('QMP' in message) this.#greeted()
    else if (typeof message.event === 'string') {
      this.#events.call(message.event, isFacts(message.data) ? message.data : {})
    } else if (typeof message.id === 'number') this.#answer(message.id, message)
  }

  #answer(id: number, message: Facts): void {
    const waiting = this.#waiting.get(id)
    if (!waiting) return
    this.#waiting.delete(id)
    if ('return' in message) {
      waiting.resolve(message.return)
      return
    }
    const why = isFacts(message.error) ? String(message.error.desc) : 'no reason given'
    waiting.reject(new BmcError('not-supported', `QMP ${waiting.command}: ${why}`))
  }

  #end(): void {
    for (const { command, reject } of this.#waiting.values()) {
      reject(new BmcError('wrong-state', `QMP ${command}: QEMU ended before it answered`))
    }
    this.#waiting.clear()
  }
}

function parsed(line: string): Facts | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return isFacts(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isFacts(value: unknown): value is Facts {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A connected socket; undefined where nothing listens yet. */
function open(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.removeAllListeners('error')
      resolve(socket)
    })
    socket.once('error', (error) => {
      const code = errnoOf(error)
      if (code === 'ENOENT' || code === 'ECONNREFUSED') resolve(undefined)
      else reject(error)
    })
  })
}

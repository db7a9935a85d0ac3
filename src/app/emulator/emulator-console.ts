import { createServer, type Server, type Socket } from 'node:net'
import { errnoOf, messageOf, SetupError } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { ListenConfig } from '../../config/config.ts'
import type { Trust } from '../../config/emu/state.ts'
import { ConsoleInput } from './console-input.ts'
import type { Emulator } from './emulator.ts'

/** As ipmi_sim greets: it echoes by itself, line by line is the client's choice, and it wants no echo back (RFC 857, RFC 858). */
const GREETING = Uint8Array.of(0xff, 0xfb, 0x03, 0xff, 0xfb, 0x01, 0xff, 0xfe, 0x01)
const PROMPT = '> '
/** ipmi_sim ends its lines so. */
const LINE_END = '\n\r'
const MOST_CLIENTS = 16
const nobodyKnown: Trust = { files: false, programs: false }

/**
 * lan.conf's `console`: the emulator over TCP, for telnet and for scripts, as ipmi_sim has it. Nobody has to log in, and any user
 * of this computer reaches its loopback: so a line may neither run programs nor name files.
 */
export class EmulatorConsole {
  readonly #config: ListenConfig
  readonly #emulator: Emulator
  readonly #log: Logger
  readonly #server: Server
  readonly #clients = new Set<Socket>()

  constructor(config: ListenConfig, emulator: Emulator, log: Logger) {
    this.#config = config
    this.#emulator = emulator
    this.#log = log
    this.#server = createServer((socket) => this.#serve(socket))
  }

  async listen(): Promise<void> {
    const { host, port, at } = this.#config
    if (!isLoopback(host)) {
      this.#log.warn({ host, port }, 'the emulator console takes commands from anybody who can reach this address')
    }
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error) => {
        const why = errnoOf(error) === 'EADDRINUSE' ? 'somebody else has this port' : messageOf(error)
        const text = `cannot open the emulator console on ${host} port ${port}: ${why}; see ${at.file}:${at.line}`
        reject(new SetupError(text, { cause: error }))
      })
      this.#server.listen({ host, port }, resolve)
    })
    this.#server.on('error', (error) => this.#log.warn({ error: messageOf(error) }, 'the emulator console'))
  }

  async close(): Promise<void> {
    for (const socket of this.#clients) socket.destroy()
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve))
  }

  #serve(socket: Socket): void {
    socket.on('error', () => socket.destroy())
    if (this.#clients.size >= MOST_CLIENTS) {
      socket.end(`**There are ${MOST_CLIENTS} consoles already${LINE_END}`)
      return
    }
    this.#clients.add(socket)
    socket.on('close', () => this.#clients.delete(socket))
    const input = new ConsoleInput({
      write: (bytes) => socket.write(bytes),
      end: () => socket.end(),
      line: (text) => this.#emulator.line(text, nobodyKnown),
      prompt: PROMPT,
      lineEnd: LINE_END,
    })
    socket.write(GREETING)
    socket.write(PROMPT)
    // While a line runs (a sleep, say) nothing more is read: the client's own system holds the rest.
    socket.on('data', (bytes) => {
      socket.pause()
      void input.take(bytes).then(() => {
        // One who sends and does not read what comes back is not listened to either.
        if (socket.writableNeedDrain) socket.once('drain', () => socket.resume())
        else socket.resume()
      })
    })
    socket.on('end', () => socket.end())
  }
}

function isLoopback(host: string): boolean {
  return /^(127\.|::1$|localhost$|::ffff:127\.)/.test(host)
}

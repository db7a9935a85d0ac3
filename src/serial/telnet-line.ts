import type { Socket } from 'node:net'
import { Duplex, type Transform } from 'node:stream'
import type { Logger } from '../base/logger.ts'

/** The two transforms between telnet and plain bytes; telnet-port.ts, which alone names the package, hands them in. */
export interface TelnetTransforms {
  /** Emits `do`, `dont`, `will` and `wont` with an option. */
  readonly input: Transform
  readonly output: TelnetOutput
}

interface TelnetOutput extends Transform {
  writeCommand(command: number): void
  writeWill(option: number): void
  writeWont(option: number): void
  writeDo(option: number): void
  writeDont(option: number): void
}

type VerbName = 'do' | 'dont' | 'will' | 'wont'

/** Numbers of RFC 854, 856, 857 and 858. */
const BREAK = 243
const BINARY = 0
const ECHO = 1
const SUPPRESS_GO_AHEAD = 3

/** Stands in the line of outgoing bytes where a break belongs, so that it overtakes nothing. */
const breakMark = Buffer.alloc(1)

/** A telnet connection as the plain bytes in it. Emits `connect` when the peer is there. */
export class TelnetLine extends Duplex {
  readonly #socket: Socket
  readonly #input: Transform
  readonly #output: TelnetOutput
  readonly #log: Logger
  /** What was said; never said twice on one connection, so that no two peers can argue for ever. */
  readonly #said = new Set<string>()

  constructor(socket: Socket, { input, output }: TelnetTransforms, log: Logger) {
    super({ allowHalfOpen: false })
    this.#socket = socket
    this.#input = input
    this.#output = output
    this.#log = log

    output.pipe(socket)
    // Not a pipe: a malformed subnegotiation is reported as `error`, which would undo it.
    socket.on('data', (bytes) => {
      if (!input.write(bytes)) socket.pause()
    })
    input.on('drain', () => socket.resume())
    input.on('error', (error) => log.debug({ why: error.message }, 'telnet: nonsense skipped'))
    input.on('data', (bytes: Buffer) => {
      if (!this.push(bytes)) input.pause()
    })
    socket.on('end', () => input.end())
    input.on('end', () => this.push(null))
    socket.on('connect', () => this.#greet())
    socket.on('error', (error) => this.destroy(error))
    socket.on('close', () => {
      if (!socket.readableEnded) this.destroy()
    })
    input.on('do', (option: number) => this.#asked('do', option))
    input.on('dont', (option: number) => this.#asked('dont', option))
    input.on('will', (option: number) => this.#asked('will', option))
    input.on('wont', (option: number) => this.#asked('wont', option))
  }

  sendBreak(): void {
    this.write(breakMark)
  }

  override _read(): void {
    this.#input.resume()
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (bytes !== breakMark) {
      // Called back when the bytes are on the output's far side: a break written next cannot pass them.
      this.#output.write(bytes, () => done())
      return
    }
    this.#output.writeCommand(BREAK)
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy()
    this.#input.destroy()
    this.#output.destroy()
    done(error)
  }

  /** Eight clean bits both ways, and no echo from either side (RFC 856, RFC 857). */
  #greet(): void {
    this.#say('do', BINARY)
    this.#say('will', BINARY)
    this.#say('dont', ECHO)
    this.#say('wont', ECHO)
    this.emit('connect')
  }

  #asked(verb: VerbName, option: number): void {
    const welcome = option === BINARY || option === SUPPRESS_GO_AHEAD
    switch (verb) {
      case 'will':
        this.#say(welcome ? 'do' : 'dont', option)
        break
      case 'do':
        this.#say(welcome ? 'will' : 'wont', option)
        break
      case 'wont':
      case 'dont':
        if (option === BINARY) this.#log.warn({}, 'the telnet server refuses binary; it may change CR and NUL')
        if (welcome) this.#say(verb === 'wont' ? 'dont' : 'wont', option)
    }
  }

  #say(verb: VerbName, option: number): void {
    const key = `${verb} ${option}`
    if (this.#said.has(key) || this.#output.destroyed) return
    this.#said.add(key)
    if (verb === 'will') this.#output.writeWill(option)
    else if (verb === 'wont') this.#output.writeWont(option)
    else if (verb === 'do') this.#output.writeDo(option)
    else this.#output.writeDont(option)
  }
}

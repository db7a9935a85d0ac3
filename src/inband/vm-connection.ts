import type { Socket } from 'node:net'
import type { Clock } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { CompletionCode } from '../ipmi/completion-code.ts'
import {
  encodeVmControl,
  encodeVmMessage,
  VmControl,
  VmDecoder,
  type VmMessage,
  vmCapabilities,
  vmProtocolVersion,
} from '../ipmi/vm-codec.ts'
import { noCapabilities, type VmCapabilities } from '../machine/vm-link.ts'

/** What a command came to: completion code and data. */
export interface InbandReply {
  readonly completionCode: number
  readonly data: Uint8Array
}

export type InbandHandler = (
  netFn: number,
  lun: number,
  cmd: number,
  data: Uint8Array,
) => InbandReply | Promise<InbandReply>

/**
 * QEMU gives up a request after 4 s and tells the guest C3h. A response that comes later carries a stale seq, and if the
 * guest has asked again by then it stops the clock of that request too, and the guest waits for ever (QEMU 7.2). So an
 * answer that is not there well before is not sent.
 */
const ANSWER_WITHIN_MS = 3500

/** QEMU has one request in flight. More than this many waiting is no system interface. */
const WAITING_LIMIT = 16

/** Answers that the other end does not fetch. */
const UNSENT_LIMIT = 64 * 1024

/** The BT interface counts a response in one byte: netFn/lun, seq, cmd, completion code and this many (IPMI 2.0 §11.5). */
const DATA_LIMIT = 251

const noData = new Uint8Array(0)

/** Our end of one stream: greets, remembers what the VM announced, answers its requests one after another. */
export class VmConnection {
  readonly #socket: Socket
  readonly #clock: Clock
  readonly #log: Logger
  readonly #answer: InbandHandler
  readonly #onEnd: () => void
  readonly #decoder = new VmDecoder()
  readonly #waiting: { readonly request: VmMessage; readonly deadline: number }[] = []
  #capabilities: VmCapabilities = noCapabilities
  #answering = false
  #dropped = 0
  #ended = false

  constructor(options: { socket: Socket; clock: Clock; log: Logger; answer: InbandHandler; onEnd: () => void }) {
    this.#socket = options.socket
    this.#clock = options.clock
    this.#log = options.log
    this.#answer = options.answer
    this.#onEnd = options.onEnd
    this.#socket.setNoDelay(true)
    this.#socket.setKeepAlive(true, 10_000)
    this.#socket.on('data', (chunk) => this.#take(chunk))
    this.#socket.on('error', (error) => this.#log.debug({ error: error.message }, 'VM link failed'))
    this.#socket.once('end', () => this.end())
    this.#socket.once('close', () => this.end())
    this.control(VmControl.version, vmProtocolVersion)
    // The interface may still signal what a BMC before us had to say; ours has nothing.
    this.control(VmControl.clearAttention)
  }

  /** All false until the VM announced them. */
  get capabilities(): VmCapabilities {
    return this.#capabilities
  }

  control(command: number, ...data: readonly number[]): void {
    this.#send(encodeVmControl(command, ...data))
  }

  /** Also what happens when the VM goes: no request that came before is answered any more. */
  end(): void {
    this.#socket.destroy()
    this.#waiting.length = 0
    if (this.#ended) return
    this.#ended = true
    this.#onEnd()
  }

  #send(bytes: Uint8Array): void {
    if (!this.#socket.writable) return
    this.#socket.write(bytes)
    if (this.#socket.writableLength <= UNSENT_LIMIT) return
    this.#log.warn({ bytes: this.#socket.writableLength }, 'the VM does not read its BMC link; link closed')
    this.end()
  }

  #take(chunk: Uint8Array): void {
    for (const frame of this.#decoder.push(chunk)) {
      if (frame.kind === 'message') this.#queue(frame)
      else this.#told(frame.command, frame.data)
    }
    if (this.#decoder.drops === this.#dropped) return
    this.#dropped = this.#decoder.drops
    this.#log.debug({ dropped: this.#decoder.dropped }, 'broken frame from the VM dropped')
  }

  #told(command: number, data: Uint8Array): void {
    if (command === VmControl.capabilities && data.length === 1) this.#capabilities = vmCapabilities.decode(data)
    else if (command === VmControl.version && data[0] !== vmProtocolVersion) {
      this.#log.warn({ version: data[0] }, 'the VM speaks another version of the VM protocol; going on as version 1')
    }
  }

  #queue(request: VmMessage): void {
    // Requests have even network functions (IPMI 2.0 §5.1); nobody asked for a response.
    if (request.netFn % 2 !== 0 || this.#ended) return
    if (this.#waiting.length === WAITING_LIMIT) {
      this.#log.debug({ netFn: request.netFn, cmd: request.cmd }, 'too many requests waiting; this one dropped')
      return
    }
    this.#waiting.push({ request, deadline: this.#clock.monotonic() + ANSWER_WITHIN_MS })
    if (!this.#answering) this.#answerNext()
  }

  /** Answers what waits, in order, as long as answers are there at once; goes on when a slow one has come or is given up. */
  #answerNext(): void {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const { request, deadline } = next
      const left = deadline - this.#clock.monotonic()
      if (left <= 0) {
        this.#log.debug({ netFn: request.netFn, cmd: request.cmd }, 'request given up by the VM; not run')
        continue
      }
      const reply = this.#run(request)
      if (!(reply instanceof Promise)) {
        this.#reply(request, reply)
        continue
      }
      this.#answering = true
      this.#awaitReply(request, reply, left)
      return
    }
    this.#answering = false
  }

  #run({ netFn, lun, cmd, data }: VmMessage): InbandReply | Promise<InbandReply> {
    try {
      const reply = this.#answer(netFn, lun, cmd, data)
      return reply instanceof Promise ? reply.catch((error: unknown) => this.#failed(error)) : reply
    } catch (error) {
      return this.#failed(error)
    }
  }

  #failed(error: unknown): InbandReply {
    this.#log.error({ error: messageOf(error) }, 'a command from the VM failed')
    return { completionCode: CompletionCode.unspecified, data: noData }
  }

  #awaitReply(request: VmMessage, reply: Promise<InbandReply>, withinMs: number): void {
    let late = false
    const timer = this.#clock.after(withinMs, () => {
      late = true
      this.#log.warn({ netFn: request.netFn, cmd: request.cmd }, 'no answer in time; the VM gets none')
      this.#answerNext()
    })
    void reply.then((ready) => {
      if (late) return
      timer.cancel()
      this.#reply(request, ready)
      this.#answerNext()
    })
  }

  #reply({ seq, netFn, lun, cmd }: VmMessage, reply: InbandReply): void {
    const tooLong = reply.data.length > DATA_LIMIT
    const data = new Uint8Array(tooLong ? 1 : reply.data.length + 1)
    data[0] = tooLong ? CompletionCode.cannotReturnRequestedBytes : reply.completionCode
    if (!tooLong) data.set(reply.data, 1)
    this.#send(encodeVmMessage({ seq, netFn: netFn + 1, lun, cmd, data }))
  }
}

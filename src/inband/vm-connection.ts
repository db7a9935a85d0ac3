import type { Socket } from 'node:net'
import { stayAwake } from '../base/awake.ts'
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
 * QEMU gives up a request after 4 s and tells the guest C3h, but not one whose seq had to be escaped: that guest waits for
 * ever (QEMU 7.2). So a request whose answer is not there well before gets C3h from us.
 */
const ANSWER_WITHIN_MS = 3500

/**
 * A response that comes after QEMU has given up carries a stale seq, and if the guest has asked again by then it stops the
 * clock of that request too. So nothing is sent from here on, however late we come to it ourselves.
 */
const GIVEN_UP_AFTER_MS = 3900

/** QEMU has one request in flight. More than this many waiting is no system interface. */
const WAITING_LIMIT = 16

/** Answers that the other end does not fetch. */
const UNSENT_LIMIT = 64 * 1024

/** The BT interface counts a response in one byte: netFn/lun, seq, cmd, completion code and this many (IPMI 2.0 §11.5). */
const DATA_LIMIT = 251

const noData = new Uint8Array(0)

const tooLate = { completionCode: CompletionCode.timeout, data: noData }

interface Waiting {
  readonly request: VmMessage
  readonly since: number
}

export interface VmConnectionParts {
  readonly socket: Socket
  readonly clock: Clock
  readonly log: Logger
  readonly answer: InbandHandler
  /** The VM says that it was reset. */
  readonly onReset: () => void
  readonly onEnd: () => void
}

/** Our end of one stream: greets, remembers what the VM announced, answers its requests one after another. */
export class VmConnection {
  readonly #socket: Socket
  readonly #clock: Clock
  readonly #log: Logger
  readonly #answer: InbandHandler
  readonly #onReset: () => void
  readonly #onEnd: () => void
  readonly #decoder = new VmDecoder()
  readonly #waiting: Waiting[] = []
  #capabilities: VmCapabilities = noCapabilities
  #answering = false
  #warnedOfVersion = false
  #dropped = 0
  #ended = false

  constructor(options: VmConnectionParts) {
    this.#socket = options.socket
    this.#clock = options.clock
    this.#log = options.log
    this.#answer = options.answer
    this.#onReset = options.onReset
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
    stayAwake()
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
    else if (command === VmControl.reset && data.length === 0) this.#onReset()
    else if (command === VmControl.version) this.#toldVersion(data[0])
  }

  /** We have said that we speak version 1, and whoever knows a later one knows that one too; nothing else is to be done. */
  #toldVersion(version: number | undefined): void {
    if (version === vmProtocolVersion || this.#warnedOfVersion) return
    this.#warnedOfVersion = true
    this.#log.warn({ version }, 'the VM speaks another version of the VM protocol; going on as version 1')
  }

  #queue(request: VmMessage): void {
    // Requests have even network functions (IPMI 2.0 §5.1); nobody asked for a response.
    if (request.netFn % 2 !== 0 || this.#ended) return
    if (this.#waiting.length === WAITING_LIMIT) {
      this.#log.debug({ netFn: request.netFn, cmd: request.cmd }, 'too many requests waiting; this one dropped')
      return
    }
    const one = { request, since: this.#clock.monotonic() }
    if (this.#answering) this.#waiting.push(one)
    else this.#serve(one, ANSWER_WITHIN_MS)
  }

  /** Answers at once where the answer is there at once; else when it has come or is given up. */
  #serve(one: Waiting, withinMs: number): void {
    const reply = this.#run(one.request)
    if (!(reply instanceof Promise)) {
      this.#reply(one.request, reply)
      return
    }
    this.#answering = true
    this.#awaitReply(one, reply, withinMs)
  }

  /** A slow answer is done with: what came meanwhile has its turn, in order, up to the next slow one. */
  #answerWaiting(): void {
    this.#answering = false
    while (!this.#answering) {
      const next = this.#waiting.shift()
      if (next === undefined) return
      const left = next.since + ANSWER_WITHIN_MS - this.#clock.monotonic()
      if (left > 0) this.#serve(next, left)
      else this.#replyLate(next, tooLate)
    }
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

  #awaitReply(one: Waiting, reply: Promise<InbandReply>, withinMs: number): void {
    const { netFn, cmd } = one.request
    let late = false
    const timer = this.#clock.after(withinMs, () => {
      late = true
      this.#log.warn({ netFn, cmd }, 'no answer in time; the VM hears C3h')
      this.#replyLate(one, tooLate)
      this.#answerWaiting()
    })
    void reply.then((ready) => {
      if (late) return
      timer.cancel()
      this.#replyLate(one, ready)
      this.#answerWaiting()
    })
  }

  /** The answer to a request that has waited, unless for too long. */
  #replyLate({ request, since }: Waiting, reply: InbandReply): void {
    if (this.#clock.monotonic() - since < GIVEN_UP_AFTER_MS) this.#reply(request, reply)
    else this.#log.debug({ netFn: request.netFn, cmd: request.cmd }, 'request given up by the VM; not answered')
  }

  #reply({ seq, netFn, lun, cmd }: VmMessage, reply: InbandReply): void {
    const tooLong = reply.data.length > DATA_LIMIT
    const data = new Uint8Array(tooLong ? 1 : reply.data.length + 1)
    data[0] = tooLong ? CompletionCode.cannotReturnRequestedBytes : reply.completionCode
    if (!tooLong) data.set(reply.data, 1)
    this.#send(encodeVmMessage({ seq, netFn: netFn + 1, lun, cmd, data }))
  }
}

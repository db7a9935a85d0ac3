import type { Server, Socket } from 'node:net'
import type { Clock } from '../base/clock.ts'
import { BmcError } from '../base/errors.ts'
import { Listeners } from '../base/listeners.ts'
import type { Logger } from '../base/logger.ts'
import type { Attention, AttentionState } from '../bmc/messages.ts'
import { CompletionCode } from '../ipmi/completion-code.ts'
import { VmControl } from '../ipmi/vm-codec.ts'
import { noCapabilities, type VmCapabilities, type VmLink } from '../machine/vm-link.ts'
import { type Listen, listenOn } from './listen.ts'
import { type InbandHandler, VmConnection } from './vm-connection.ts'

/**
 * inband/ is the door that the guest comes through: the stream socket that QEMU's `ipmi-bmc-extern` connects to. It
 * knows frames and connections; what a command means is said by the handler it is given, and what a power-off is good
 * for by whoever holds its VmLink half. It never starts, stops or watches a process.
 */
export interface InbandDoorOptions {
  readonly listen: Listen
  readonly clock: Clock
  readonly log: Logger
}

const attentions = {
  none: VmControl.clearAttention,
  attention: VmControl.attention,
  'attention with interrupt': VmControl.attentionWithInterrupt,
} as const

/**
 * A VM that had no BMC would hear D2h from QEMU itself. It hears the same from us while nobody serves it, at once, so
 * that its driver asks again instead of waiting.
 */
const nobodyServes = { completionCode: CompletionCode.initializing, data: new Uint8Array(0) }

/** VMs that wait for another to let go of the link; one more, and the one that has waited longest is sent away. */
const WAITING_LIMIT = 4

/**
 * One VM has the link. Another that connects meanwhile (the far end of a live migration, a second start of the same script, or
 * the next start while the old process still dies) is greeted and waits, and the newest that waits has the link when it
 * becomes free. Taking it away from a living VM would let any stray connection switch that VM's power control off; sending the
 * newcomer away would cost it its whole `reconnect` time. A VM that closes unasked while another waits is one that has moved:
 * nobody is told of a disconnection. One that was told to power off has obeyed, and its successor is another VM.
 */
export class InbandDoor implements VmLink, Attention {
  readonly #listen: Listen
  readonly #clock: Clock
  readonly #log: Logger
  readonly #connectedChanged = new Listeners<[boolean]>()
  readonly #wasReset = new Listeners<[]>()
  readonly #waiting: VmConnection[] = []
  #handler: InbandHandler | undefined
  #current: VmConnection | undefined
  /** Has been told to power off. */
  #leaving: VmConnection | undefined
  #servers: Server[] = []
  #closed = false
  /** What the next VM has to be told, where it is not what a connection starts with. */
  #attention: number = VmControl.clearAttention
  #interrupts: number | undefined

  constructor(options: InbandDoorOptions) {
    this.#listen = options.listen
    this.#clock = options.clock
    this.#log = options.log
  }

  /** Where VMs can connect now: `127.0.0.1:9002`, `[::1]:9002`, `/run/cn01/vm`. Empty before `listen`. */
  get addresses(): readonly string[] {
    return this.#servers.flatMap((server) => {
      const at = server.address()
      if (at === null) return []
      if (typeof at === 'string') return [at]
      return [at.family === 'IPv6' ? `[${at.address}]:${at.port}` : `${at.address}:${at.port}`]
    })
  }

  get connected(): boolean {
    return this.#current !== undefined
  }

  get capabilities(): VmCapabilities {
    return this.#current?.capabilities ?? noCapabilities
  }

  /** Opens the door. Rejects with a SetupError that says what stands in the way. */
  async listen(): Promise<void> {
    this.#servers = await listenOn(this.#listen, {
      accept: (socket) => this.#accept(socket),
      failed: (error) => this.#log.warn({ error: error.message }, 'a VM could not connect'),
    })
  }

  /** From now on requests of the guest are answered by `handler`; until then with D2h. */
  serve(handler: InbandHandler): void {
    this.#handler = handler
  }

  powerOff(): void {
    this.#control(VmControl.powerOff)
    this.#leaving = this.#current
  }

  reset(): void {
    this.#control(VmControl.reset)
  }

  nmi(): void {
    this.#control(VmControl.nmi)
  }

  gracefulShutdown(): void {
    this.#control(VmControl.gracefulShutdown)
  }

  /** SMS_ATN of the guest's system interface, as the BMC's messages want it; a VM that connects later is told then. */
  signal(state: AttentionState): void {
    const command = attentions[state]
    if (command === this.#attention) return
    this.#attention = command
    this.#current?.control(command)
  }

  /** Whether the guest's system interface may interrupt, as Set BMC Global Enables says. */
  allowInterrupts(allowed: boolean): void {
    const command = allowed ? VmControl.enableInterrupt : VmControl.disableInterrupt
    // A VM that was there before us may have been allowed to by our predecessor: it stays so until somebody says otherwise.
    if (command === this.#interrupts || (this.#interrupts === undefined && !allowed)) return
    this.#interrupts = command
    this.#current?.control(command)
  }

  onConnected(fn: (connected: boolean) => void): () => void {
    return this.#connectedChanged.add(fn)
  }

  onReset(fn: () => void): () => void {
    return this.#wasReset.add(fn)
  }

  /** Closes the door and every connection. VMs go on running. */
  async close(): Promise<void> {
    this.#closed = true
    const closing = this.#servers.map((server) => new Promise((resolve) => server.close(resolve)))
    this.#servers = []
    for (const waiting of this.#waiting.splice(0)) waiting.end()
    this.#current?.end()
    await Promise.all(closing)
  }

  #control(command: number): void {
    if (this.#current === undefined) throw new BmcError('wrong-state', 'no VM is connected to its BMC link')
    this.#current.control(command)
  }

  #accept(socket: Socket): void {
    if (this.#closed) {
      socket.destroy()
      return
    }
    const connection: VmConnection = new VmConnection({
      socket,
      clock: this.#clock,
      log: this.#log,
      answer: (...request) =>
        this.#current === connection && this.#handler !== undefined ? this.#handler(...request) : nobodyServes,
      onReset: () => {
        if (this.#current === connection) this.#wasReset.call()
      },
      onEnd: () => this.#ended(connection),
    })
    if (this.#current === undefined) {
      this.#take(connection)
      this.#log.info({}, 'VM connected')
      this.#connectedChanged.call(true)
      return
    }
    this.#log.warn({}, 'a second VM connected to this BMC link; it waits until the first is gone')
    this.#waiting.push(connection)
    if (this.#waiting.length > WAITING_LIMIT) this.#waiting[0].end()
  }

  #take(connection: VmConnection): void {
    this.#current = connection
    if (this.#interrupts !== undefined) connection.control(this.#interrupts)
    if (this.#attention !== VmControl.clearAttention) connection.control(this.#attention)
  }

  #ended(connection: VmConnection): void {
    const place = this.#waiting.indexOf(connection)
    if (place >= 0) this.#waiting.splice(place, 1)
    if (this.#current !== connection) return
    const next = this.#closed ? undefined : this.#waiting.pop()
    const moved = next !== undefined && this.#leaving !== connection
    this.#current = undefined
    this.#leaving = undefined
    if (!moved) {
      this.#log.info({}, 'VM disconnected')
      this.#connectedChanged.call(false)
    }
    if (next === undefined) return
    this.#take(next)
    this.#log.info({ moved }, 'the VM that waited has the link')
    if (!moved) this.#connectedChanged.call(true)
  }
}

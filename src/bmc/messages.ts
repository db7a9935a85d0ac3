import { BmcError } from '../base/errors.ts'
import { LazySet } from '../base/lazy-map.ts'

/** Set BMC Global Enables (IPMI 2.0 §22.1, Table 22-1). Bits 5 to 7 are a maker's own. */
export interface GlobalEnables {
  readonly oem: number
  readonly eventLogging: boolean
  readonly eventBuffer: boolean
  readonly eventBufferInterrupt: boolean
  readonly receiveQueueInterrupt: boolean
}

/** Get Message Flags (§22.4): what the guest's driver has to fetch. */
export interface MessageFlags {
  readonly watchdogPreTimeout: boolean
  readonly eventBufferFull: boolean
  readonly messageAvailable: boolean
}

/** One entry of the receive message queue (§22.6): where it came from, and the message as its medium carries it. */
export interface QueuedMessage {
  readonly channel: number
  /** The privilege level of its sender, 0 where there is none. */
  readonly level: number
  readonly data: Uint8Array
}

/** SMS_ATN of the guest's system interface (§9.2), and whether an interrupt goes with it. */
export type AttentionState = 'none' | 'attention' | 'attention with interrupt'

/** How the guest hears that something waits for it. */
export interface Attention {
  signal(state: AttentionState): void
  /** Whether the interface may interrupt at all. */
  allowInterrupts(allowed: boolean): void
}

/** §22.1: at the start only event logging is on. */
const initialEnables: GlobalEnables = {
  oem: 0,
  eventLogging: true,
  eventBuffer: false,
  eventBufferInterrupt: false,
  receiveQueueInterrupt: false,
}

/** A guest that fetches nothing must not cost memory. */
const QUEUE_LIMIT = 16

/** What waits for the guest at its system interface: messages, one event, the watchdog's pre-timeout. */
export class Messages {
  #enables = initialEnables
  #queue: QueuedMessage[] = []
  #event: Uint8Array | undefined
  #watchdogPreTimeout = false
  #attention: Attention | undefined
  /** Channels whose messages for the guest are not taken (§22.5). */
  readonly #deaf = new LazySet<number>()

  get enables(): GlobalEnables {
    return this.#enables
  }

  get flags(): MessageFlags {
    return {
      watchdogPreTimeout: this.#watchdogPreTimeout,
      eventBufferFull: this.#event !== undefined,
      messageAvailable: this.#queue.length > 0,
    }
  }

  /** The one system interface there is. */
  attach(attention: Attention): void {
    this.#attention = attention
    this.#tell()
  }

  setEnables(enables: GlobalEnables): void {
    if (!enables.eventBuffer) this.#event = undefined
    this.#enable(enables)
  }

  /** Clear Message Flags (§22.3): what waited is dropped. */
  clear(flags: MessageFlags): void {
    if (flags.messageAvailable) this.#queue = []
    if (flags.eventBufferFull) this.#event = undefined
    if (flags.watchdogPreTimeout) this.#watchdogPreTimeout = false
    this.#tell()
  }

  receives(channel: number): boolean {
    return !this.#deaf.has(channel)
  }

  setReceives(channel: number, on: boolean): void {
    if (on) this.#deaf.delete(channel)
    else this.#deaf.add(channel)
  }

  /** A message for the software on the system. Throws where it is not taken. */
  put(message: QueuedMessage): void {
    if (!this.receives(message.channel)) {
      throw new BmcError('not-supported', `the system takes no messages of channel ${message.channel}`)
    }
    if (this.#queue.length >= QUEUE_LIMIT) {
      throw new BmcError('full', `${QUEUE_LIMIT} messages wait for the system's software already`)
    }
    this.#queue.push(message)
    this.#tell()
  }

  take(): QueuedMessage | undefined {
    const message = this.#queue.shift()
    this.#tell()
    return message
  }

  /** Keeps an event for Read Event Buffer; one that is not fetched yet stays (§22.8). */
  keepEvent(record: Uint8Array): void {
    if (!this.#enables.eventBuffer || this.#event !== undefined) return
    this.#event = record
    this.#tell()
  }

  takeEvent(): Uint8Array | undefined {
    const record = this.#event
    this.#event = undefined
    this.#tell()
    return record
  }

  setWatchdogPreTimeout(on: boolean): void {
    if (this.#watchdogPreTimeout === on) return
    this.#watchdogPreTimeout = on
    this.#tell()
  }

  /** The guest and its driver are gone: nobody is interrupted, and nobody fetches what waits. */
  powerOff(): void {
    this.#forget({ ...this.#enables, eventBufferInterrupt: false, receiveQueueInterrupt: false })
  }

  /**
   * The system starts or was reset: the enables are as at first (§22.1, Table 22-1), so a driver that has gone is not
   * interrupted. What waits, waits for the next one (the event may tell why there was a reset); only the warning of a
   * watchdog that has stopped is over.
   */
  systemReset(): void {
    this.#watchdogPreTimeout = false
    this.#enable({ ...initialEnables, oem: this.#enables.oem })
  }

  /** A Cold Reset of the BMC. */
  reset(): void {
    this.#deaf.clear()
    this.#forget(initialEnables)
  }

  #enable(enables: GlobalEnables): void {
    this.#enables = enables
    this.#attention?.allowInterrupts(enables.receiveQueueInterrupt || enables.eventBufferInterrupt)
    this.#tell()
  }

  #forget(enables: GlobalEnables): void {
    this.#queue = []
    this.#event = undefined
    this.#watchdogPreTimeout = false
    this.setEnables(enables)
  }

  #tell(): void {
    const { watchdogPreTimeout, eventBufferFull, messageAvailable } = this.flags
    const { receiveQueueInterrupt, eventBufferInterrupt } = this.#enables
    const any = watchdogPreTimeout || eventBufferFull || messageAvailable
    const interrupt =
      ((messageAvailable || watchdogPreTimeout) && receiveQueueInterrupt) || (eventBufferFull && eventBufferInterrupt)
    this.#attention?.signal(interrupt ? 'attention with interrupt' : any ? 'attention' : 'none')
  }
}

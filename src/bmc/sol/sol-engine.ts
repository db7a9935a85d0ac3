import { ByteQueue } from '../../base/byte-queue.ts'
import { noBytes } from '../../base/bytes.ts'
import {
  decodeSol,
  encodeSol,
  nextSolSequence,
  SOL_MAX_CHARACTERS,
  SolOperation,
  type SolPacket,
  SolStatus,
  solStepsAhead,
} from '../../ipmi/sol.ts'

export interface SolTimings {
  /** How long characters wait for company, and how many end the wait (IPMI 2.0 §15.4). */
  readonly accumulateMs: number
  readonly threshold: number
  readonly retries: number
  readonly retryMs: number
}

/** The two ends that an engine stands between. All calls are made from inside the engine's own methods. */
export interface SolEnds {
  /** To the remote console. */
  send(packet: Uint8Array): void
  /** To the system's serial port; returns how many bytes were taken. */
  write(bytes: Uint8Array): number
  sendBreak(): void
  /** Asks the system's side to stop (true) or to go on. */
  hold(on: boolean): void
}

/**
 * Above the high mark the system is held back until the low mark is reached. What a serial port has read by then still
 * comes, in one piece of up to 64 KiB, and must fit.
 */
const HIGH_MARK = 16 * 1024
const LOW_MARK = 4 * 1024
const OUTBOUND_CAPACITY = 256 * 1024

/** Kept for a console that has fallen silent. */
const SILENT_CAPACITY = 64 * 1024

/** Kept for a serial port that takes it slowly. */
const INBOUND_CAPACITY = 64 * 1024

/**
 * How long an acknowledge may wait for room at the serial port. Waiting is kinder than a short count: pyghmi 1.5 drops the
 * rest of a packet acknowledged short without NACK, ipmitool 1.8.19 the rest of one with NACK. Every client waits longer.
 */
const ACK_WAIT_MS = 400

/** No packet is on its way for so long, and clients repeat theirs for longer (ipmitool 1.8.19: four times, 1 s apart). */
const INSIST_MS = 500

/**
 * Silent is only who said nothing for so long, however short the retry interval: a terminal that stalls for a moment must not
 * cost what the system says meanwhile.
 */
const PATIENCE_MS = 1_000

/** Share of the round trip that a console may be late with an acknowledge before the packet counts as lost. */
const LATE = 1.5

/** A console that stayed silent through all retries may only have lost its network: it is asked again now and then. */
const PROBE_MS = 2_000

interface InFlight {
  readonly packet: Uint8Array
  readonly sequence: number
  readonly data: Uint8Array
  readonly sentAt: number
  /** Nobody is called silent before. */
  patientUntil: number
  retriesLeft: number
  dueAt: number
}

interface Unacknowledged {
  readonly sequence: number
  readonly length: number
  /** What had no room yet. */
  rest: Uint8Array
  readonly until: number
}

/**
 * One activation of the SOL payload, as a state machine without socket and timer (§15.9, §15.11): call it with what
 * happened and when, and call `due` when `wakeAt` has come. One packet is in flight each way.
 */
export class SolEngine {
  /** When `due` wants to be called, or undefined: only something from outside goes on. */
  wakeAt: number | undefined
  readonly counters = { retransmissions: 0, overruns: 0, discarded: 0 }
  readonly #timings: SolTimings
  readonly #ends: SolEnds
  readonly #outbound: ByteQueue
  readonly #inbound: ByteQueue

  #sequence = 0
  #inFlight: InFlight | undefined
  /** What a partly accepted packet left over; it goes out first. */
  #leftover: Uint8Array = noBytes
  #notBefore = 0
  #roundTripMs = 0
  #firstWaitingAt: number | undefined
  #silent = false
  #holding = false
  #overrun = false

  #lastReceived = 0
  #lastAccepted = 0
  /** False after a short count: the sender goes on under its next number. */
  #lastComplete = true
  #outOfTurnSince: number | undefined
  #owed: Unacknowledged | undefined
  #breakWaits = false
  #hostUp: boolean

  constructor(timings: SolTimings, ends: SolEnds, hostUp: boolean, inboundCapacity = INBOUND_CAPACITY) {
    this.#timings = timings
    this.#ends = ends
    this.#outbound = new ByteQueue(OUTBOUND_CAPACITY)
    this.#inbound = new ByteQueue(inboundCapacity)
    this.#hostUp = hostUp
  }

  /** A SOL payload of the owning session. Throws DecodeError for one that is none. */
  fromConsole(payload: Uint8Array, now: number): void {
    const packet = decodeSol(payload)
    this.#heard(now)
    if (packet.ack !== 0) this.#acknowledged(packet, now)
    if (packet.sequence === 0) this.#operate(packet.flags)
    else this.#received(packet, now)
    this.#pump(now)
  }

  /** Characters from the system. */
  fromHost(bytes: Uint8Array, now: number): void {
    if (bytes.length === 0) return
    // What a silent console missed is cut at the old end: the newest output is what it wants when it is back.
    const capacity = this.#silent ? SILENT_CAPACITY : OUTBOUND_CAPACITY
    const excess = this.#outbound.length + bytes.length - capacity
    if (excess > 0) {
      this.#outbound.drop(excess)
      this.counters.overruns += excess
      this.#overrun = true
    }
    this.#outbound.push(bytes.length > capacity ? bytes.subarray(bytes.length - capacity) : bytes)
    this.#firstWaitingAt ??= now
    this.#pump(now)
  }

  /** The serial port has room again. */
  hostRoom(now: number): void {
    this.#forward(now)
    this.#pump(now)
  }

  /** The system's serial port came or went. What was typed for one that is away is taken and forgotten. */
  hostChanged(up: boolean, now: number): void {
    this.#hostUp = up
    this.#forward(now)
    this.#pump(now)
  }

  due(now: number): void {
    if (this.#owed !== undefined && now >= this.#owed.until) this.#answerOwed(this.#owed)
    const flight = this.#inFlight
    if (flight !== undefined && now >= flight.dueAt) this.#resend(flight, now)
    this.#pump(now)
  }

  /** The last word on a session whose payload was taken away (status 10h). */
  sayDeactivated(): void {
    this.#ends.send(encodeSol({ sequence: 0, ack: 0, accepted: 0, flags: SolStatus.deactivated, data: noBytes }))
  }

  // To the remote console.

  #heard(now: number): void {
    if (!this.#silent) return
    this.#silent = false
    if (this.#inFlight === undefined) return
    this.#inFlight.retriesLeft = this.#timings.retries
    this.#inFlight.patientUntil = now + PATIENCE_MS
    this.#inFlight.dueAt = now
  }

  #acknowledged({ ack, accepted, flags }: SolPacket, now: number): void {
    const flight = this.#inFlight
    if (flight === undefined || flight.sequence !== ack) return
    this.#inFlight = undefined
    this.#measured(Math.min(now - flight.sentAt, PATIENCE_MS))
    const nack = (flags & SolOperation.nack) !== 0
    this.#leftover = flight.data.subarray(Math.min(accepted, flight.data.length))
    // "Not ready": the rest goes out under a new number, but not at once, or both sides would spin.
    if (this.#leftover.length > 0 && (nack || accepted === 0)) this.#notBefore = now + this.#timings.retryMs
  }

  /** Down at once and up slowly: the time of a packet that had to be sent twice says little. */
  #measured(ms: number): void {
    this.#roundTripMs = Math.min(ms, this.#roundTripMs + (ms - this.#roundTripMs) / 8)
  }

  /** The retry interval (§26.3, parameter 4), or longer where no acknowledge could be back by then. */
  get #retryMs(): number {
    return Math.max(this.#timings.retryMs, this.#roundTripMs * LATE)
  }

  /**
   * A packet without retries left may be dropped (§26.3, parameter 4). It is kept: the console that was cut off for a
   * minute then misses nothing but what `fromHost` cuts.
   */
  #resend(flight: InFlight, now: number): void {
    if (flight.retriesLeft > 0) flight.retriesLeft--
    else this.#silent = true
    flight.dueAt = now + (this.#silent ? PROBE_MS : this.#retryMs)
    if (!this.#silent && flight.retriesLeft === 0) flight.dueAt = Math.max(flight.dueAt, flight.patientUntil)
    this.counters.retransmissions++
    this.#ends.send(flight.packet)
  }

  /** Sends what is ready, steers the system's side, and works out `wakeAt`. */
  #pump(now: number): void {
    if (this.#inFlight !== undefined && now >= this.#inFlight.dueAt) this.#resend(this.#inFlight, now)
    if (this.#inFlight === undefined && now >= this.#readyAt()) this.#sendNext(now)
    this.#steer()
    this.wakeAt = earliest(
      this.#inFlight === undefined ? this.#readyAt() : this.#inFlight.dueAt,
      this.#owed?.until ?? Number.POSITIVE_INFINITY,
    )
  }

  /** When the next new packet may leave; infinity: nothing waits. */
  #readyAt(): number {
    if (this.#leftover.length > 0) return this.#notBefore
    if (this.#outbound.length === 0 || this.#firstWaitingAt === undefined) return Number.POSITIVE_INFINITY
    if (this.#outbound.length >= Math.min(this.#timings.threshold, SOL_MAX_CHARACTERS)) return this.#notBefore
    return Math.max(this.#notBefore, this.#firstWaitingAt + this.#timings.accumulateMs)
  }

  #sendNext(now: number): void {
    const data = this.#leftover.length > 0 ? this.#leftover : this.#outbound.take(SOL_MAX_CHARACTERS)
    this.#leftover = noBytes
    this.#firstWaitingAt = this.#outbound.length > 0 ? (this.#firstWaitingAt ?? now) : undefined
    this.#sequence = nextSolSequence(this.#sequence)
    const packet = encodeSol({ sequence: this.#sequence, ack: 0, accepted: 0, flags: this.#status(), data })
    this.#overrun = false
    this.#inFlight = {
      packet,
      sequence: this.#sequence,
      data,
      sentAt: now,
      patientUntil: now + PATIENCE_MS,
      retriesLeft: this.#timings.retries,
      dueAt: now + Math.max(this.#retryMs, this.#timings.retries > 0 ? 0 : PATIENCE_MS),
    }
    this.#ends.send(packet)
  }

  /** A console that is silent holds nobody back: the machine and its other viewers go on. */
  #steer(): void {
    const waiting = this.#outbound.length
    const wanted = !this.#silent && (this.#holding ? waiting > LOW_MARK : waiting > HIGH_MARK)
    if (wanted === this.#holding) return
    this.#holding = wanted
    this.#ends.hold(wanted)
  }

  #status(): number {
    return (this.#hostUp ? 0 : SolStatus.transferUnavailable) | (this.#overrun ? SolStatus.transmitOverrun : 0)
  }

  // To the system.

  #received(packet: SolPacket, now: number): void {
    const steps = this.#lastReceived === 0 ? 1 : solStepsAhead(packet.sequence, this.#lastReceived)
    if (steps === 0) {
      this.#receivedAgain(packet)
      return
    }
    if (steps > 1 && !this.#insists(now)) return
    this.#owed = undefined
    this.#outOfTurnSince = undefined
    this.#lastReceived = packet.sequence
    this.#lastAccepted = 0
    this.#operate(packet.flags)
    this.#take(packet.data, now)
  }

  /**
   * A number out of turn is a straggler, or its sender has given packets up and gone on. With four bits the two look alike:
   * one that is twelve packets old seems to lie three ahead. Only a sender that waits keeps sending them.
   */
  #insists(now: number): boolean {
    this.#outOfTurnSince ??= now
    return now - this.#outOfTurnSince >= INSIST_MS
  }

  /**
   * A retransmission: acknowledged again, never delivered again. One that grew (§15.11) gives only what is new, and only
   * where everything before was taken: after a short count the sender sends the rest under its next number.
   */
  #receivedAgain(packet: SolPacket): void {
    if (this.#owed !== undefined) return
    const more = packet.data.length - this.#lastAccepted
    if (more > 0 && this.#lastAccepted > 0 && this.#lastComplete) {
      this.#lastAccepted += this.#store(packet.data.subarray(this.#lastAccepted))
      this.#lastComplete = this.#lastAccepted === packet.data.length
    }
    this.#acknowledge()
  }

  #take(data: Uint8Array, now: number): void {
    const stored = this.#store(data)
    this.#lastAccepted = stored
    this.#lastComplete = stored === data.length
    if (this.#lastComplete) {
      this.#acknowledge()
      return
    }
    const { length } = data
    this.#owed = {
      sequence: this.#lastReceived,
      length,
      rest: Uint8Array.from(data.subarray(stored)),
      until: now + ACK_WAIT_MS,
    }
  }

  #acknowledge(): void {
    const flags = this.#status()
    this.#ends.send(
      encodeSol({ sequence: 0, ack: this.#lastReceived, accepted: this.#lastAccepted, flags, data: noBytes }),
    )
  }

  #answerOwed(owed: Unacknowledged): void {
    this.#owed = undefined
    this.#lastAccepted = owed.length - owed.rest.length
    this.#lastComplete = owed.rest.length === 0
    this.#acknowledge()
  }

  /** Into the serial port, or into the line in front of it; returns how much was taken. */
  #store(data: Uint8Array): number {
    if (!this.#hostUp) {
      this.counters.discarded += data.length
      return data.length
    }
    const written = this.#inbound.length === 0 && !this.#breakWaits ? this.#ends.write(data) : 0
    return written + this.#inbound.push(data.subarray(written))
  }

  #forward(now: number): void {
    if (!this.#hostUp) {
      this.counters.discarded += this.#inbound.length
      this.#inbound.clear()
      this.#breakWaits = false
    }
    while (this.#inbound.length > 0) {
      const written = this.#ends.write(this.#inbound.peek(4096))
      this.#inbound.drop(written)
      if (written === 0) break
    }
    if (this.#breakWaits && this.#inbound.length === 0) {
      this.#breakWaits = false
      this.#ends.sendBreak()
    }
    const owed = this.#owed
    if (owed === undefined) return
    owed.rest = owed.rest.subarray(this.#store(owed.rest))
    if (owed.rest.length === 0 || now >= owed.until) this.#answerOwed(owed)
  }

  #operate(flags: number): void {
    if (flags & SolOperation.flushInbound) {
      this.#inbound.clear()
      this.#breakWaits = false
    }
    if (flags & SolOperation.flushOutbound) {
      this.#outbound.clear()
      this.#leftover = noBytes
      this.#firstWaitingAt = undefined
    }
    if ((flags & SolOperation.break) === 0 || !this.#hostUp) return
    if (this.#inbound.length === 0) this.#ends.sendBreak()
    else this.#breakWaits = true
  }
}

function earliest(a: number, b: number): number | undefined {
  const at = Math.min(a, b)
  return at === Number.POSITIVE_INFINITY ? undefined : at
}

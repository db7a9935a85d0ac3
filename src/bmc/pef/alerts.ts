import { sameBytes } from '../../base/bytes.ts'
import type { Clock, Timer } from '../../base/clock.ts'
import { BmcError, messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { Random } from '../../base/random.ts'
import { type Pet, type PetIdentity, petIdentity, petVariable, specificTrap } from '../../ipmi/pet.ts'
import type { LanConfiguration } from '../lan/lan-configuration.ts'

/** One SNMPv1 trap of the PET enterprise, as it goes out. */
export interface Trap {
  /** IPv4. */
  readonly address: string
  readonly port: number
  readonly community: string
  /** Which address of ours it is sent from; undefined: whichever the host takes. */
  readonly from: string | undefined
  /** What the trap says of its agent's address. */
  readonly agent: string
  readonly specific: number
  /** Hundredths of a second since the BMC started. */
  readonly upTime: number
  readonly variable: Uint8Array
}

/** Resolves when the trap is on its way. Filled in by app/: this room knows no socket. */
export type SendTrap = (trap: Trap) => Promise<void>

/** What a trap says, apart from its number. */
export type AlertContent = Omit<Pet, 'sequence'>

/** How an alert ended, in the words of Alert Immediate's status (IPMI 2.0 §30.7). */
export type AlertOutcome = 'none' | 'in progress' | 'sent' | 'not sent' | 'not acknowledged'

export interface AlertsParts {
  readonly clock: Clock
  readonly log: Logger
  readonly random: Random
  /** Undefined for a channel that is no LAN. */
  readonly lan: (channel: number) => LanConfiguration | undefined
  readonly trapPort: (channel: number) => number
  /** Undefined: this BMC has no way to send any. */
  readonly sendTrap: SendTrap | undefined
}

const PET_TYPE = 0
/** Jobs that may wait; a storm of events is not made worse by an hour of old traps behind it. */
const MOST_JOBS = 64

interface Waiting {
  readonly pet: PetIdentity
  acknowledged: boolean
}

/**
 * Sends alerts, one after another: the next job begins when the one before has been sent, acknowledged or given up
 * (LAN parameters 18 and 19). It has a timer only while it waits.
 */
export class Alerts {
  readonly #parts: AlertsParts
  readonly #startedMs: number
  readonly #jobs: (() => Promise<void>)[] = []
  /** Of the last alert; begins anywhere, so that an acknowledge from before a restart finds nothing. */
  #sequence: number | undefined
  #running = false
  #closed = false
  #waiting: Waiting | undefined
  #pause: { readonly timer: Timer; readonly over: () => void } | undefined
  #immediate: AlertOutcome = 'none'

  constructor(parts: AlertsParts) {
    this.#parts = parts
    this.#startedMs = parts.clock.monotonic()
  }

  /** Of the last Alert Immediate. */
  get immediate(): AlertOutcome {
    return this.#immediate
  }

  get closed(): boolean {
    return this.#closed
  }

  get busy(): boolean {
    return this.#running
  }

  /** Runs when those before it are done; it may call `deliver` and `pause`. False: there was no room for it. */
  add(job: () => Promise<void>): boolean {
    if (this.#closed || this.#jobs.length >= MOST_JOBS) return false
    this.#jobs.push(job)
    if (!this.#running) void this.#run()
    return true
  }

  /** Alert Immediate (§30.7). The destination must be one that could be sent to; how it went, `immediate` tells. */
  sendNow(channel: number, destination: number, content: AlertContent): void {
    const lan = this.#lan(channel)
    if (lan.alertDestination(destination).type !== PET_TYPE) {
      throw new BmcError('not-supported', `destination ${destination} is not for Platform Event Traps`)
    }
    this.#immediate = 'in progress'
    this.add(async () => {
      this.#immediate = await this.deliver(channel, destination, content)
    })
  }

  /** False while one is under way: that is not to be forgotten. */
  clearImmediate(): boolean {
    if (this.#immediate === 'in progress') return false
    this.#immediate = 'none'
    return true
  }

  /** Sends to one destination, again and again as it wants, until it is through or given up. Only from within a job. */
  async deliver(channel: number, destination: number, content: AlertContent): Promise<AlertOutcome> {
    const { log } = this.#parts
    const lan = this.#lan(channel)
    const target = lan.alertDestination(destination)
    const where = { channel, destination, address: target.address.join('.') }
    if (target.type !== PET_TYPE || target.address.every((byte) => byte === 0)) {
      log.warn(where, 'an alert was not sent: the destination has no address, or is not for PETs')
      return 'not sent'
    }
    const pet = { ...content, sequence: this.#nextSequence() }
    const trap = await this.#trap(lan, channel, where.address, target.community, pet)
    const waiting: Waiting = { pet: petIdentity(pet), acknowledged: false }
    this.#waiting = waiting
    let sent = false
    for (let attempt = 0; attempt <= target.retries && !this.#closed; attempt++) {
      if (attempt > 0 && !target.acknowledged) await this.pause(target.intervalMs)
      sent = (await this.#send(trap, where)) || sent
      if (!target.acknowledged) continue
      if (!waiting.acknowledged) await this.pause(target.intervalMs)
      if (waiting.acknowledged) break
    }
    this.#waiting = undefined
    const outcome = outcomeOf(sent, target.acknowledged, waiting.acknowledged)
    log.info({ ...where, outcome, sequence: pet.sequence }, 'alert')
    return outcome
  }

  /**
   * PET Acknowledge (§30.8). One that answers nothing is nothing to complain of: it may have crossed a retry, or be the
   * second of a console that makes sure.
   */
  acknowledge(by: PetIdentity): void {
    const waiting = this.#waiting
    if (waiting === undefined || !isSame(waiting.pet, by)) return
    waiting.acknowledged = true
    this.#pause?.over()
  }

  /** Waits, or is woken early by an acknowledge or the end. Only from within a job. */
  pause(ms: number): Promise<void> {
    if (ms <= 0 || this.#closed) return Promise.resolve()
    return new Promise((resolve) => {
      const over = () => {
        this.#pause?.timer.cancel()
        this.#pause = undefined
        resolve()
      }
      this.#pause = { timer: this.#parts.clock.after(ms, over), over }
    })
  }

  close(): void {
    this.#closed = true
    this.#jobs.length = 0
    this.#pause?.over()
  }

  async #run(): Promise<void> {
    this.#running = true
    for (let job = this.#jobs.shift(); job !== undefined; job = this.#jobs.shift()) {
      try {
        await job()
      } catch (error) {
        this.#parts.log.error({ error: messageOf(error) }, 'an alert failed')
      }
    }
    this.#running = false
  }

  async #send(trap: Trap, where: object): Promise<boolean> {
    const { sendTrap, log } = this.#parts
    if (sendTrap === undefined) return false
    try {
      await sendTrap(trap)
      return true
    } catch (error) {
      log.warn({ ...where, error: messageOf(error) }, 'a trap could not be sent')
      return false
    }
  }

  async #trap(lan: LanConfiguration, channel: number, address: string, community: string, pet: Pet): Promise<Trap> {
    const from = lan.presentAddress?.includes('.') ? lan.presentAddress : undefined
    return {
      address,
      port: this.#parts.trapPort(channel),
      community,
      from,
      agent: from ?? (await configuredAddress(lan)),
      specific: specificTrap(pet.event),
      upTime: Math.floor((this.#parts.clock.monotonic() - this.#startedMs) / 10),
      variable: petVariable(pet),
    }
  }

  #nextSequence(): number {
    if (this.#sequence === undefined) {
      const [high, low] = this.#parts.random.fill(new Uint8Array(2))
      this.#sequence = (high << 8) | low
    }
    this.#sequence = (this.#sequence + 1) & 0xffff
    return this.#sequence
  }

  #lan(channel: number): LanConfiguration {
    const lan = this.#parts.lan(channel)
    if (lan === undefined) throw new BmcError('invalid-field', `channel ${channel} is no LAN channel`)
    return lan
  }
}

function outcomeOf(sent: boolean, wanted: boolean, acknowledged: boolean): AlertOutcome {
  if (!sent) return 'not sent'
  return !wanted || acknowledged ? 'sent' : 'not acknowledged'
}

/** LAN parameter 3, which a program of the user's may be asked for. */
async function configuredAddress(lan: LanConfiguration): Promise<string> {
  try {
    return (await lan.get(3))?.join('.') ?? '0.0.0.0'
  } catch {
    return '0.0.0.0'
  }
}

function isSame(a: PetIdentity, b: PetIdentity): boolean {
  return (
    a.sequence === b.sequence &&
    a.timestamp === b.timestamp &&
    a.eventSource === b.eventSource &&
    a.sensorDevice === b.sensorDevice &&
    a.sensorNumber === b.sensorNumber &&
    sameBytes(a.data, b.data)
  )
}

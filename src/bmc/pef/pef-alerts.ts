import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import { type AlertPolicy, type EventFilter, PefAction } from '../../ipmi/pef.ts'
import { decodeSdr } from '../../ipmi/sdr.ts'
import type { SystemEvent } from '../../ipmi/sel-record.ts'
import type { LanConfiguration } from '../lan/lan-configuration.ts'
import type { DeviceIdentity } from '../seeds.ts'
import type { SdrRepository } from '../storage/sdr.ts'
import type { StorageClock } from '../storage/storage-clock.ts'
import { followPolicy } from './alert-policy.ts'
import type { AlertContent, Alerts } from './alerts.ts'
import type { PefConfiguration } from './pef-configuration.ts'

export interface PefAlertsParts {
  readonly clock: Clock
  readonly log: Logger
  readonly configuration: PefConfiguration
  readonly alerts: Alerts
  readonly lan: (channel: number) => LanConfiguration | undefined
  /** Set Channel Access's bit for alerts by PEF (§22.22). */
  readonly alertingOn: (channel: number) => boolean
  readonly storageClock: StorageClock
  readonly sdr: SdrRepository
  readonly device: DeviceIdentity
  readonly guid: Uint8Array
}

interface Match {
  readonly number: number
  readonly filter: EventFilter
}

/** What an event has to say in traps, and to whom: the policy sets of the filters that it matched (IPMI 2.0 §17.11, §17.13). */
export class PefAlerts {
  /** `clock.monotonic()` before which nothing is sent: the alert startup delay. */
  holdUntil = 0
  readonly #parts: PefAlertsParts

  constructor(parts: PefAlertsParts) {
    this.#parts = parts
  }

  /**
   * Looks up who is to be told. Undefined: nobody. The result begins to send, and calls `done` when all has been tried.
   * Policy sets take their turn by number; each is gone through once, with the worst severity of its filters (§17.7).
   */
  prepare(event: SystemEvent, matching: readonly Match[]): ((done: () => void) => void) | undefined {
    const alerting = matching.filter(({ filter }) => (filter.action & PefAction.alert) !== 0)
    const sets = [...new Set(alerting.map(({ filter }) => filter.policy))].sort((a, b) => a - b)
    const calls = sets
      .map((set) => ({
        filters: alerting.filter(({ filter }) => filter.policy === set),
        entries: this.#entries(set),
      }))
      .filter(({ entries }) => entries.length > 0)
    if (calls.length === 0) return undefined
    return (done) => {
      const added = this.#parts.alerts.add(async () => {
        await this.#parts.alerts.pause(this.holdUntil - this.#parts.clock.monotonic())
        for (const { filters, entries } of calls) await this.#call(event, filters, entries)
        // Cut short by the end of the BMC: the next one begins it again.
        if (!this.#parts.alerts.closed) done()
      })
      if (added) return
      this.#parts.log.warn({ record: event.id }, 'PEF: too many alerts wait; one was left out')
      done()
    }
  }

  /** What a trap says; without an event, what Alert Immediate sends when it is given none. */
  content(event: SystemEvent | undefined, severity: number, text: Uint8Array): AlertContent {
    const { configuration, storageClock, device, guid } = this.#parts
    return {
      guid: configuration.guid ?? guid,
      event,
      seconds: event?.timestamp ?? storageClock.seconds,
      utcOffset: storageClock.utcOffset,
      severity,
      ...this.#entityOf(event),
      manufacturerId: device.manufacturerId,
      productId: device.productId,
      text,
    }
  }

  /** The entries of a set that lead somewhere: enabled, to a LAN channel on which PEF may alert. */
  #entries(set: number): readonly AlertPolicy[] {
    const { configuration, lan, alertingOn } = this.#parts
    return configuration.policies(set).filter(({ channel }) => lan(channel) !== undefined && alertingOn(channel))
  }

  async #call(event: SystemEvent, filters: readonly Match[], entries: readonly AlertPolicy[]): Promise<void> {
    const { alerts } = this.#parts
    const severity = Math.max(...filters.map(({ filter }) => filter.severity))
    const numbers = filters.map(({ number }) => number)
    await followPolicy(
      entries,
      (entry) => this.#typeOf(entry),
      async (entry) => {
        if (this.#typeOf(entry) === undefined) return false
        const content = this.content(event, severity, this.#text(entry, numbers))
        return (await alerts.deliver(entry.channel, entry.destination, content)) === 'sent'
      },
    )
  }

  /** Undefined for a destination that there is none of. */
  #typeOf({ channel, destination }: AlertPolicy): number | undefined {
    const lan = this.#parts.lan(channel)
    return lan?.hasDestination(destination) ? lan.alertDestination(destination).type : undefined
  }

  #text({ eventSpecific, text }: AlertPolicy, filters: readonly number[]): Uint8Array {
    const { configuration } = this.#parts
    if (eventSpecific) return configuration.stringFor(filters, text)
    return configuration.hasString(text) ? configuration.string(text) : new Uint8Array()
  }

  /** Which part of the server an event is about, as far as an SDR of its sensor says so. */
  #entityOf(event: SystemEvent | undefined): { readonly entityId: number; readonly entityInstance: number } {
    if (event === undefined) return { entityId: 0, entityInstance: 0 }
    for (const record of this.#parts.sdr.records) {
      const sdr = readable(record)
      if (sdr === undefined || !('number' in sdr) || !('ownerId' in sdr)) continue
      if (sdr.ownerId !== (event.generatorId & 0xff) || sdr.lun !== ((event.generatorId >> 8) & 0x03)) continue
      if (sdr.number === event.sensorNumber) return { entityId: sdr.entityId, entityInstance: sdr.entityInstance }
    }
    return { entityId: 0, entityInstance: 0 }
  }
}

/** Records that clients added may be anything. */
function readable(record: Uint8Array) {
  try {
    return decodeSdr(record)
  } catch {
    return undefined
  }
}

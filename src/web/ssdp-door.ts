import type { Socket } from 'node:dgram'
import type { Clock, Timer } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { Random } from '../base/random.ts'
import {
  type Discoverable,
  NOTIFY_SECONDS,
  NOTIFY_TTL,
  notification,
  readSearch,
  SSDP_ADDRESS,
  SSDP_PORT,
  searchAnswer,
} from '../redfish/ssdp.ts'

export interface SsdpSockets {
  /** Bound to the group and its port. */
  readonly group: Socket
  /** Where answers and notifications come from. */
  readonly own: Socket
}

interface SsdpParts {
  readonly found: Discoverable
  /** Of the card that it is on. */
  readonly address: string
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

/** Answers that wait for their time; whoever asks more often gets none. */
const MOST_WAITING = 32

/** A Redfish service that can be found by whoever searches its network (SSDP). */
export class SsdpDoor {
  readonly #sockets: SsdpSockets
  readonly #parts: SsdpParts
  readonly #waiting = new Set<Timer>()
  #next: Timer | undefined

  constructor(sockets: SsdpSockets, parts: SsdpParts) {
    this.#sockets = sockets
    this.#parts = parts
  }

  /** Joins the group and says that it is here. Throws the system's error. */
  open(): void {
    const { group, own } = this.#sockets
    const { address, log } = this.#parts
    for (const socket of new Set([group, own])) {
      socket.on('error', (error) => log.warn({ error: messageOf(error) }, 'SSDP fails'))
      socket.unref()
    }
    group.addMembership(SSDP_ADDRESS, address)
    own.setMulticastInterface(address)
    own.setMulticastTTL(NOTIFY_TTL)
    group.on('message', (bytes, { address, port }) => this.#heard(bytes, address, port))
    this.#sayAlive()
  }

  /** Says that it goes. */
  async close(): Promise<void> {
    this.#next?.cancel()
    for (const timer of this.#waiting) timer.cancel()
    this.#waiting.clear()
    const { group, own } = this.#sockets
    const { found } = this.#parts
    await new Promise<void>((resolve) =>
      own.send(notification('byebye', found), SSDP_PORT, SSDP_ADDRESS, () => resolve()),
    )
    for (const socket of new Set([group, own])) socket.close()
  }

  #sayAlive(): void {
    this.#send(notification('alive', this.#parts.found), SSDP_PORT, SSDP_ADDRESS)
    this.#next = this.#parts.clock.after(NOTIFY_SECONDS * 1000, () => this.#sayAlive())
  }

  #heard(bytes: Uint8Array, address: string, port: number): void {
    const { found, clock, random } = this.#parts
    const search = readSearch(Buffer.from(bytes).toString('latin1'), found)
    if (search === undefined || this.#waiting.size >= MOST_WAITING) return
    const [chance] = random.fill(new Uint8Array(1))
    const timer = clock.after((search.withinS * 1000 * chance) / 256, () => {
      this.#waiting.delete(timer)
      this.#send(searchAnswer(search, found), port, address)
    })
    this.#waiting.add(timer)
  }

  #send(text: string, port: number, address: string): void {
    this.#sockets.own.send(text, port, address, (error) => {
      if (error) this.#parts.log.debug({ error: messageOf(error), address }, 'SSDP: nobody could be told')
    })
  }
}

import { BmcError } from '../../base/errors.ts'
import type { Facts } from './qmp.ts'

/** The UDP ports of loopback at one end of a way round: QEMU's, and whom it sends to. */
export interface DetourEnd {
  readonly port: number
  readonly peer: number
}

/** Frames between a NIC and its netdev go through somebody else: what the guest sends leaves at `near`, what is for it at `far`. */
export interface Detour {
  readonly near: DetourEnd
  readonly far: DetourEnd
}

/** QEMU's hubs are numbers: those of the netdevs on a way round come behind any that NICs have. */
const farHub = 1000

/**
 * A NIC that can be led round hangs on a hub of its own, and its netdev on the same: QEMU cannot give a NIC another netdev
 * while it runs, but it can move the ports of hubs (QEMU QMP Reference Manual, netdev_add).
 */
export function hubArguments(netdev: string, nic: number): readonly string[] {
  return [
    ...['-netdev', `${netdev},id=way${nic}`],
    ...['-netdev', `hubport,hubid=${nic},id=net${nic}`],
    ...['-netdev', `hubport,hubid=${nic},id=plug${nic},netdev=way${nic}`],
  ]
}

/** The ways round in one QEMU. */
export class Detours {
  readonly #execute: (command: string, args: Facts) => Promise<unknown>
  /** NICs that surely have none. */
  readonly #plain: Set<number>
  #turn: Promise<void> = Promise.resolve()

  /** `plain`: as many NICs as have never been led round. */
  constructor(execute: (command: string, args: Facts) => Promise<unknown>, plain: number) {
    this.#execute = execute
    this.#plain = new Set(Array.from({ length: plain }, (_, nic) => nic))
  }

  /** Rejects with a BmcError; its frames go straight then. */
  set(nic: number, detour: Detour | undefined): Promise<void> {
    const done = this.#turn.then(() => this.#set(nic, detour))
    this.#turn = done.catch(() => {})
    return done
  }

  async #set(nic: number, detour: Detour | undefined): Promise<void> {
    if (detour === undefined && this.#plain.has(nic)) return
    this.#plain.delete(nic)
    await this.#addSinks(nic)
    await this.#clear(nic)
    try {
      if (detour !== undefined) {
        await this.#addEnd(`near${nic}`, nic, detour.near)
        await this.#addEnd(`far${nic}`, farHub + nic, detour.far)
      }
      await this.#addPort(`plug${nic}`, detour === undefined ? nic : farHub + nic, `way${nic}`)
    } catch (error) {
      if (detour === undefined) throw error
      await this.#clear(nic)
      await this.#addPort(`plug${nic}`, nic, `way${nic}`)
      throw error
    } finally {
      await this.#removeSinks(nic)
    }
    if (detour === undefined) this.#plain.add(nic)
  }

  /**
   * While ports move, a hub may have one port only. What comes in there would wait, and QEMU never looks at it again: the NIC would
   * stay dumb. A port with nothing behind it takes it.
   */
  async #addSinks(nic: number): Promise<void> {
    await this.#removeSinks(nic)
    await this.#execute('netdev_add', { type: 'hubport', id: `sink${nic}`, hubid: nic })
    await this.#execute('netdev_add', { type: 'hubport', id: `farsink${nic}`, hubid: farHub + nic })
  }

  async #removeSinks(nic: number): Promise<void> {
    for (const id of [`sink${nic}`, `farsink${nic}`]) await this.#remove(id)
  }

  /** Whatever is there of these: one that was adopted may have a way round of an earlier process. */
  async #clear(nic: number): Promise<void> {
    for (const id of [`plug${nic}`, ...[`near${nic}`, `far${nic}`].flatMap((end) => [portOf(end), end])]) {
      await this.#remove(id)
    }
  }

  async #remove(id: string): Promise<void> {
    await this.#execute('netdev_del', { id }).catch((error: unknown) => {
      if (!(error instanceof BmcError && error.reason === 'not-supported')) throw error
    })
  }

  async #addEnd(id: string, hub: number, { port, peer }: DetourEnd): Promise<void> {
    const at = (number: number) => ({ type: 'inet', host: '127.0.0.1', port: String(number) })
    await this.#execute('netdev_add', { type: 'dgram', id, local: at(port), remote: at(peer) })
    await this.#addPort(portOf(id), hub, id)
  }

  async #addPort(id: string, hubid: number, netdev: string): Promise<void> {
    await this.#execute('netdev_add', { type: 'hubport', id, hubid, netdev })
  }
}

function portOf(end: string): string {
  return `${end}-port`
}

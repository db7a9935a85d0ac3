import type { Socket } from 'node:dgram'
import { BmcError, messageOf } from '../base/errors.ts'
import { ipv4Number, isHostAddress, subnetOf } from '../base/ipv4.ts'
import type { Ledger, MadeOf } from '../base/ledger.ts'
import type { Logger } from '../base/logger.ts'
import { greetSubnet } from './greet-subnet.ts'
import { type IpCommand, isThere, type LinkState, linkState } from './ip-command.ts'
import { MARK, removeAddress } from './made.ts'
import type { Network, Place } from './network.ts'
import { udpHere } from './udp-here.ts'
import { addVlan } from './vlan.ts'

/** IFNAMSIZ less the NUL. */
const LONGEST_NAME = 15

/**
 * Adds a BMC's address to an interface of this machine (`ip address add`) and takes it away again. Needs root.
 *
 * The address goes on as a /32, and its subnet as a route of its own, with a metric that no other has. An address with the
 * subnet's prefix length would be "secondary" to the first one of that subnet, and Linux takes all secondaries away
 * with their primary: one BMC that moves would silence its neighbours, or the host. And where the host has a route to the
 * subnet, that one stays the better.
 */
export class AliasNetwork implements Network {
  readonly #interface: string
  readonly #ledger: Ledger
  readonly #log: Logger
  readonly #ip: IpCommand
  readonly #open: (address: string, port: number) => Promise<Socket>
  readonly #prefixes = new Map<string, number>()
  /** One change at a time: what is there is looked at before it is changed. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(parts: {
    readonly interface: string
    readonly ledger: Ledger
    readonly log: Logger
    readonly ip: IpCommand
    /** Where the interface is not among this process's own. */
    readonly open?: (address: string, port: number) => Promise<Socket>
  }) {
    this.#interface = parts.interface
    this.#ledger = parts.ledger
    this.#log = parts.log
    this.#ip = parts.ip
    this.#open = parts.open ?? udpHere
  }

  async check(place: Place): Promise<void> {
    const { address, vlan } = place
    if (!isHostAddress(address) || address.startsWith('127.')) {
      throw new BmcError('invalid-field', `${address} is no address for ${this.#interface}`)
    }
    const device = this.#deviceOf(place)
    if (device.length > LONGEST_NAME) {
      throw new BmcError('invalid-field', `VLAN ${vlan}: "${device}" is longer than an interface's name may be`)
    }
    this.#mustBeUp(this.#interface, await linkState(this.#ip, this.#interface))
  }

  claim(place: Place): Promise<void> {
    return this.#inTurn(async () => {
      await this.check(place)
      const { address, prefix, vlan } = place
      const device = this.#deviceOf(place)
      const present = vlan === undefined || (await isThere(this.#ip, device))
      if (present && (await linkState(this.#ip, device)).addresses.includes(address)) {
        // Unless it is ours, somebody else has put it there: his to remove, and his routes lead to it.
        if (this.#entry(device, address) !== undefined) await this.#route(device, address, prefix)
        return
      }
      // With the address goes an interface of ours for its VLAN.
      this.#ledger.record({ kind: 'address', address, interface: device })
      try {
        if (vlan !== undefined) await this.#makeLink(device, vlan)
        await this.#ip('address', 'add', `${address}/32`, 'dev', device)
        await this.#route(device, address, prefix)
      } catch (error) {
        await this.#remove(device, address)
        throw error
      }
    })
  }

  release(place: Place): Promise<void> {
    return this.#inTurn(() => this.#remove(this.#deviceOf(place), place.address))
  }

  async announce(place: Place): Promise<void> {
    try {
      await greetSubnet(this.#ip, this.#open, this.#deviceOf(place), place)
    } catch (error) {
      this.#log.warn({ address: place.address, error: messageOf(error) }, 'the new address could not be announced')
    }
  }

  prefixOf(address: string): number | undefined {
    return this.#prefixes.get(address)
  }

  tidy(keep: Place | undefined): Promise<void> {
    const device = keep && this.#deviceOf(keep)
    return this.#inTurn(async () => {
      for (const entry of this.#entries()) {
        if (entry.address === keep?.address && entry.interface === device) continue
        this.#log.info(
          { address: entry.address, interface: entry.interface },
          'an address that an earlier run left is taken away',
        )
        await this.#remove(entry.interface, entry.address)
      }
    })
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      for (const entry of this.#entries()) await this.#remove(entry.interface, entry.address)
    })
  }

  /** The way to the subnet, in place of the one before; Linux takes it away with the address that is its source. */
  async #route(device: string, address: string, prefix: number): Promise<void> {
    const before = this.#prefixes.get(address)
    if (before === prefix) return
    await this.#ip('route', 'flush', 'dev', device, 'src', address).catch(() => '')
    try {
      await this.#addRoute(device, address, prefix)
      this.#prefixes.set(address, prefix)
    } catch (error) {
      if (before !== undefined) await this.#addRoute(device, address, before)
      throw error
    }
  }

  async #addRoute(device: string, address: string, prefix: number): Promise<void> {
    if (prefix === 0 || prefix === 32) return
    const subnet = `${subnetOf(address, prefix)}/${prefix}`
    await this.#ip('route', 'add', subnet, 'dev', device, 'src', address, 'metric', String(ipv4Number(address)))
  }

  /** Only what is in the ledger. An address that is not there any more has been removed by somebody else, and is gone. */
  async #remove(device: string, address: string): Promise<void> {
    this.#prefixes.delete(address)
    const entry = this.#entry(device, address)
    if (entry === undefined) return
    try {
      await removeAddress(this.#ip, entry)
    } catch (error) {
      // Kept in mind for the next start.
      this.#log.warn({ address, interface: device, error: messageOf(error) }, 'an address could not be taken away')
      return
    }
    this.#ledger.forget(entry)
  }

  #entries(): readonly MadeOf<'address'>[] {
    return this.#ledger.made.filter((made) => made.kind === 'address')
  }

  #entry(device: string, address: string): MadeOf<'address'> | undefined {
    return this.#entries().find((entry) => entry.interface === device && entry.address === address)
  }

  async #makeLink(device: string, vlan: number): Promise<void> {
    if (await isThere(this.#ip, device)) {
      this.#mustBeUp(device, await linkState(this.#ip, device))
      return
    }
    await addVlan(this.#ip, { device: this.#interface, port: device, vlan })
    await this.#ip('link', 'set', 'dev', device, 'alias', MARK, 'up')
  }

  #mustBeUp(device: string, { up }: LinkState): void {
    if (!up) throw new BmcError('wrong-state', `the interface ${device} is down; ip link set ${device} up`)
  }

  #deviceOf({ vlan }: Place): string {
    return vlan === undefined ? this.#interface : `${this.#interface}.${vlan}`
  }

  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const done = this.#last.then(step)
    this.#last = done.catch(() => {})
    return done
  }
}

import { isIPv4 } from 'node:net'
import { subnetOf } from '../../base/ipv4.ts'
import type { Ledger } from '../../base/ledger.ts'
import type { IpCommand } from '../ip-command.ts'
import { highMac } from '../namespace.ts'
import { addVlan } from '../vlan.ts'
import { type InterfaceFacts, interfaceFacts } from './interface-facts.ts'
import { addNat, type NatPrograms } from './nat.ts'
import { attach, noDad } from './uplink.ts'

/** What a network wants of its bridge. */
export interface BridgeWish {
  /** Of the network. */
  readonly name: string
  /** Of the interface. */
  readonly bridge: string
  /** Where it is there, it is taken as it is. */
  readonly mayBeThere: boolean
  readonly addresses: readonly { readonly address: string; readonly prefix: number }[]
  readonly mtu: number | undefined
  readonly nat: boolean
  readonly uplink: UplinkWish | undefined
}

export interface UplinkWish {
  readonly interface: string
  readonly vlan: number | undefined
  readonly moveAddresses: boolean
}

/**
 * Makes the bridge of a network, or takes the one that is there and changes nothing of it. What it makes is in the ledger first;
 * taking it away is whose the ledger is. A bridge that an earlier run has left is ours: VMs that go on may be plugged into it.
 */
export class HostBridge {
  readonly #wish: BridgeWish
  readonly #ledger: Ledger
  readonly #ip: IpCommand
  readonly #nat: NatPrograms
  #taken: InterfaceFacts | undefined

  constructor(wish: BridgeWish, parts: { readonly ledger: Ledger; readonly ip: IpCommand; readonly nat: NatPrograms }) {
    this.#wish = wish
    this.#ledger = parts.ledger
    this.#ip = parts.ip
    this.#nat = parts.nat
  }

  /** The bridge was there before us, as far as is known since `make`. */
  get taken(): boolean {
    return this.#taken !== undefined
  }

  async make(): Promise<void> {
    const { bridge, nat } = this.#wish
    const facts = await interfaceFacts(this.#ip, bridge)
    this.#taken = facts !== undefined && !this.#isOurs(bridge) ? facts : undefined
    if (this.#taken === undefined) await this.#makeBridge(facts)
    if (!nat) return
    const subnets = (this.#taken?.addresses ?? this.#wantedAddresses()).flatMap(ipv4Subnet)
    await addNat(this.#nat, { bridge, subnets: [...new Set(subnets)] }, (made) => this.#ledger.record(made))
  }

  async #makeBridge(facts: InterfaceFacts | undefined): Promise<void> {
    const { name, bridge, uplink } = this.#wish
    const set = (...words: readonly string[]) => this.#ip('link', 'set', 'dev', bridge, ...words)
    if (facts === undefined) {
      this.#ledger.record({ kind: 'interface', name: bridge })
      await this.#ip('link', 'add', bridge, 'type', 'bridge')
      await set('alias', `bmcsim: network ${name}`)
    }
    const wanted = this.#wantedAddresses()
    // No IPv6 address that nobody has asked for.
    if (!wanted.some((address) => address.includes(':')) && uplink?.moveAddresses !== true)
      await set('addrgenmode', 'none')
    const port = uplink && (await interfaceFacts(this.#ip, uplink.interface))
    // Its own would be the lowest of its ports', and another with each port that comes. Where addresses move, neighbours know them by that of the uplink.
    await set('address', uplink?.moveAddresses && port ? port.mac : highMac(bridge))
    const mtu = this.#wish.mtu ?? port?.mtu
    if (mtu !== undefined) await set('mtu', String(mtu))
    await set('up')
    await this.#setAddresses(facts?.addresses ?? [], wanted)
    if (uplink !== undefined) await this.#makeUplink(uplink)
  }

  /** A /32 that is there already is a BMC's (`network: alias`). */
  async #setAddresses(present: readonly string[], wanted: readonly string[]): Promise<void> {
    const { bridge } = this.#wish
    for (const address of present) {
      if (!wanted.includes(address) && !address.endsWith('/32'))
        await this.#ip('address', 'del', address, 'dev', bridge)
    }
    for (const address of wanted) {
      if (!present.includes(address)) await this.#ip('address', 'add', address, 'dev', bridge, ...noDad(address))
    }
  }

  async #makeUplink({ interface: device, vlan, moveAddresses }: UplinkWish): Promise<void> {
    const { name, bridge } = this.#wish
    const port = portOf({ interface: device, vlan })
    if (vlan !== undefined) {
      this.#ledger.record({ kind: 'interface', name: port })
      await addVlan(this.#ip, { device, port, vlan })
      await this.#ip('link', 'set', 'dev', port, 'alias', `bmcsim: network ${name}`, 'addrgenmode', 'none')
      await this.#ip('link', 'set', 'dev', port, 'master', bridge, 'up')
      return
    }
    await attach(this.#ip, { port, bridge, moveAddresses }, (made) => this.#ledger.record(made))
  }

  #wantedAddresses(): readonly string[] {
    return this.#wish.addresses.map(({ address, prefix }) => `${address}/${prefix}`)
  }

  #isOurs(device: string): boolean {
    return this.#ledger.made.some((made) => made.kind === 'interface' && made.name === device)
  }
}

/** What of an uplink becomes the port. */
export function portOf({ interface: device, vlan }: Pick<UplinkWish, 'interface' | 'vlan'>): string {
  return vlan === undefined ? device : `${device}.${vlan}`
}

function ipv4Subnet(text: string): string[] {
  const [address, prefix] = text.split('/')
  return isIPv4(address) ? [`${subnetOf(address, Number(prefix))}/${prefix}`] : []
}

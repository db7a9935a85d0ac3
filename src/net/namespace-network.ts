import type { Socket } from 'node:dgram'
import type { Server } from 'node:net'
import { BmcError, messageOf } from '../base/errors.ts'
import { subnetOf } from '../base/ipv4.ts'
import { type Ledger, MemoryLedger } from '../base/ledger.ts'
import type { Logger } from '../base/logger.ts'
import { AliasNetwork } from './alias-network.ts'
import type { DhcpClient } from './dhcp-client.ts'
import type { IpCommand } from './ip-command.ts'
import { removeInterface } from './made.ts'
import { INNER, makeNamespace, mustBeBridge, type NamespaceNames, removeNamespace } from './namespace.ts'
import type { Lease, Network, OwnCard, Place } from './network.ts'

/**
 * Gives a BMC a network card of its own: a network namespace with a MAC, addresses, routes and a gateway that are nobody
 * else's, on a bridge of this machine. Needs root. Inside, addresses are added and removed as on any other interface.
 */
export class NamespaceNetwork implements Network, OwnCard {
  readonly #names: NamespaceNames
  readonly #bridge: string
  readonly #ledger: Ledger
  readonly #log: Logger
  readonly #ip: IpCommand
  readonly #open: (namespace: string, address: string, port: number) => Promise<Socket>
  readonly #listen: (namespace: string, address: string, port: number) => Promise<Server>
  readonly #client: DhcpClient
  readonly #inside: AliasNetwork
  /** One change at a time. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(parts: {
    readonly names: NamespaceNames
    readonly bridge: string
    readonly ledger: Ledger
    readonly log: Logger
    readonly ip: IpCommand
    readonly open: (namespace: string, address: string, port: number) => Promise<Socket>
    readonly listen: (namespace: string, address: string, port: number) => Promise<Server>
    readonly client: DhcpClient
  }) {
    this.#names = parts.names
    this.#bridge = parts.bridge
    this.#ledger = parts.ledger
    this.#log = parts.log
    this.#ip = parts.ip
    this.#open = parts.open
    this.#listen = parts.listen
    this.#client = parts.client
    this.#inside = new AliasNetwork({
      interface: INNER,
      // The addresses go with their namespace.
      ledger: new MemoryLedger(),
      log: parts.log,
      ip: (...args) => this.#inNamespace(...args),
      open: (address, port) => this.socket(address, port),
    })
  }

  get own(): OwnCard {
    return this
  }

  get namespace(): string {
    return this.#names.namespace
  }

  async check(place: Place): Promise<void> {
    await mustBeBridge(this.#ip, this.#bridge)
    await this.#inside.check(place)
  }

  claim(place: Place): Promise<void> {
    return this.#inTurn(async () => {
      await this.#inside.claim(place)
      await this.#setGateway(place)
    })
  }

  release(place: Place): Promise<void> {
    return this.#inTurn(() => this.#inside.release(place))
  }

  announce(place: Place): Promise<void> {
    return this.#inside.announce(place)
  }

  prefixOf(address: string): number | undefined {
    return this.#inside.prefixOf(address)
  }

  /** Nothing in an old namespace is worth keeping: what counts is in the BMC's settings. */
  tidy(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#remove()
      this.#ledger.record({ kind: 'namespace', name: this.namespace })
      this.#ledger.record({ kind: 'interface', name: this.#names.cable })
      try {
        await makeNamespace(this.#ip, this.#names, this.#bridge)
      } catch (error) {
        await this.#remove().catch((left: unknown) => {
          this.#log.warn({ namespace: this.namespace, error: messageOf(left) }, 'a network namespace was left behind')
        })
        throw error
      }
    })
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#client.stop()
      if (this.#ledger.made.length > 0) await this.#remove()
    })
  }

  async setMac(mac: Uint8Array): Promise<void> {
    if ((mac[0] & 1) !== 0 || mac.every((byte) => byte === 0)) {
      throw new BmcError('invalid-field', 'a network card has no multicast MAC, and not all zeros')
    }
    const text = Array.from(mac, (byte) => byte.toString(16).padStart(2, '0')).join(':')
    await this.#inTurn(() => this.#inNamespace('link', 'set', 'dev', INNER, 'address', text))
  }

  socket(address: string, port: number): Promise<Socket> {
    return this.#open(this.namespace, address, port)
  }

  listener(address: string, port: number): Promise<Server> {
    return this.#listen(this.namespace, address, port)
  }

  checkLease(): Promise<void> {
    return this.#client.check()
  }

  startLease(changed: (lease: Lease | undefined) => void): Promise<void> {
    return this.#client.start(this.namespace, INNER, changed)
  }

  stopLease(): Promise<void> {
    return this.#client.stop()
  }

  /** One gateway at a time, that of the newest address; one outside its subnet leads nowhere until there is an address for it. */
  async #setGateway({ address, prefix, gateway, vlan }: Place): Promise<void> {
    const device = vlan === undefined ? INNER : `${INNER}.${vlan}`
    const usable = gateway !== undefined && gateway !== address && inSubnet(gateway, address, prefix)
    if (usable) await this.#inNamespace('route', 'replace', 'default', 'via', gateway, 'dev', device, 'src', address)
    else await this.#inNamespace('route', 'flush', 'exact', 'default')
  }

  async #remove(): Promise<void> {
    const { cable, namespace } = this.#names
    // With one end of the cable the other goes, also where a socket still holds the namespace.
    await removeInterface(this.#ip, { name: cable })
    await removeNamespace(this.#ip, namespace)
    for (const made of this.#ledger.made) this.#ledger.forget(made)
  }

  #inNamespace(...args: readonly string[]): Promise<string> {
    return this.#ip('-n', this.namespace, ...args)
  }

  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const done = this.#last.then(step)
    this.#last = done.catch(() => {})
    return done
  }
}

function inSubnet(gateway: string, address: string, prefix: number): boolean {
  return gateway !== '0.0.0.0' && prefix > 0 && subnetOf(gateway, prefix) === subnetOf(address, prefix)
}

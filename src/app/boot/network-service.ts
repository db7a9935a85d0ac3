import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import type { Server } from 'node:net'
import { join } from 'node:path'
import { readIfThere, writeAtomic } from '../../base/atomic-file.ts'
import type { Clock, Timer } from '../../base/clock.ts'
import { errnoOf, messageOf, SetupError } from '../../base/errors.ts'
import { endKnown, startTimeOf } from '../../base/known-process.ts'
import { type Ledger, ledgerOf, type MadeOf } from '../../base/ledger.ts'
import type { Logger } from '../../base/logger.ts'
import type { NetworkConfig, NodeConfig } from '../../config/config.ts'
import type { OwnAddressConfig, ServicesConfig } from '../../config/services.ts'
import { findProgram } from '../../net/find-program.ts'
import type { Segment } from '../../net/segment/segment.ts'
import { Dnsmasq } from '../../net/services/dnsmasq.ts'
import { dnsmasqConfig, leaseHosts } from '../../net/services/dnsmasq-config.ts'
import { Station } from '../../net/services/station.ts'
import { STATION_INTERFACE } from '../../net/services/station-script.ts'
import { HttpDoor } from '../http/http-door.ts'
import type { NodeShelves } from '../http/node-shelf.ts'
import { bootTask, commonFiles, dhcpTask, leaseHostsOf, makeTftpFolder, networkFiles } from './network-files.ts'

/** What ends by itself is started again. */
const AGAIN_MS = 5_000

export interface ServiceSurroundings {
  /** For what is kept of this network, and for a socket; they exist with their parents, or are made. */
  readonly folder: string
  readonly runFolder: string
  readonly shelves: NodeShelves
  readonly ledger: Ledger
  readonly clock: Clock
  readonly log: Logger
}

export interface ServedNetwork {
  readonly config: NetworkConfig
  readonly services: ServicesConfig
  readonly own: OwnAddressConfig
  /** Those that have a NIC there. */
  readonly nodes: readonly NodeConfig[]
}

/** Where a network's programs run: in a namespace with a card in the segment, or on a bridge of this machine. */
type Place =
  | { readonly kind: 'segment'; readonly segment: Segment; readonly qemu: string; readonly mtu: number }
  | { readonly kind: 'bridge'; readonly bridge: string }

/** DHCP, TFTP and HTTP on one network, as long as it is open. */
export class NetworkService {
  readonly #network: ServedNetwork
  readonly #place: Place
  readonly #around: ServiceSurroundings
  readonly #ledger: Ledger
  readonly #log: Logger
  #running: Station | Dnsmasq | undefined
  #http: HttpDoor | undefined
  #leave: (() => void) | undefined
  #noted: MadeOf<'process'> | undefined
  #again: Timer | undefined
  #closed = false

  constructor(network: ServedNetwork, place: Place, around: ServiceSurroundings) {
    const { name } = network.config
    this.#network = network
    this.#place = place
    this.#around = around
    this.#ledger = ledgerOf(around.ledger, { part: `services ${name}` })
    this.#log = around.log.child({ network: name })
  }

  /** Rejects with a SetupError that says what is in the way. */
  async open(): Promise<void> {
    const { clock } = this.#around
    for (const made of this.#ledger.made) {
      if (made.kind !== 'process') continue
      await endKnown(made, clock)
      this.#ledger.forget(made)
    }
    const dnsmasq = findProgram('dnsmasq')
    if (dnsmasq === undefined) {
      const { file, line } = this.#network.services.at
      throw new SetupError(
        `network ${this.#network.config.name}: dnsmasq is not on this machine: install it (Debian, Ubuntu: apt-get install dnsmasq-base); see ${file}:${line}`,
      )
    }
    this.#write()
    const ended = () => this.#ended(dnsmasq)
    if (this.#place.kind === 'segment') await this.#onSegment(this.#place, dnsmasq, ended)
    else await this.#onBridge(this.#place.bridge, dnsmasq, ended)
    this.#note()
  }

  /** Other nodes are there now. */
  nodesAre(nodes: readonly NodeConfig[]): void {
    if (this.#writeHosts(nodes)) this.#running?.reload()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#again?.cancel()
    await this.#stop()
  }

  async #stop(): Promise<void> {
    this.#http?.close()
    this.#leave?.()
    this.#leave = undefined
    await this.#running?.stop()
    this.#running = undefined
    if (this.#noted !== undefined) this.#ledger.forget(this.#noted)
    this.#noted = undefined
  }

  async #onSegment(
    { segment, qemu, mtu }: Extract<Place, { kind: 'segment' }>,
    dnsmasq: string,
    ended: () => void,
  ): Promise<void> {
    const { config, own } = this.#network
    const { clock, log, runFolder } = this.#around
    const { address, prefix, httpPort } = own
    const port = segment.join((frame) => station.send(frame))
    const station: Station = new Station({
      network: config.name,
      facts: {
        ADDRESS: `${address}/${prefix}`,
        ADDRESS6: this.#announced()?.own ?? '',
        MAC: stationMac(config.name),
        MTU: String(mtu),
        HOST: address,
        PORT: String(httpPort),
        DNSMASQ: dnsmasq,
        QEMU: qemu,
        CONF: networkFiles(this.#around.folder).configuration,
      },
      socketPath: join(runFolder, `net-${shortDigest(config.name)}.sock`),
      receive: (frame) => port.receive(frame),
      says: (line) => this.#says(line),
      clock,
      log,
    })
    this.#running = station
    this.#leave = () => port.leave()
    try {
      await this.#serve(await station.start(ended))
    } catch (error) {
      await this.#stop()
      throw error
    }
  }

  async #onBridge(bridge: string, program: string, ended: () => void): Promise<void> {
    const { config, own, services } = this.#network
    const dnsmasq = new Dnsmasq({ network: config.name, says: (line) => this.#says(line), clock: this.#around.clock })
    this.#running = dnsmasq
    try {
      await dnsmasq.start(program, networkFiles(this.#around.folder).configuration, ended)
      await this.#serve({ host: own.address, port: own.httpPort })
    } catch (error) {
      await this.#stop()
      if (error instanceof SetupError) throw error
      const { file, line } = services.at
      const hint =
        errnoOf(error) === 'EADDRINUSE'
          ? `the port is in use; write another, as in: boot: { port: 8080 }`
          : messageOf(error)
      throw new SetupError(
        `network ${config.name}: HTTP cannot be served at ${own.address} port ${own.httpPort} (${bridge}): ${hint}; see ${file}:${line}`,
        { cause: error },
      )
    }
  }

  async #serve(where: Server | { host: string; port: number }): Promise<void> {
    const { config, services } = this.#network
    const task = { network: config.name, files: commonFiles(), folder: services.boot?.folder }
    this.#http = new HttpDoor(task, this.#around)
    await this.#http.listen(where)
  }

  #note(): void {
    const pid = this.#running?.pid
    const startTime = pid === undefined ? undefined : startTimeOf(pid)
    if (pid === undefined || startTime === undefined) return
    this.#noted = {
      kind: 'process',
      what: `DHCP and boot files of the network ${this.#network.config.name}`,
      pid,
      startTime,
    }
    this.#ledger.record(this.#noted)
  }

  #write(): void {
    const { config, services, own, nodes } = this.#network
    const { folder } = this.#around
    const files = networkFiles(folder)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    makeTftpFolder(files.tftp)
    const scripts = nodes.some(({ boot }) => boot?.some(({ network }) => network === config.name))
    const task = {
      network: config.name,
      interface: this.#place.kind === 'segment' ? STATION_INTERFACE : this.#place.bridge,
      address: own.address,
      dhcp: dhcpTask(services),
      boot: bootTask(services.boot, own, scripts || services.boot?.what !== undefined, files.tftp),
      announced: this.#announced()?.prefix,
      leaseFile: files.leases,
      hostsFile: files.hosts,
    }
    writeAtomic(files.configuration, dnsmasqConfig(task))
    this.#writeHosts(nodes)
  }

  /** On a segment always, on a bridge where one of our addresses there is of IPv6: no other is put onto it. */
  #announced(): { readonly own: string; readonly prefix: string } | undefined {
    const { announced } = this.#network.services
    if (announced !== undefined) {
      const { address, prefix } = announced
      return { own: `${address}/${prefix}`, prefix: address }
    }
    if (this.#place.kind !== 'segment') return undefined
    const prefix = announcedOn(this.#network.config.name)
    return { own: `${prefix}1/64`, prefix }
  }

  /** Returns whether it is another. */
  #writeHosts(nodes: readonly NodeConfig[]): boolean {
    const { config, own } = this.#network
    const { hosts } = networkFiles(this.#around.folder)
    const text = leaseHosts(leaseHostsOf(config.name, own, nodes))
    if (readIfThere(hosts) === text) return false
    writeAtomic(hosts, text)
    return true
  }

  #ended(dnsmasq: string): void {
    if (this.#closed) return
    this.#log.warn({ program: dnsmasq }, 'DHCP and boot files of a network have ended; they are started again')
    this.#later()
  }

  #later(): void {
    this.#again = this.#around.clock.after(AGAIN_MS, async () => {
      await this.#stop()
      if (this.#closed) return
      try {
        await this.open()
        if (this.#closed) await this.#stop()
      } catch (error) {
        this.#log.warn({ error: messageOf(error) }, 'DHCP and boot files of a network do not start')
        if (!this.#closed) this.#later()
      }
    })
  }

  /** dnsmasq's lines without their time and name, which the log has by itself. */
  #says(line: string): void {
    const [, text = line] = /^(?:\w+ +\d+ [\d:]+ )?dnsmasq(?:-\w+)?(?:\[\d+\])?: (.*)$/.exec(line) ?? []
    if (/with no nics$/.test(text) || text.startsWith('compile time options')) return
    if (/failed|error|cannot|refused|no address|not using/i.test(text)) this.#log.warn({}, text)
    // Every few seconds, as long as there is a guest.
    else if (text.startsWith('RTR-')) this.#log.debug({}, text)
    else this.#log.info({}, text)
  }
}

/** The prefix that is made known on a segment: one that is nobody's (RFC 4193), the same at every start. */
function announcedOn(network: string): string {
  const digest = createHash('sha1').update(`prefix ${network}`, 'utf8').digest('hex')
  return `fd${digest.slice(0, 2)}:${digest.slice(2, 6)}:${digest.slice(6, 10)}::`
}

/** Of our own end, locally administered. */
function stationMac(network: string): string {
  const digest = createHash('sha1').update(`station ${network}`, 'utf8').digest('hex')
  return ['02', ...[0, 2, 4, 6, 8].map((at) => digest.slice(at, at + 2))].join(':')
}

function shortDigest(network: string): string {
  return createHash('sha1').update(network, 'utf8').digest('hex').slice(0, 8)
}

import { X509Certificate } from 'node:crypto'
import { isIPv4 } from 'node:net'
import { dirname } from 'node:path'
import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { Random } from '../../base/random.ts'
import type { Bmc } from '../../bmc/bmc.ts'
import type { RedfishConfig } from '../../config/config.ts'
import type { Personality } from '../../config/personality/personality.ts'
import type { ConsoleHub } from '../../console/hub.ts'
import { hostNetwork } from '../../machine/host-interface.ts'
import type { Post } from '../../redfish/events/delivery.ts'
import { hasSubscriptions } from '../../redfish/events/kept-subscriptions.ts'
import type { Doors } from '../../redfish/node.ts'
import type { RedfishService } from '../../redfish/service.ts'
import type { Behind } from '../../web/answer.ts'
import type { CertificateNames } from '../../web/certificate.ts'
import type { NodeCertificate } from '../../web/node-certificate.ts'
import { type Bound, RedfishDoor } from '../../web/redfish-door.ts'
import type { RedirectDoor } from '../../web/redirect-door.ts'
import type { SsdpDoor } from '../../web/ssdp-door.ts'
import { FAREWELL_MS } from '../lan/farewells.ts'
import type { LanDoors } from '../lan/lan-doors.ts'
import { FIRST_FREE_PORT as FIRST_IPMI_PORT } from '../lan/lan-ports.ts'
import type { Kept } from './defaults.ts'
import { FIRST_FREE_PORT, openHttps } from './free-port.ts'
import { openHostDoor } from './host-door.ts'
import type { LabWeb } from './lab-web.ts'
import { nodeDoors } from './node-doors.ts'
import { serviceUuid } from './service-uuid.ts'

export interface RedfishParts {
  readonly config: RedfishConfig
  readonly node: string
  readonly personality: Personality
  readonly xname: string | undefined
  readonly bmc: Bmc
  readonly lan: readonly LanDoors[]
  readonly web: LabWeb
  /** Its serial console, where it has one. */
  readonly hub: ConsoleHub | undefined
  /** Where the node keeps its state. */
  readonly folder: string | undefined
  /** Where the guest's own connections come; undefined: it has no host interface. */
  readonly hostSocket: string | undefined
  /** Undefined: it cannot. */
  readonly resetToDefaults: ((kept: Kept) => void) | undefined
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

interface Open {
  readonly bound: Bound
  readonly door: RedfishDoor
  readonly redirect: RedirectDoor | undefined
  readonly ssdp: SsdpDoor | undefined
}

/** A node's Redfish, on every address that its BMC has: it goes where the BMC goes. */
export class RedfishDoors {
  readonly #parts: RedfishParts
  #open: readonly Open[] = []
  #host: RedfishDoor | undefined
  #behind: Promise<Behind> | undefined
  #service: RedfishService | undefined
  #certificate: NodeCertificate | undefined
  #unlisten: readonly (() => void)[] = []
  #last: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(parts: RedfishParts) {
    this.#parts = parts
  }

  /** Where a client at this machine finds it. */
  get url(): string | undefined {
    const [first] = this.#open
    if (first === undefined) return undefined
    return urlOf(first.bound)
  }

  get ports(): Pick<Doors, 'https' | 'http' | 'ssdp'> {
    const ssdp = this.#open.some(({ ssdp }) => ssdp !== undefined)
    return { https: this.httpsPort, http: this.#parts.config.httpPort, ssdp }
  }

  get httpsPort(): number | undefined {
    return this.#open[0]?.bound.port
  }

  /** Returns what the user should know; rejects with a SetupError where a port that was asked for cannot be had. */
  async open(): Promise<readonly string[]> {
    const { lan, node, log, bmc, hostSocket, web } = this.#parts
    await this.#follow()
    if (hostSocket !== undefined) this.#host = await openHostDoor(hostSocket, () => this.#made(), web, log)
    const moved = () => {
      this.#last = this.#last
        .then(() => this.#follow())
        .catch((error: unknown) => log.error({ error: messageOf(error) }, 'Redfish did not follow the BMC'))
    }
    this.#unlisten = lan.map((doors) => doors.onMoved(moved))
    // Whoever subscribed before a restart is told of what happens from here on.
    if (this.#open.length > 0 && hasSubscriptions(bmc.store)) await this.#made()
    if (this.#open.length > 0 || this.#wanted().length === 0) return []
    return [`${node}: no free port for Redfish from ${FIRST_FREE_PORT} on; it is not served`]
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const unlisten of this.#unlisten) unlisten()
    await this.#last
    this.#service?.close()
    await Promise.all([...this.#open.map(closed), this.#host?.close()])
    this.#open = []
  }

  /** The one that it shows now, as DER; made where there is none yet. */
  async certificate(): Promise<Uint8Array> {
    const { pair } = await this.#made()
    return new X509Certificate(pair().certificate).raw
  }

  /** Where the BMC answers, and on which card. */
  #wanted(): readonly (Bound & { readonly on: LanDoors })[] {
    return this.#parts.lan.flatMap((on) => on.bound.map((bound) => ({ ...bound, on })))
  }

  async #follow(): Promise<void> {
    const wanted = this.#wanted()
    const gone = this.#open.filter(({ bound }) => !wanted.some(({ address }) => address === bound.address))
    this.#open = this.#open.filter((one) => !gone.includes(one))
    // Nobody is to find it there any more, and in a namespace the port is to be free.
    await Promise.all(gone.map(({ ssdp }) => ssdp?.close()))
    for (const bound of wanted) {
      if (this.#closed || this.#open.some((one) => one.bound.address === bound.address)) continue
      const opened = await this.#openAt(bound)
      if (opened !== undefined) this.#open = [...this.#open, opened]
    }
    await this.#certificate?.follow(this.#names())
    // Who asked for the move may wait for an answer.
    if (gone.length > 0)
      this.#parts.clock.after(
        FAREWELL_MS,
        () => void Promise.all(gone.map((one) => closed({ ...one, ssdp: undefined }))),
      )
  }

  async #openAt({ address, port: ipmi, on }: Bound & { readonly on: LanDoors }): Promise<Open | undefined> {
    const { config, node, log } = this.#parts
    // Nodes of one address have their IPMI ports in a row: so are these.
    const from =
      FIRST_FREE_PORT + (ipmi >= FIRST_IPMI_PORT && ipmi < FIRST_IPMI_PORT + 1000 ? ipmi - FIRST_IPMI_PORT : 0)
    let door: RedfishDoor | undefined
    const bound = await openHttps(config, address, from, node, async (host, port) => {
      const made = await on.openListener?.(host, port)
      door = new RedfishDoor(() => this.#made(), log)
      return door.listen(host, port, made)
    })
    if (bound === undefined || door === undefined) return undefined
    const redirect = await this.#redirect(address, on, () => bound)
    return { bound, door, redirect, ssdp: config.ssdp ? await this.#ssdp(bound, on) : undefined }
  }

  /** Of IPv4 addresses that somebody else can have a way to. */
  async #ssdp(bound: Bound, on: LanDoors): Promise<SsdpDoor | undefined> {
    if (!isIPv4(bound.address) || bound.address === '0.0.0.0') return undefined
    const { openSsdp } = await import('./ssdp.ts')
    const found = { uuid: serviceUuid(this.#parts.node), url: `${urlOf(bound)}/redfish/v1/` }
    return openSsdp(this.#parts, on, bound.address, found)
  }

  async #redirect(address: string, on: LanDoors, to: () => Bound): Promise<RedirectDoor | undefined> {
    const { httpPort } = this.#parts.config
    if (httpPort === undefined) return undefined
    const { RedirectDoor } = await import('../../web/redirect-door.ts')
    const door = new RedirectDoor(to)
    await door.listen(address, httpPort, await on.openListener?.(address, httpPort))
    return door
  }

  #made(): Promise<Behind> {
    this.#behind ??= this.#make()
    return this.#behind
  }

  async #make(): Promise<Behind> {
    const { node, bmc, personality, xname, web, folder, log, lan, hub, resetToDefaults } = this.#parts
    const [{ redfishService }, { ConsoleLines }] = await Promise.all([
      import('./redfish-service.ts'),
      import('./console-lines.ts'),
    ])
    const doors = () => nodeDoors(node, lan, this.ports)
    const certificate = await web.certificate(folder && dirname(folder), folder, this.#names(), async () => {
      const doors = [...this.#open.map(({ door }) => door), ...(this.#host ? [this.#host] : [])]
      await Promise.all(doors.map((door) => door.replaceCertificate(certificate.pair)))
    })
    const sendEvent = (post: Post) => web.sendEvent(post)
    const console = hub && new ConsoleLines(hub)
    const https = () => certificate
    const site = redfishService({
      name: node,
      bmc,
      personality,
      xname,
      doors,
      https,
      console,
      log,
      sendEvent,
      resetToDefaults,
    })
    this.#certificate = certificate
    this.#service = site
    return { site, listener: await web.listener(site), pair: () => certificate.pair }
  }

  /** Who its certificate is for, as of now. */
  #names(): CertificateNames {
    const { node, bmc, hostSocket } = this.#parts
    const host = hostSocket === undefined ? [] : [hostNetwork.service]
    const ip = [...new Set([...this.#open.map(({ bound }) => bound.address), ...host])]
    return {
      commonName: `BMC of ${node}`,
      dns: [node, bmc.dcmi.identifier.given ?? `${node}-bmc`].filter(isHostName),
      ip,
    }
  }
}

async function closed({ door, redirect, ssdp }: Open): Promise<void> {
  await Promise.all([door.close(), redirect?.close(), ssdp?.close()])
}

function urlOf({ address, port }: Bound): string {
  const host =
    address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address.includes(':') ? `[${address}]` : address
  return `https://${host}${port === 443 ? '' : `:${port}`}`
}

function isHostName(text: string): boolean {
  return /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9-]+)*$/.test(text)
}

import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import type { Random } from '../../base/random.ts'
import type { SecretBox } from '../../base/secret-box.ts'
import type { Wheel } from '../../base/wheel.ts'
import type { Bmc } from '../../bmc/bmc.ts'
import type { LabRedfishConfig } from '../../config/config.ts'
import type { PlainKey } from '../../redfish/faults.ts'
import type { RedfishRequest, RedfishResponse } from '../../redfish/request.ts'
import type { RedfishService } from '../../redfish/service.ts'
import { uuidText } from '../guid.ts'
import type { Node } from '../node.ts'
import type { LabWeb } from './lab-web.ts'
import type { SharedParts } from './redfish-node.ts'
import type { OpenSite } from './site-door.ts'

export interface LabRedfishParts {
  readonly config: LabRedfishConfig
  /** As they are now: another list after each change of the lab. */
  readonly nodes: () => readonly Pick<Node, 'redfishParts'>[]
  readonly web: LabWeb
  /** Where the lab keeps its state; undefined: nowhere. */
  readonly folder: string | undefined
  readonly secrets: () => SecretBox | undefined
  readonly clock: Clock
  readonly wheel: Wheel
  readonly random: Random
  readonly log: Logger
}

type MakeService = (nodes: readonly SharedParts[], bmc: Bmc) => RedfishService

/** One Redfish for all nodes of a lab, at an address of its own: each is a system by its UUID or its name. */
export class LabRedfish {
  readonly #parts: LabRedfishParts
  #site: OpenSite | undefined
  #bmc: Bmc | undefined
  #service: RedfishService | undefined
  /** Those that the service has. */
  #served: readonly unknown[] | undefined

  constructor(parts: LabRedfishParts) {
    this.#parts = parts
  }

  /** Where it is; undefined while it is not open. */
  get url(): string | undefined {
    return this.#site?.url
  }

  /** Where one of the nodes is; undefined for one that is not among those. */
  systemUrl(node: Pick<Node, 'name' | 'bmc'>): string | undefined {
    if (this.url === undefined || !this.#shows(node)) return undefined
    return `${this.url}/redfish/v1/Systems/${uuidText(node.bmc.guid)}`
  }

  /** Rejects with a SetupError where the place cannot be had. */
  async open(): Promise<void> {
    const { config, web, folder, log, wheel } = this.#parts
    const [{ labController }, { labService }, { openSite }, { readUsers }] = await Promise.all([
      import('./lab-controller.ts'),
      import('./lab-service.ts'),
      import('./site-door.ts'),
      import('./htpasswd.ts'),
    ])
    const bmc = labController({ ...this.#parts, secrets: this.#parts.secrets() })
    const users = config.authFile === undefined ? undefined : readUsers(config.authFile, bmc)
    const make: MakeService = (nodes, owner) => labService({ ...this.#parts, nodes, bmc: owner })
    const current = () => this.#current(make, bmc)
    const site = {
      handle: async (request: RedfishRequest, peer: string | undefined): Promise<RedfishResponse> => {
        await users?.meet(request)
        return current().handle(request, peer)
      },
      refusal: (status: number, key: PlainKey) => current().refusal(status, key),
    }
    const { host: address, port, certificate } = config
    this.#site = await openSite(site, { address, port, certificate, folder }, web, log)
    this.#bmc = bmc
    bmc.attend(wheel)
  }

  async close(): Promise<void> {
    await this.#site?.close()
    this.#site = undefined
    this.#service?.close()
    this.#bmc?.close()
  }

  /** A change of the lab is another list of nodes, and another service; sessions and accounts are the controller's and stay. */
  #current(make: MakeService, bmc: Bmc): RedfishService {
    const nodes = this.#parts.nodes()
    if (this.#service === undefined || this.#served !== nodes) {
      this.#service?.close()
      const all = nodes.map((node) => node.redfishParts())
      this.#service = make(
        all.filter((node) => this.#shows(node)),
        bmc,
      )
      this.#served = nodes
    }
    return this.#service
  }

  #shows({ name, bmc }: Pick<Node, 'name' | 'bmc'>): boolean {
    const allowed = this.#parts.config.only
    return (
      allowed === undefined || allowed.length === 0 || allowed.includes(name) || allowed.includes(uuidText(bmc.guid))
    )
  }
}

import type { RequestListener } from 'node:http'
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import type { Post } from '../../redfish/events/delivery.ts'
import type { Site } from '../../web/answer.ts'
import type { CertificateNames, KeyPair } from '../../web/certificate.ts'
import type { EventSender } from '../../web/event-sender.ts'
import type { KeptCertificates } from '../../web/kept-certificates.ts'
import type { NodeCertificate } from '../../web/node-certificate.ts'
import type { WebServer } from '../../web/web-server.ts'

/** What the web doors of a lab share: one server, and one authority for each state folder. Nothing of it is loaded before somebody connects. */
export class LabWeb {
  readonly #clock: Clock
  readonly #log: Logger
  #server: Promise<WebServer> | undefined
  #sender: Promise<EventSender> | undefined
  readonly #certificates = new Map<string | undefined, Promise<KeptCertificates>>()

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock
    this.#log = log
  }

  async listener(site: Site): Promise<RequestListener> {
    this.#server ??= import('../../web/web-server.ts').then(({ WebServer }) => new WebServer(this.#log))
    const server = await this.#server
    return server.forSite(site)
  }

  /** Of one node. `folder`: where the lab keeps its state; `nodeFolder`: where the node does. */
  async certificate(
    folder: string | undefined,
    nodeFolder: string | undefined,
    names: CertificateNames,
    changed: (pair: KeyPair) => Promise<void>,
  ): Promise<NodeCertificate> {
    const [{ NodeCertificate }, kept] = await Promise.all([
      import('../../web/node-certificate.ts'),
      this.#certificatesIn(folder),
    ])
    return NodeCertificate.open(kept, nodeFolder, names, changed)
  }

  /** Events of all its BMCs leave here. */
  async sendEvent(post: Post): Promise<void> {
    this.#sender ??= import('../../web/event-sender.ts').then(({ EventSender }) => new EventSender())
    await (await this.#sender).send(post)
  }

  #certificatesIn(folder: string | undefined): Promise<KeptCertificates> {
    const known = this.#certificates.get(folder)
    if (known !== undefined) return known
    const opened = import('../../web/kept-certificates.ts').then(
      ({ KeptCertificates }) => new KeptCertificates(folder, this.#clock),
    )
    this.#certificates.set(folder, opened)
    return opened
  }
}

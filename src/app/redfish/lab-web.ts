import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import type { Post } from '../../redfish/events/delivery.ts'
import type { Behind, Site } from '../../web/answer.ts'
import type { CertificateNames } from '../../web/certificate.ts'
import type { EventSender } from '../../web/event-sender.ts'
import type { KeptCertificates } from '../../web/kept-certificates.ts'
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

  /** `folder`: where the lab keeps its state; `nodeFolder`: where the node does. */
  async behind(
    site: Site,
    folder: string | undefined,
    nodeFolder: string | undefined,
    names: CertificateNames,
  ): Promise<Behind> {
    this.#server ??= import('../../web/web-server.ts').then(({ WebServer }) => new WebServer(this.#log))
    const server = await this.#server
    const certificates = await this.#certificatesIn(folder)
    return { site, listener: await server.forSite(site), pair: await certificates.of(nodeFolder, names) }
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

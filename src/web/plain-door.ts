import { createServer, type RequestListener, type Server } from 'node:http'
import type { Site } from './answer.ts'
import type { Bound } from './redfish-door.ts'
import { answerNonsense } from './secure-server.ts'

/** A site without TLS, for those who ask for it. */
export class PlainDoor {
  readonly #server: Server

  constructor(site: Site, listener: RequestListener) {
    this.#server = createServer({ requireHostHeader: false, requestTimeout: 0 }, listener)
    answerNonsense(this.#server, site)
  }

  /** Rejects with the system's error. */
  listen(host: string, port: number): Promise<Bound> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen({ host, port }, () => {
        this.#server.off('error', reject)
        const bound = this.#server.address()
        if (bound === null || typeof bound === 'string') reject(new Error('no TCP port'))
        else resolve({ address: bound.address, port: bound.port })
      })
    })
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }
}

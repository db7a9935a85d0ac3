import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Server as Listener } from 'node:net'
import type { Bound } from './redfish-door.ts'

/** The HTTP port: whatever is asked, it is over there. Credentials that come here have already been seen by all, and are not looked at. */
export class RedirectDoor {
  readonly #server: Server

  constructor(https: () => Bound | undefined) {
    this.#server = createServer((request, response) => {
      const to = https()
      const target = to && `https://${hostOf(request, to)}${portPart(to.port)}${request.url ?? '/'}`
      if (target === undefined) response.writeHead(503).end()
      else response.writeHead(308, { Location: target, 'Content-Length': '0', 'OData-Version': '4.0' }).end()
    })
  }

  /** Rejects with the system's error. `made`: a listener that is open already, somewhere else. */
  listen(host: string, port: number, made?: Listener): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      const listening = () => {
        this.#server.off('error', reject)
        resolve()
      }
      if (made === undefined) this.#server.listen({ host, port }, listening)
      else this.#server.listen(made, listening)
    })
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }
}

/** As the client called it. */
function hostOf({ headers, socket }: IncomingMessage, { address }: Bound): string {
  const named = /^(\[[0-9a-f:.]+\]|[A-Za-z0-9.-]+)(:\d+)?$/i.exec(headers.host ?? '')?.[1]
  const own = socket.localAddress ?? address
  return named ?? (own.includes(':') ? `[${own}]` : own)
}

function portPart(port: number): string {
  return port === 443 ? '' : `:${port}`
}

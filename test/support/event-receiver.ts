import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Body } from '../../src/redfish/request.ts'
import type { KeyPair } from '../../src/web/certificate.ts'
import { at } from './redfish.ts'

export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Body
}

/** A server that takes events at 127.0.0.1, over TLS where it has a certificate. */
export class EventReceiver {
  readonly received: Received[] = []
  /** What it answers with, by path; 204 unless said. */
  answer: (path: string) => number = () => 204
  readonly #server: Server
  readonly #scheme: string

  constructor(pair?: KeyPair) {
    this.#scheme = pair === undefined ? 'http' : 'https'
    const options = pair && { key: pair.key, cert: pair.certificate }
    this.#server = options === undefined ? createServer() : createSecureServer(options)
    this.#server.on('request', (request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const path = request.url ?? ''
        const status = this.answer(path)
        const body: Body = JSON.parse(Buffer.concat(chunks).toString('utf8'))
        if (status < 300) this.received.push({ path, headers: request.headers, body })
        response.writeHead(status).end()
      })
    })
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `${this.#scheme}://127.0.0.1:${this.#port}`
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  /** EventIds by path, in the order in which they came. */
  get eventIds(): ReadonlyMap<string, readonly string[]> {
    const byPath = new Map<string, string[]>()
    for (const { path, body } of this.received) {
      const ids = byPath.get(path) ?? []
      ids.push(String(at(body, 'Events', 0, 'EventId')))
      byPath.set(path, ids)
    }
    return byPath
  }

  get #port(): number {
    const address: AddressInfo | string | null = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }
}

import { type ClientRequest, type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http'
import { Agent as SecureAgent, request as secureRequest } from 'node:https'
import type { Post } from '../redfish/events/delivery.ts'

/** A destination that does not answer holds a connection for that long. */
const PATIENCE_MS = 10_000
/** Connections at a time to one host, whatever number of subscriptions it has. */
const PER_HOST = 16

const connections = { keepAlive: true, maxSockets: PER_HOST, maxFreeSockets: 2 }

/** Posts events to whoever subscribed. One serves all BMCs of a process. */
export class EventSender {
  readonly #plain = new PlainAgent(connections)
  readonly #secure = new SecureAgent(connections)

  /** Resolves when it was taken, which is any 2xx; a redirection is none. */
  send({ url, headers, body, verifyCertificate }: Post): Promise<void> {
    const secure = url.toLowerCase().startsWith('https:')
    const options = {
      method: 'POST',
      timeout: PATIENCE_MS,
      headers: {
        ...headers,
        'Content-Type': 'application/json;charset=utf-8',
        'OData-Version': '4.0',
        'Content-Length': String(Buffer.byteLength(body)),
      },
    }
    return new Promise((resolve, reject) => {
      const answered = (response: IncomingMessage) => {
        const { statusCode = 0 } = response
        response.resume()
        response.once('error', reject)
        response.once('end', () => {
          if (statusCode >= 200 && statusCode < 300) resolve()
          else reject(new Error(`${url} answered with ${statusCode}`))
        })
      }
      const asked: ClientRequest = secure
        ? secureRequest(url, { ...options, agent: this.#secure, rejectUnauthorized: verifyCertificate }, answered)
        : plainRequest(url, { ...options, agent: this.#plain }, answered)
      asked.once('timeout', () => asked.destroy(new Error(`${url} does not answer`)))
      asked.once('error', reject)
      asked.end(body)
    })
  }

  close(): void {
    this.#plain.destroy()
    this.#secure.destroy()
  }
}

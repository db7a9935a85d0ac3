import { type IncomingMessage, Agent as PlainAgent, get as plainGet } from 'node:http'
import { Agent as SecureAgent, get as secureGet } from 'node:https'
import { SetupError } from '../../base/errors.ts'
import type { Fetched } from './crawl.ts'

/** A server that says nothing for so long will not answer. */
const SILENCE_MS = 60_000
/** Of one answer. */
const MOST_BYTES = 64 * 1024 * 1024

export interface Access {
  readonly user: string | undefined
  readonly password: string | undefined
  /** PEM of who may vouch for the server; undefined: whom this system trusts. */
  readonly authority: string | undefined
  /** Somebody must. */
  readonly verify: boolean
}

/** Reads paths of one Redfish service over connections that are kept. */
export class ServiceReader {
  readonly #origin: URL
  readonly #access: Access
  readonly #agent: PlainAgent | SecureAgent

  constructor(origin: URL, access: Access) {
    this.#origin = origin
    this.#access = access
    this.#agent = new (origin.protocol === 'https:' ? SecureAgent : PlainAgent)({ keepAlive: true })
  }

  close(): void {
    this.#agent.destroy()
  }

  /** Credentials go to this server alone: a redirect elsewhere is not followed. */
  async get(path: string): Promise<Fetched> {
    const response = await this.#ask(path)
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > MOST_BYTES) throw new SetupError(`${path}: the answer has more than ${MOST_BYTES} bytes`)
      chunks.push(chunk)
    }
    const text = Buffer.concat(chunks).toString('utf8')
    const isJson = /json/i.test(response.headers['content-type'] ?? 'json')
    return { status: response.statusCode ?? 0, body: isJson ? parsed(text) : text }
  }

  #ask(path: string): Promise<IncomingMessage> {
    const { user, password = '', authority, verify } = this.#access
    const url = new URL(path, this.#origin)
    const options = {
      agent: this.#agent,
      timeout: SILENCE_MS,
      headers: { Accept: 'application/json, application/xml', 'OData-Version': '4.0' },
      ...(user !== undefined && { auth: `${user}:${password}` }),
    }
    return new Promise((resolve, reject) => {
      const request =
        url.protocol === 'https:'
          ? secureGet(url, { ...options, ca: authority, rejectUnauthorized: verify }, resolve)
          : plainGet(url, options, resolve)
      request.on('timeout', () => request.destroy(new SetupError(`${url.origin} does not answer ${path}`)))
      request.on('error', reject)
    })
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

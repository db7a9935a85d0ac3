import { Agent, request as httpsRequest } from 'node:https'
import { connect } from 'node:tls'
import { systemClock } from '../../src/base/clock.ts'
import { silentLogger } from '../../src/base/logger.ts'
import { type KeyPair, makeAuthority, makeCertificate } from '../../src/web/certificate.ts'
import { RedfishDoor } from '../../src/web/redfish-door.ts'
import { WebServer } from '../../src/web/web-server.ts'
import { testRedfish } from './redfish.ts'

export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
}

export interface AskOptions {
  readonly method?: string
  readonly body?: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
  /** `name:password`; null: none. */
  readonly auth?: string | null
}

let authority: Promise<KeyPair> | undefined

/** A BMC of nothing but memory behind the real HTTPS door, asked over TLS. */
export async function redfishOverHttps(log = silentLogger, silenceMs?: number) {
  authority ??= makeAuthority('test', systemClock)
  const ca = await authority
  const { service, bmc } = testRedfish()
  const server = new WebServer(log, silenceMs)
  const names = { commonName: 'cn01', dns: ['cn01'], ip: ['127.0.0.1'] }
  const pair = await makeCertificate(ca, names, systemClock)
  const behind = async () => ({ site: service, listener: await server.forSite(service), pair: () => pair })
  const door = new RedfishDoor(behind, log)
  const { address: host, port } = await door.listen('127.0.0.1', 0)
  const agent = new Agent({ keepAlive: true, maxSockets: 4 })
  const to = { host, port, ca: ca.certificate }

  return {
    service,
    bmc,
    /** Where it is, and who vouches for it. */
    at: to,

    ask(path: string, { method = 'GET', body, headers = {}, auth = 'admin:secret' }: AskOptions = {}) {
      return new Promise<Answered>((resolve, reject) => {
        const request = httpsRequest({ ...to, path, method, headers, auth, agent }, (response) => {
          let text = ''
          response.on('data', (part) => {
            text += part
          })
          response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
        })
        request.on('error', reject)
        request.end(body)
      })
    },

    /** Bytes as they are, and what comes back until the connection ends. */
    raw(bytes: string | Buffer): Promise<string> {
      return new Promise((resolve, reject) => {
        const socket = connect(to, () => socket.write(bytes))
        let text = ''
        socket.on('data', (part) => {
          text += part
        })
        socket.on('close', () => resolve(text))
        socket.on('error', reject)
      })
    },

    async close() {
      agent.destroy()
      await door.close()
    },
  }
}

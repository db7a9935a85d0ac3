import type { Server as SecureServer } from 'node:https'
import { createServer, type Server, type Socket } from 'node:net'
import { messageOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { Behind } from './answer.ts'
import type { KeyPair } from './certificate.ts'

export interface Bound {
  readonly address: string
  readonly port: number
}

/**
 * A BMC's HTTPS port. Until somebody connects it is a bare socket: thousands of BMCs cost little more than their file descriptors, and no TLS, no
 * Fastify and no resource is loaded.
 */
export class RedfishDoor {
  readonly #behind: () => Promise<Behind>
  readonly #log: Logger
  readonly #sockets: Server
  readonly #open = new Set<Socket>()
  #secure: Promise<SecureServer> | undefined
  #closed = false

  constructor(behind: () => Promise<Behind>, log: Logger) {
    this.#behind = behind
    this.#log = log
    this.#sockets = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => this.#connected(socket))
  }

  /** Rejects with the system's error. `made`: a listener that is open already, somewhere else. */
  listen(host: string, port: number, made?: Server): Promise<Bound> {
    return new Promise((resolve, reject) => {
      this.#sockets.once('error', reject)
      const listening = () => {
        this.#sockets.off('error', reject)
        this.#sockets.on('error', (error) => this.#log.warn({ error: messageOf(error) }, 'the HTTPS port fails'))
        const bound = this.#sockets.address()
        if (bound === null || typeof bound === 'string') reject(new Error('no TCP port'))
        else resolve({ address: bound.address, port: bound.port })
      }
      if (made === undefined) this.#sockets.listen({ host, port }, listening)
      else this.#sockets.listen(made, listening)
    })
  }

  /** At a unix socket. Rejects with the system's error. */
  listenAt(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#sockets.once('error', reject)
      this.#sockets.listen({ path }, () => {
        this.#sockets.off('error', reject)
        this.#sockets.on('error', (error) => this.#log.warn({ error: messageOf(error) }, 'the HTTPS socket fails'))
        resolve()
      })
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const socket of this.#open) socket.destroy()
    await new Promise<void>((resolve) => this.#sockets.close(() => resolve()))
    const secure = await this.#secure?.catch(() => undefined)
    secure?.closeAllConnections()
  }

  /** The next connection finds another certificate. */
  async replaceCertificate({ key, certificate }: KeyPair): Promise<void> {
    const secure = await this.#secure
    secure?.setSecureContext({ key, cert: certificate, minVersion: 'TLSv1.2' })
  }

  #connected(socket: Socket): void {
    this.#open.add(socket)
    socket.once('close', () => this.#open.delete(socket))
    socket.on('error', () => socket.destroy())
    this.#secure ??= this.#makeSecure()
    this.#secure.then(
      (secure) => {
        if (this.#closed) socket.destroy()
        else secure.emit('connection', socket)
      },
      (error: unknown) => {
        this.#secure = undefined
        this.#log.error({ error: messageOf(error) }, 'HTTPS cannot be served')
        socket.destroy()
      },
    )
  }

  async #makeSecure(): Promise<SecureServer> {
    const [{ secureServer }, behind] = await Promise.all([import('./secure-server.ts'), this.#behind()])
    return secureServer(behind)
  }
}

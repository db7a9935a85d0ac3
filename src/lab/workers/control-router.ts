import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { NodeStatus } from '../../app/node-status.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import { askedChange, changeVerb } from '../change-request.ts'
import { bytesOf, jsonOf, partsOf, RouteError, refuseUpgrade, sendJson, statusOf } from '../control-answers.ts'
import { CONSOLE_PROTOCOL, joinConsole } from '../control-client.ts'
import { ControlSocket } from '../control-socket.ts'
import type { LabDigest } from '../differences.ts'
import type { LabChanges } from '../lab-changes.ts'

/** What the router asks of a lab over workers. */
export interface Workers {
  status(): Promise<NodeStatus[]>
  digest(): LabDigest
  /** Throws where there is no such node. */
  controlSocketOf(node: string): string
}

/**
 * The control socket of a lab over workers. What concerns all nodes is answered here, what concerns one is handed to the
 * control socket of the worker that has it: to a client it is the same door as `control-server.ts`.
 */
export class ControlRouter {
  readonly #workers: Workers
  readonly #log: Logger
  readonly #down: () => void
  readonly #changes: LabChanges | undefined
  readonly #socket: ControlSocket

  constructor(options: { workers: Workers; log: Logger; down: () => void; changes?: LabChanges | undefined }) {
    this.#workers = options.workers
    this.#log = options.log
    this.#down = options.down
    this.#changes = options.changes
    this.#socket = new ControlSocket({
      answer: (request, response) => this.#answer(request, response),
      upgrade: (request, socket, head) => void this.#upgrade(request, socket, head),
    })
  }

  listen(path: string): Promise<void> {
    return this.#socket.listen(path)
  }

  close(): void {
    this.#socket.close()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { method = 'GET', url = '/' } = request
      const parts = partsOf(url)
      const [collection, name] = parts
      if (method === 'POST' && collection === 'down' && parts.length === 1) {
        // The answer goes out first: the one who asked waits for the process to end, not for this request.
        setImmediate(this.#down)
        return sendJson(response, 202, { pid: process.pid })
      }
      const change = changeVerb(method, parts)
      if (change !== undefined) {
        return sendJson(response, 200, await askedChange(this.#changes, change, await jsonOf(request)))
      }
      if (method === 'GET' && collection === 'digest' && parts.length === 1) {
        return sendJson(response, 200, this.#workers.digest())
      }
      if (collection !== 'nodes') throw new RouteError(404, 'no such resource')
      if (name !== undefined) {
        const socketPath = this.#workers.controlSocketOf(name)
        return handOn(request, await bytesOf(request), response, socketPath)
      }
      if (method !== 'GET') throw new RouteError(405, 'only GET here')
      sendJson(response, 200, await this.#workers.status())
    } catch (error) {
      const status = statusOf(error)
      if (status === 500) this.#log.error({ err: error }, 'control request failed')
      sendJson(response, status, { error: messageOf(error) })
    }
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy())
    try {
      const { url = '/' } = request
      const [collection, name, verb, ...more] = partsOf(url)
      if (collection !== 'nodes' || name === undefined || verb !== 'console' || more.length > 0) {
        throw new RouteError(404, 'no such resource')
      }
      if (request.headers.upgrade !== CONSOLE_PROTOCOL) throw new RouteError(400, `the protocol is ${CONSOLE_PROTOCOL}`)
      const backlog = new URL(url, 'http://lab').searchParams.get('backlog') !== '0'
      const far = await joinConsole(this.#workers.controlSocketOf(name), name, backlog)
      socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${CONSOLE_PROTOCOL}\r\n\r\n`)
      if (head.length > 0) socket.unshift(head)
      this.#socket.keep(socket)
      join(socket, far)
    } catch (error) {
      refuseUpgrade(socket, error)
    }
  }
}

/** The same request to a worker, and its answer back as it comes: an answer may be a capture that grows. */
function handOn(request: IncomingMessage, body: Buffer, response: ServerResponse, socketPath: string): void {
  const { method, url: path } = request
  const onward = httpRequest({ socketPath, method, path, headers: withoutHop(request.headers), agent: false })
  onward.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, withoutHop(answer.headers))
    answer.on('error', () => response.destroy())
    answer.pipe(response)
  })
  onward.on('error', () => {
    if (response.headersSent) response.destroy()
    else sendJson(response, 502, { error: 'the worker that has this node is gone' })
  })
  response.on('close', () => onward.destroy())
  // In one piece: a worker that has answered closes, and would not take what still comes.
  onward.end(body)
}

/** What is said to the next one and not to the last (RFC 9110 §7.6.1). */
function withoutHop({ connection, 'keep-alive': _, 'transfer-encoding': __, ...headers }: IncomingHttpHeaders) {
  return headers
}

/** Both ways, until either ends. */
function join(near: Duplex, far: Duplex): void {
  far.on('error', () => far.destroy())
  near.on('close', () => far.destroy())
  far.on('close', () => near.destroy())
  near.pipe(far)
  far.pipe(near)
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Node } from '../app/node.ts'
import { isPowerAction, powerActions } from '../app/node-status.ts'
import { messageOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { serveCapture } from './capture-stream.ts'
import { askedChange, changeVerb } from './change-request.ts'
import { serveConsole } from './console-stream.ts'
import { jsonOf, partsOf, RouteError, refuseUpgrade, sendJson, statusOf } from './control-answers.ts'
import { CONSOLE_PROTOCOL } from './control-client.ts'
import { ControlSocket } from './control-socket.ts'
import type { Lab } from './lab.ts'
import type { LabChanges } from './lab-changes.ts'
import { linkChangeOf, nicOf } from './link-request.ts'
import { serveWait } from './wait-stream.ts'

/**
 * The door for `bmcsim ps`, `power`, `sensor`, `emu`, `console`, `link`, `capture`, `wait`, `down`, and for `up`, `create` and `rm` where the lab runs
 * already: HTTP with JSON over a unix socket of mode 0600, so whoever may talk to it is the user who started the lab (or root). There is no other check and no way in from a network.
 */
export class ControlServer {
  readonly #lab: Lab
  readonly #log: Logger
  readonly #down: () => void
  readonly #changes: LabChanges | undefined
  readonly #socket: ControlSocket

  constructor(options: { lab: Lab; log: Logger; down: () => void; changes?: LabChanges | undefined }) {
    this.#lab = options.lab
    this.#log = options.log
    this.#down = options.down
    this.#changes = options.changes
    this.#socket = new ControlSocket({
      answer: (request, response) => this.#answer(request, response),
      upgrade: (request, socket, head) => this.#upgrade(request, socket, head),
    })
  }

  /** The caller holds the lab's lock, so a socket found at `path` is one that a killed process left. */
  listen(path: string): Promise<void> {
    return this.#socket.listen(path)
  }

  close(): void {
    this.#socket.close()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { method = 'GET', url = '/' } = request
      if (method === 'GET' && (await this.#capture(url, response))) return
      if (method === 'GET' && (await this.#wait(url, response))) return
      const [status, value] = await this.#route(method, partsOf(url), await jsonOf(request))
      sendJson(response, status, value)
    } catch (error) {
      const status = statusOf(error)
      if (response.headersSent) return void response.destroy()
      if (status === 500) this.#log.error({ err: error }, 'control request failed')
      sendJson(response, status, { error: messageOf(error) })
    }
  }

  async #route(method: string, parts: readonly string[], body: unknown): Promise<[number, unknown]> {
    const [collection, name, verb] = parts
    if (method === 'POST' && collection === 'down' && parts.length === 1) {
      // The answer goes out first: the one who asked waits for the process to end, not for this request.
      setImmediate(this.#down)
      return [202, { pid: process.pid }]
    }
    const change = changeVerb(method, parts)
    if (change !== undefined) return [200, await askedChange(this.#changes, change, body)]
    if (method === 'GET' && collection === 'digest' && parts.length === 1) return [200, this.#lab.digest()]
    if (collection !== 'nodes' || parts.length > 3) throw new RouteError(404, 'no such resource')
    if (name === undefined) {
      if (method !== 'GET') throw new RouteError(405, 'only GET here')
      return [200, this.#lab.status()]
    }
    const node = this.#lab.node(name)
    if (verb === undefined && method === 'GET') return [200, this.#lab.statusOf(node)]
    if (verb === 'power' && method === 'POST') {
      await node.control(actionOf(body), 'bmcsim power')
      return [200, this.#lab.statusOf(node)]
    }
    if (verb === 'sensors') return [200, sensors(node, method, body)]
    if (verb === 'links') return [200, await links(node, method, body)]
    if (verb === 'media') return [200, await media(node, method, body)]
    if (verb === 'emulator' && method === 'POST') return [200, { output: await node.emulatorLine(lineOf(body)) }]
    if (verb === 'break' && method === 'POST') {
      node.sendBreak()
      return [200, this.#lab.statusOf(node)]
    }
    if (verb === 'console') throw new RouteError(426, `ask for it with Upgrade: ${CONSOLE_PROTOCOL}`)
    throw new RouteError(404, 'no such resource')
  }

  /** `/nodes/NODE/capture?nic=0&count=10`: a pcap file as it comes into being. False: something else was asked for. */
  async #capture(url: string, response: ServerResponse): Promise<boolean> {
    const [collection, name, verb, ...more] = partsOf(url)
    if (collection !== 'nodes' || name === undefined || verb !== 'capture' || more.length > 0) return false
    const wanted = new URL(url, 'http://lab').searchParams
    const count = wanted.get('count')
    const most = count === null ? Number.POSITIVE_INFINITY : Number(count)
    if (!(most >= 1)) throw new RouteError(400, 'count is a number from 1')
    const node = this.#lab.node(name)
    const nic = wanted.get('nic')
    await serveCapture(response, (show) => node.capture(nic === null ? undefined : Number(nic), show), {
      count: most,
      ended: node.ended,
    })
    return true
  }

  /** `/nodes/NODE/wait?for=ready&timeoutMs=120000`: its stages, and how it ended. False: something else was asked for. */
  async #wait(url: string, response: ServerResponse): Promise<boolean> {
    const [collection, name, verb, ...more] = partsOf(url)
    if (collection !== 'nodes' || name === undefined || verb !== 'wait' || more.length > 0) return false
    const wanted = new URL(url, 'http://lab').searchParams
    const timeout = wanted.get('timeoutMs')
    const timeoutMs = timeout === null ? undefined : Number(timeout)
    if (timeoutMs !== undefined && !(timeoutMs > 0)) throw new RouteError(400, 'timeoutMs is a number above 0')
    await serveWait(response, this.#lab.node(name), { goal: wanted.get('for') ?? 'ready', timeoutMs })
    return true
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    try {
      const { url = '/' } = request
      const [collection, name, verb, ...more] = partsOf(url)
      if (collection !== 'nodes' || name === undefined || verb !== 'console' || more.length > 0) {
        throw new RouteError(404, 'no such resource')
      }
      if (request.headers.upgrade !== CONSOLE_PROTOCOL) throw new RouteError(400, `the protocol is ${CONSOLE_PROTOCOL}`)
      const node = this.#lab.node(name)
      const backlog = new URL(url, 'http://lab').searchParams.get('backlog') !== '0'
      const viewer = node.openViewer()
      socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${CONSOLE_PROTOCOL}\r\n\r\n`)
      if (head.length > 0) socket.unshift(head)
      this.#socket.keep(socket)
      serveConsole(socket, viewer, backlog ? node.backlog() : undefined, node.ended)
    } catch (error) {
      refuseUpgrade(socket, error)
    }
  }
}

/** GET: of every NIC. POST: changes one (`nic`), or all. */
function links(node: Node, method: string, body: unknown) {
  if (method === 'GET') return node.links()
  return node.setLinks(nicOf(body), linkChangeOf(body))
}

/** GET: what is in its drives. POST: `{insert}` (and `writable`) or `{eject: true}`, with `drive` for another than the first. */
function media(node: Node, method: string, body: unknown) {
  if (method === 'GET') return node.media()
  const facts = new Map<string, unknown>(typeof body === 'object' && body !== null ? Object.entries(body) : [])
  const insert = facts.get('insert')
  const drive = facts.get('drive')
  const of = typeof drive === 'string' ? { drive } : {}
  if (typeof insert === 'string') return node.changeMedia({ ...of, insert, writable: facts.get('writable') === true })
  if (facts.get('eject') === true) return node.changeMedia(of)
  throw new RouteError(400, 'say {"insert": FILE or URL} or {"eject": true}')
}

function actionOf(body: unknown) {
  if (typeof body === 'object' && body !== null && 'action' in body) {
    const { action } = body
    if (typeof action === 'string' && isPowerAction(action)) return action
  }
  throw new RouteError(400, `say {"action": ...} with one of ${Object.keys(powerActions).join(', ')}`)
}

function lineOf(body: unknown): string {
  if (typeof body === 'object' && body !== null && 'line' in body && typeof body.line === 'string') return body.line
  throw new RouteError(400, 'say {"line": ...} with a line of the emulator language')
}

/** GET: all of them. POST: `{name}` for one, with `set` to force a value on it or `release` to let it go. */
function sensors(node: Node, method: string, body: unknown): unknown {
  if (method === 'GET') return node.sensors()
  const facts = new Map<string, unknown>(typeof body === 'object' && body !== null ? Object.entries(body) : [])
  const name = facts.get('name')
  const wish = facts.get('set')
  if (typeof name !== 'string') throw new RouteError(400, 'say {"name": ...}, and "set": ... or "release": true')
  if (facts.get('release') === true) return [node.setSensor(name, undefined)]
  return typeof wish === 'string' ? [node.setSensor(name, wish)] : node.sensors(name)
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Server as Listener } from 'node:net'
import { basename, dirname } from 'node:path'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { NodeShelves, Served, ServedFiles } from './node-shelf.ts'

/** What is served at one place. */
export interface HttpTask {
  /** Undefined: it is no network's. */
  readonly network: string | undefined
  /** Those of no node in particular, by their paths without the first slash. */
  readonly files: ServedFiles
  /** What is not found elsewhere is looked for here. */
  readonly folder: string | undefined
}

/** The lab's HTTP server at one place. It only reads: GET and HEAD, with ranges, as long as anybody is there to read. */
export class HttpDoor {
  readonly #task: HttpTask
  readonly #shelves: NodeShelves
  readonly #log: Logger
  readonly #server: Server

  constructor(task: HttpTask, { shelves, log }: { shelves: NodeShelves; log: Logger }) {
    this.#task = task
    this.#shelves = shelves
    this.#log = task.network === undefined ? log : log.child({ network: task.network })
    this.#server = createServer((request, response) => void this.#answer(request, response))
  }

  /** At an address, or where somebody else listens for us. Rejects with the system's error. */
  async listen(where: { readonly host: string; readonly port: number } | Listener): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(where, () => resolve())
    })
    this.#server.removeAllListeners('error')
    this.#server.on('error', (error) => this.#log.warn({ error: messageOf(error) }, 'the HTTP server'))
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '/' } = request
    const from = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '')
    const path = pathOf(url)
    const [folder = '', ...rest] = path.split('/')
    const found = rest.length > 0 ? this.#shelves.find(folder, rest.join('/'), this.#task.network) : undefined
    const served = found?.served ?? this.#task.files.get(path)
    const facts = { node: found?.node, from, method, url }
    response.on('close', () => {
      const status = response.statusCode
      found?.note({ from, status })
      const cut = response.writableFinished ? {} : { cut: true }
      this.#log.info({ ...facts, status, ...cut }, 'asked for by HTTP')
    })
    try {
      if (method !== 'GET' && method !== 'HEAD') refuse(response, 405, { Allow: 'GET, HEAD' })
      else if (served?.kind === 'text') text(response, served.text)
      else if (served !== undefined) await send(request, response, served)
      else if (this.#task.folder === undefined || path === '') refuse(response, 404)
      else await sendFrom(request, response, this.#task.folder, path)
    } catch (error) {
      this.#log.warn({ ...facts, error: messageOf(error) }, 'a file that is to be served cannot be read')
      if (response.headersSent) response.destroy()
      else refuse(response, 500)
    }
  }
}

function text(response: ServerResponse, content: string): void {
  const bytes = Buffer.from(content)
  response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': bytes.length })
  response.end(bytes)
}

function refuse(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'Content-Length': 0, ...headers }).end()
}

/** A file that the lab names may be anywhere, and be called anything. */
function send(
  request: IncomingMessage,
  response: ServerResponse,
  { path }: Extract<Served, { kind: 'file' }>,
): Promise<void> {
  return sendFrom(request, response, dirname(path), basename(path), 'allow')
}

/** `path`: below `root`, and nowhere else; what begins with a dot is nobody's business. */
async function sendFrom(
  request: IncomingMessage,
  response: ServerResponse,
  root: string,
  path: string,
  dotfiles: 'allow' | 'ignore' = 'ignore',
): Promise<void> {
  // Loaded only here: most labs serve no file.
  const { send } = await import('@fastify/send')
  const urlPath = path.split('/').map(encodeURIComponent).join('/')
  const { statusCode, headers, stream } = await send(request, urlPath, {
    root,
    dotfiles,
    index: false,
    cacheControl: false,
  })
  // A folder is nothing that could be booted.
  if (statusCode === 301) {
    stream.destroy()
    refuse(response, 404)
    return
  }
  response.writeHead(statusCode, headers)
  await new Promise<void>((resolve, reject) => {
    stream.once('error', reject)
    response.once('close', () => {
      stream.destroy()
      resolve()
    })
    stream.pipe(response)
  })
}

/** Without the first slash and what is behind a question mark; a path that is not well written is looked up as it is. */
function pathOf(url: string): string {
  const path = url.replace(/[?#].*$/, '').replace(/^(https?:\/\/[^/]*)?\/+/i, '')
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

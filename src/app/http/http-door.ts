import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Server as Listener } from 'node:net'
import { basename, dirname } from 'node:path'
import type { Readable } from 'node:stream'
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
    const facts = { node: found?.node, from, method, url }
    const { status, headers, body } = await this.#look(request, path, found?.served).catch((error: unknown) => {
      this.#log.warn({ ...facts, error: messageOf(error) }, 'a file that is to be served cannot be read')
      return nothing(500)
    })
    found?.note({ from, status })
    response.on('close', () => {
      if (body !== undefined && 'destroy' in body) body.destroy()
      this.#log.info({ ...facts, status, ...(!response.writableFinished && { cut: true }) }, 'asked for by HTTP')
    })
    response.writeHead(status, headers)
    if (body !== undefined && 'pipe' in body) body.on('error', () => response.destroy()).pipe(response)
    else response.end(body)
  }

  async #look(request: IncomingMessage, path: string, ofNode: Served | undefined): Promise<Answer> {
    if (request.method !== 'GET' && request.method !== 'HEAD') return nothing(405, { Allow: 'GET, HEAD' })
    const served = ofNode ?? this.#task.files.get(path)
    if (served?.kind === 'text') return text(served.text)
    // A file that the lab names may be anywhere, and be called anything.
    if (served !== undefined) return fromFolder(request, dirname(served.path), basename(served.path), 'allow')
    // What begins with a dot there is nobody's business.
    if (this.#task.folder !== undefined && path !== '') return fromFolder(request, this.#task.folder, path, 'ignore')
    return nothing(404)
  }
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | number>>
  readonly body: Uint8Array | Readable | undefined
}

/** Of a request for its headers alone, Node leaves the content out. */
function text(content: string): Answer {
  const body = Buffer.from(content)
  return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': body.length }, body }
}

function nothing(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'Content-Length': 0, ...headers }, body: undefined }
}

/** `path`: below `root`, and nowhere else. */
async function fromFolder(
  request: IncomingMessage,
  root: string,
  path: string,
  dotfiles: 'allow' | 'ignore',
): Promise<Answer> {
  // Loaded only here: most labs serve no file.
  const { send } = await import('@fastify/send')
  const url = path.split('/').map(encodeURIComponent).join('/')
  const found = await send(request, url, { root, dotfiles, index: false, cacheControl: false })
  if (found.type === 'file') return { status: found.statusCode, headers: found.headers, body: found.stream }
  // A folder is nothing that could be booted, and nobody reads a page about an error.
  found.stream.destroy()
  return nothing(found.type === 'directory' ? 404 : found.statusCode)
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

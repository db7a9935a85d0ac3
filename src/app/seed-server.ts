import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Clock } from '../base/clock.ts'
import { errnoOf, messageOf, SetupError } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { ListenConfig } from '../config/config.ts'
import type { SeedFiles } from './seed-files.ts'

/** One request for a node's seed, as `ps --json` shows it. */
export interface SeedRequest {
  /** ISO 8601. */
  readonly at: string
  readonly from: string
  /** Without the folder of the node. */
  readonly file: string
  readonly status: number
}

interface Seed {
  readonly node: string
  readonly files: SeedFiles
  readonly requests: SeedRequest[]
}

const MOST_REQUESTS = 20

/** Serves the seeds of a lab over HTTP: `/NODE/user-data`, and the same under each MAC of the node. */
export class SeedServer {
  readonly #clock: Clock
  readonly #log: Logger
  readonly #folders = new Map<string, Seed>()
  #config: ListenConfig | undefined
  #server: Server | undefined

  /** Without a place it serves nobody, until it has moved to one. */
  constructor(config: ListenConfig | undefined, { clock, log }: { clock: Clock; log: Logger }) {
    this.#config = config
    this.#clock = clock
    this.#log = log
  }

  get isOpen(): boolean {
    return this.#server !== undefined
  }

  /** The result ends that. */
  serve(node: string, macs: readonly string[], files: SeedFiles): () => void {
    const seed: Seed = { node, files, requests: [] }
    const folders = [node, ...macs]
    for (const folder of folders) this.#folders.set(folder, seed)
    return () => {
      for (const folder of folders) if (this.#folders.get(folder) === seed) this.#folders.delete(folder)
    }
  }

  /** The last ones, oldest first. */
  requests(node: string): readonly SeedRequest[] {
    return this.#folders.get(node)?.requests ?? []
  }

  async listen(): Promise<void> {
    if (this.#config === undefined) return
    const server = createServer((request, response) => this.#answer(request, response))
    await listening(server, this.#config)
    this.#server = server
    server.on('error', (error) => this.#log.warn({ error: messageOf(error) }, 'the server of the seeds'))
  }

  /** To another place, or to none. Rejects with a SetupError, and is nowhere then. */
  async moveTo(config: ListenConfig | undefined): Promise<void> {
    const before = this.#config
    this.#config = config
    if (before?.host === config?.host && before?.port === config?.port && this.isOpen) return
    this.close()
    await this.listen()
  }

  close(): void {
    this.#server?.close()
    this.#server?.closeAllConnections()
    this.#server = undefined
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '/' } = request
    const from = request.socket.remoteAddress ?? ''
    const [, folder = '', ...rest] = pathOf(url).split('/')
    const file = rest.join('/')
    const seed = this.#folders.get(folder) ?? this.#folders.get(folder.toLowerCase().replaceAll('-', ':'))
    const text = seed && contentOf(seed.files, file)
    const isRead = method === 'GET' || method === 'HEAD'
    const status = isRead ? (text === undefined ? 404 : 200) : 405
    this.#log.info({ node: seed?.node, from, method, url, status }, 'seed asked for')
    if (seed !== undefined) {
      seed.requests.push({ at: new Date(this.#clock.now()).toISOString(), from, file, status })
      if (seed.requests.length > MOST_REQUESTS) seed.requests.shift()
    }
    response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' })
    response.end(status === 200 && method === 'GET' ? text : undefined)
  }
}

/** Whether seeds could be served there, without doing it: gives what is in the way. */
export async function seedObstacle(config: ListenConfig): Promise<string[]> {
  const server = createServer()
  try {
    await listening(server, config)
    return []
  } catch (error) {
    if (error instanceof SetupError) return [error.message]
    throw error
  } finally {
    server.close()
  }
}

function listening(server: Server, { host, port, at }: ListenConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const why = errnoOf(error) === 'EADDRINUSE' ? 'the port is in use; take another' : messageOf(error)
      const place = `${at.file}:${at.line}`
      reject(new SetupError(`seeds cannot be served at ${host} port ${port}: ${why}; see ${place}`, { cause: error }))
    })
    server.listen(port, host, resolve)
  })
}

/** cloud-init also asks for vendor-data, which is nobody's here. */
function contentOf(files: SeedFiles, file: string): string | undefined {
  return file === 'vendor-data' ? '' : files.get(file)
}

/** Without what is behind a question mark; a path that is not well written is looked up as it is. */
function pathOf(url: string): string {
  const path = url.replace(/[?#].*$/, '')
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

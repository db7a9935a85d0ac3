import { createServer, type Server } from 'node:http'
import { errnoOf, messageOf, SetupError } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { ListenConfig } from '../config/config.ts'
import { HttpDoor } from './http/http-door.ts'
import type { NodeShelves, ServedFiles } from './http/node-shelf.ts'
import type { SeedFiles } from './seed-files.ts'

/** Serves the seeds of a lab over HTTP where its file says: `/NODE/user-data`, and the same under each MAC of the node. */
export class SeedServer {
  readonly #shelves: NodeShelves
  readonly #log: Logger
  #config: ListenConfig | undefined
  #door: HttpDoor | undefined

  /** Without a place it serves nobody, until it has moved to one. */
  constructor(config: ListenConfig | undefined, shelves: NodeShelves, log: Logger) {
    this.#config = config
    this.#shelves = shelves
    this.#log = log
  }

  get isOpen(): boolean {
    return this.#door !== undefined
  }

  async listen(): Promise<void> {
    if (this.#config === undefined) return
    const door = new HttpDoor(
      { network: undefined, files: new Map(), folder: undefined },
      { shelves: this.#shelves, log: this.#log },
    )
    const config = this.#config
    await door.listen(config).catch((error: unknown) => {
      throw notServed(config, error)
    })
    this.#door = door
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
    this.#door?.close()
    this.#door = undefined
  }
}

/** cloud-init also asks for vendor-data, which is nobody's here. */
export function seedShelf(seed: SeedFiles): { readonly purpose: 'seed'; readonly files: ServedFiles } {
  const texts = [['vendor-data', ''], ...seed] as const
  return { purpose: 'seed', files: new Map(texts.map(([name, text]) => [name, { kind: 'text', text }])) }
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

function listening(server: Server, config: ListenConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(notServed(config, error)))
    server.listen(config.port, config.host, resolve)
  })
}

function notServed({ host, port, at }: ListenConfig, error: unknown): SetupError {
  const why = errnoOf(error) === 'EADDRINUSE' ? 'the port is in use; take another' : messageOf(error)
  const place = `${at.file}:${at.line}`
  return new SetupError(`seeds cannot be served at ${host} port ${port}: ${why}; see ${place}`, { cause: error })
}

import type { Clock } from '../../base/clock.ts'

/** One request for something of a node's, as `ps --json` shows it. */
export interface NodeRequest {
  /** ISO 8601. */
  readonly at: string
  readonly from: string
  /** Without the folder of the node. */
  readonly file: string
  readonly status: number
}

/** What there is at a path: a text, or a file of this machine. */
export type Served = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'file'; readonly path: string }

export type ServedFiles = ReadonlyMap<string, Served>

/** What a request is one for, where `ps --json` keeps them apart. */
export type Purpose = 'seed' | 'boot'

interface Shelf {
  readonly node: string
  readonly purpose: Purpose
  /** Undefined: it is there on every network. */
  readonly network: string | undefined
  readonly files: ServedFiles
  readonly requests: NodeRequest[]
}

/** What was found, and who is to be told how it went. */
export interface Found {
  readonly node: string
  readonly served: Served | undefined
  note(request: Omit<NodeRequest, 'at' | 'file'>): void
}

const MOST_REQUESTS = 20

/** What is served for each node of a lab: in a folder of its name, and in one for each of its MACs. */
export class NodeShelves {
  readonly #clock: Clock
  readonly #folders = new Map<string, Shelf[]>()
  readonly #shelves = new Set<Shelf>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** `folders`: its name, MACs of its NICs. The result ends that. */
  serve(
    node: string,
    folders: readonly string[],
    { purpose, network, files }: Pick<Shelf, 'purpose' | 'files'> & { network?: string | undefined },
  ): () => void {
    const shelf: Shelf = { node, purpose, network, files, requests: [] }
    this.#shelves.add(shelf)
    for (const folder of folders) this.#folders.set(folder, [...(this.#folders.get(folder) ?? []), shelf])
    return () => {
      this.#shelves.delete(shelf)
      for (const folder of folders) {
        const left = (this.#folders.get(folder) ?? []).filter((one) => one !== shelf)
        if (left.length > 0) this.#folders.set(folder, left)
        else this.#folders.delete(folder)
      }
    }
  }

  /** `network`: whose server was asked. Undefined where there is no node of that name or MAC. */
  find(folder: string, file: string, network: string | undefined): Found | undefined {
    const shelves = this.#folders.get(folder) ?? this.#folders.get(folder.toLowerCase().replaceAll('-', ':')) ?? []
    const here = shelves.filter((shelf) => shelf.network === undefined || shelf.network === network)
    const shelf = here.find(({ files }) => files.has(file)) ?? here[0]
    if (shelf === undefined) return undefined
    const { node, files, requests } = shelf
    return {
      node,
      served: files.get(file),
      note: (request) => {
        requests.push({ at: new Date(this.#clock.now()).toISOString(), file, ...request })
        if (requests.length > MOST_REQUESTS) requests.shift()
      },
    }
  }

  /** The last ones, oldest first; undefined where nothing of the kind is served. */
  requests(node: string, purpose: Purpose): readonly NodeRequest[] | undefined {
    const shelves = [...this.#shelves].filter((shelf) => shelf.node === node && shelf.purpose === purpose)
    if (shelves.length === 0) return undefined
    return shelves
      .flatMap(({ requests }) => requests)
      .sort((one, other) => (one.at < other.at ? -1 : 1))
      .slice(-MOST_REQUESTS)
  }
}

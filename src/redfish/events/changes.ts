/** What became of a resource. */
export type Change = 'created' | 'changed' | 'removed'

/** Paths that were told of lately, so that who changed them need not say so again. */
const REMEMBERED = 256

/**
 * Gathers what becomes of resources. One deed changes many things of one resource, and is seen by many: it is told of once, when it
 * is over.
 */
export class Changes {
  readonly #tell: (change: Change, path: string) => void
  readonly #gathered = new Map<string, Change>()
  /** By change and path, when. */
  readonly #told = new Map<string, number>()
  #count = 0
  #on = false

  constructor(tell: (change: Change, path: string) => void) {
    this.#tell = tell
  }

  /** Off, nothing is gathered: nobody listens. */
  switchTo(on: boolean): void {
    this.#on = on
    if (on) return
    this.#gathered.clear()
    this.#told.clear()
  }

  /** Something to name in `since`. */
  get now(): number {
    return this.#count
  }

  /** `since`: not again where it was told of after that. */
  note(change: Change, path: string, since?: number): void {
    if (!this.#on) return
    if (since !== undefined && (this.#told.get(`${change} ${path}`) ?? -1) > since) return
    if (this.#gathered.size === 0) queueMicrotask(() => this.#flush())
    const before = this.#gathered.get(path)
    const both = before === undefined ? change : together(before, change)
    if (both === undefined) this.#gathered.delete(path)
    else this.#gathered.set(path, both)
  }

  #flush(): void {
    const all = [...this.#gathered]
    this.#gathered.clear()
    for (const [path, change] of all) {
      this.#count++
      this.#remember(`${change} ${path}`)
      this.#tell(change, path)
    }
  }

  #remember(key: string): void {
    this.#told.delete(key)
    this.#told.set(key, this.#count)
    if (this.#told.size <= REMEMBERED) return
    const [oldest] = this.#told.keys()
    this.#told.delete(oldest)
  }
}

/** Undefined: there is nothing left to tell of. */
function together(before: Change, after: Change): Change | undefined {
  if (before === 'created') return after === 'removed' ? undefined : 'created'
  if (before === 'removed') return after === 'removed' ? 'removed' : 'changed'
  return after
}

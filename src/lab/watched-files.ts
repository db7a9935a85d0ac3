import { dirname } from 'node:path'
import { type FSWatcher, watch } from 'chokidar'
import type { Clock, Timer } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'

/** One that is saved is written in several steps, and several may be saved at once. */
const SETTLE_MS = 100

/**
 * Tells when one of some files is changed, comes or goes. Folders are watched, and in them nothing but these files: an editor
 * that writes another file and renames it leaves nobody with the old one.
 */
export class WatchedFiles {
  readonly #clock: Clock
  readonly #changed: () => void
  readonly #failed: (message: string) => void
  #files: ReadonlySet<string> = new Set()
  #watcher: FSWatcher | undefined
  #timer: Timer | undefined
  #closed = false

  constructor(options: { clock: Clock; changed: () => void; failed: (message: string) => void }) {
    this.#clock = options.clock
    this.#changed = options.changed
    this.#failed = options.failed
  }

  /** Whole paths, from now on. What happens until they are watched is told, too: `changed` is called once more than needed. */
  watch(files: Iterable<string>): void {
    const wanted = new Set(files)
    if (this.#closed || (wanted.size === this.#files.size && [...wanted].every((file) => this.#files.has(file)))) return
    this.#files = wanted
    void this.#watcher?.close()
    const folders = new Set([...wanted].map((file) => dirname(file)))
    const ignored = (path: string) => !wanted.has(path) && !folders.has(path)
    const watcher = watch([...folders], { depth: 0, ignoreInitial: true, ignored })
    this.#watcher = watcher
    const soon = () => {
      if (this.#watcher === watcher) this.#soon()
    }
    watcher.on('all', soon)
    watcher.on('ready', soon)
    watcher.on('error', (error) => this.#failed(messageOf(error)))
  }

  close(): void {
    this.#closed = true
    this.#timer?.cancel()
    void this.#watcher?.close()
    this.#watcher = undefined
  }

  #soon(): void {
    this.#timer?.cancel()
    this.#timer = this.#clock.after(SETTLE_MS, () => {
      if (!this.#closed) this.#changed()
    })
  }
}

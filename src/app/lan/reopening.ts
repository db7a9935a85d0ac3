import { messageOf } from '../../base/errors.ts'
import { LazySet } from '../../base/lazy-map.ts'
import type { Logger } from '../../base/logger.ts'
import type { Door } from './farewells.ts'

const none: readonly Door[] = []

/** Opens doors again, and remembers those that could not be: they are due once a second. */
export class Reopening {
  readonly #log: Logger
  readonly #shut = new LazySet<Door>()

  constructor(log: Logger) {
    this.#log = log
  }

  get due(): readonly Door[] {
    return this.#shut.size === 0 ? none : [...this.#shut]
  }

  forget(door: Door): void {
    this.#shut.delete(door)
  }

  /** False where it could not be. */
  async open(door: Door): Promise<boolean> {
    const { address, port } = door.bound
    try {
      await door.listener.rebind(port)
      if (this.#shut.delete(door)) this.#log.info({ address, port }, 'the BMC answers again')
      return true
    } catch (error) {
      if (this.#shut.has(door)) return false
      this.#shut.add(door)
      this.#log.error({ address, port, error: messageOf(error) }, 'the BMC does not answer any more; it is tried again')
      return false
    }
  }
}

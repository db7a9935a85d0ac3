import { seedOf } from '../base/waves.ts'

const SECONDS = 60

/** What a BMC does once a minute. Each has its second, by its name, so that those of a rack do not all work at once. */
export class Minute {
  readonly #passed: () => void
  #second: number

  constructor(name: string, passed: () => void) {
    this.#passed = passed
    this.#second = seedOf(name) % SECONDS
  }

  /** Once a second. */
  tick(): void {
    this.#second = (this.#second + 1) % SECONDS
    if (this.#second === 0) this.#passed()
  }
}

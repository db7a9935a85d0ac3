import type { SimGroup } from './ipmi-sim.ts'

/**
 * Collects `-c`, `-f`, `-x` and `-s` as they come: each belongs to the `-c` before it, or to the first `-c` when none
 * came yet. A state folder given once is everybody's.
 */
export class SimGroups {
  readonly #groups: { config?: string; emulator?: string; emulatorString?: string; state?: string }[] = [{}]

  config(path: string): void {
    const last = this.#last
    if (last.config === undefined) last.config = path
    else this.#groups.push({ config: path })
  }

  emulator(path: string): void {
    this.#last.emulator = path
  }

  /** A further one is a further line. */
  emulatorString(text: string): void {
    const before = this.#last.emulatorString
    this.#last.emulatorString = before === undefined ? text : `${before}\n${text}`
  }

  state(folder: string): void {
    this.#last.state = folder
  }

  done(): SimGroup[] {
    const states = this.#groups.map((group) => group.state).filter((state) => state !== undefined)
    const shared = states.length === 1 ? states[0] : undefined
    return this.#groups.flatMap(({ config, ...rest }) =>
      config === undefined ? [] : [{ config, ...rest, state: rest.state ?? shared }],
    )
  }

  get #last() {
    return this.#groups[this.#groups.length - 1]
  }
}

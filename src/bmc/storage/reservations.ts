import { LazySet } from '../../base/lazy-map.ts'
/**
 * Reservation IDs of the SEL and the SDR repository (IPMI 2.0 §31.4, §33.11). A change cancels all of them. A reader's stays
 * good when another reader reserves too, so that two monitors do not keep throwing each other back to the start; who
 * deletes or clears must hold the latest.
 */
export class Reservations {
  #latest = 0
  readonly #live = new LazySet<number>()

  take(): number {
    this.#latest = this.#latest >= 0xffff ? 1 : this.#latest + 1
    this.#live.add(this.#latest)
    return this.#latest
  }

  mayRead(id: number): boolean {
    return this.#live.has(id)
  }

  mayWrite(id: number): boolean {
    return id === this.#latest && this.#live.has(id)
  }

  cancel(): void {
    this.#live.clear()
  }
}

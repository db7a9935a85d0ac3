/** How long something has been above its limit: says once for each time that it has been too long. */
export class Exceeded {
  #since: number | undefined
  #said = false

  /** `tooLongMs`: for so long it may be. True when that has just been passed. */
  look(above: boolean, now: number, tooLongMs: number): boolean {
    if (!above) {
      this.clear()
      return false
    }
    this.#since ??= now
    if (this.#said || now - this.#since < tooLongMs) return false
    this.#said = true
    return true
  }

  clear(): void {
    this.#since = undefined
    this.#said = false
  }
}

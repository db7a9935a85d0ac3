const nobody: readonly never[] = []

/** A list of functions to call. Adding returns the function that removes again. */
export class Listeners<A extends unknown[]> {
  #functions: readonly ((...args: A) => void)[] = nobody

  add(fn: (...args: A) => void): () => void {
    // Of one or two there is one array of just that size; V8 leaves room for sixteen more where it spreads.
    this.#functions = this.#functions.length === 0 ? [fn] : this.#functions.concat([fn])
    return () => {
      this.#functions = this.#functions.filter((other) => other !== fn)
    }
  }

  clear(): void {
    this.#functions = nobody
  }

  call(...args: A): void {
    for (const fn of this.#functions) fn(...args)
  }

  get size(): number {
    return this.#functions.length
  }
}

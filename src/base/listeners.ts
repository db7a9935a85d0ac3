/** A list of functions to call. Adding returns the function that removes again. */
export class Listeners<A extends unknown[]> {
  #functions: readonly ((...args: A) => void)[] = []

  add(fn: (...args: A) => void): () => void {
    this.#functions = [...this.#functions, fn]
    return () => {
      this.#functions = this.#functions.filter((other) => other !== fn)
    }
  }

  call(...args: A): void {
    for (const fn of this.#functions) fn(...args)
  }

  get size(): number {
    return this.#functions.length
  }
}

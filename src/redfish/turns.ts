/** What is done to one resource is done one after the other: between looking at an ETag and writing, nobody else writes. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()

  take<T>(path: string, act: () => Promise<T>): Promise<T> {
    const turn = (this.#last.get(path) ?? Promise.resolve()).then(act)
    const settled = turn.then(
      () => {},
      () => {},
    )
    this.#last.set(path, settled)
    void settled.then(() => {
      if (this.#last.get(path) === settled) this.#last.delete(path)
    })
    return turn
  }
}

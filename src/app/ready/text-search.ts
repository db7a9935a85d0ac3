/** Looks for any of some texts in bytes that come in pieces, also where one is cut in two. */
export class TextSearch {
  readonly #texts: readonly Buffer[]
  readonly #overlap: number
  #tail: Buffer = Buffer.alloc(0)

  constructor(...texts: string[]) {
    this.#texts = texts.map((text) => Buffer.from(text, 'utf8'))
    this.#overlap = Math.max(...this.#texts.map((text) => text.length)) - 1
  }

  /** True when one of them is there, now or with what came before. */
  feed(bytes: Uint8Array): boolean {
    const all = Buffer.concat([this.#tail, bytes])
    // A copy: the bytes may be part of something large.
    this.#tail = Buffer.from(all.subarray(Math.max(0, all.length - this.#overlap)))
    return this.#texts.some((text) => all.includes(text))
  }
}

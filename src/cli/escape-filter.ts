/** What a viewer typed: bytes for the console, or an order to the viewer itself. */
export type Typed =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'leave' | 'break' | 'help' }

const CR = 0x0d
const LF = 0x0a

/**
 * Finds `~.` and its like in what is typed, only where a line begins, as ssh and ipmitool do. `~~` is one `~`; before any
 * other character the `~` goes through. Keeps its place from one chunk to the next.
 */
export class EscapeFilter {
  readonly #escape: number
  #atLineStart = true
  #pending = false

  constructor(character = '~') {
    this.#escape = character.charCodeAt(0)
  }

  feed(chunk: Uint8Array): Typed[] {
    const typed: Typed[] = []
    let plain: number[] = []
    const order = (kind: 'leave' | 'break' | 'help') => {
      if (plain.length > 0) typed.push({ kind: 'bytes', bytes: Uint8Array.from(plain) })
      plain = []
      typed.push({ kind })
      this.#atLineStart = true
    }
    for (const byte of chunk) {
      if (this.#pending) {
        this.#pending = false
        const kind = orders.get(byte)
        if (kind !== undefined) {
          order(kind)
          continue
        }
        plain.push(this.#escape)
        if (byte !== this.#escape) plain.push(byte)
      } else if (this.#atLineStart && byte === this.#escape) {
        this.#pending = true
        continue
      } else {
        plain.push(byte)
      }
      this.#atLineStart = byte === CR || byte === LF
    }
    if (plain.length > 0) typed.push({ kind: 'bytes', bytes: Uint8Array.from(plain) })
    return typed
  }
}

const orders = new Map<number, 'leave' | 'break' | 'help'>([
  [0x2e, 'leave'],
  [0x42, 'break'],
  [0x3f, 'help'],
])

import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import { SetupError } from './errors.ts'
import type { Random } from './random.ts'

/** Bytes of a key: AES-256. */
export const SECRET_KEY_BYTES = 32

const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16
const FORM = /^sealed:1:([0-9a-f]{8}):([A-Za-z0-9_-]+)$/

/**
 * Seals values that must not lie in clear on disk (AES-256-GCM, NIST SP 800-38D). Each value has a random nonce of its own,
 * and is bound to a context: it opens only where it was sealed for. The first key seals and all of them open, which is how
 * keys are exchanged.
 */
export class SecretBox {
  /** The file that the keys come from, for messages. */
  readonly origin: string
  readonly #keys: readonly { readonly id: string; readonly key: Uint8Array }[]
  readonly #random: Random

  constructor(origin: string, keys: readonly Uint8Array[], random: Random) {
    if (keys.length === 0 || keys.some((key) => key.length !== SECRET_KEY_BYTES)) {
      throw new RangeError(`at least one key of ${SECRET_KEY_BYTES} bytes`)
    }
    this.origin = origin
    this.#keys = keys.map((key) => ({ id: idOf(key), key }))
    this.#random = random
  }

  seal(clear: Uint8Array, context: string): string {
    const [{ id, key }] = this.#keys
    const nonce = this.#random.fill(new Uint8Array(NONCE_BYTES))
    const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(context, 'utf8'))
    const sealed = Buffer.concat([nonce, cipher.update(clear), cipher.final(), cipher.getAuthTag()])
    return `sealed:1:${id}:${sealed.toString('base64url')}`
  }

  /** Throws a SetupError that says what is in the way; nothing is ever opened by half. */
  open(text: string, context: string): Uint8Array {
    const [, id, body] = FORM.exec(text) ?? []
    const found = this.#keys.find((one) => one.id === id)
    if (found === undefined) {
      const has = this.#keys.map((one) => one.id).join(', ')
      throw new SetupError(`it is sealed with key ${id ?? 'of a later version'}, and ${this.origin} has ${has}`)
    }
    const sealed = Buffer.from(body, 'base64url')
    const nonce = sealed.subarray(0, NONCE_BYTES)
    const tag = sealed.subarray(Math.max(NONCE_BYTES, sealed.length - TAG_BYTES))
    try {
      const decipher = createDecipheriv(CIPHER, found.key, nonce, { authTagLength: TAG_BYTES })
      decipher.setAAD(Buffer.from(context, 'utf8')).setAuthTag(tag)
      return Uint8Array.from(
        Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]),
      )
    } catch {
      throw new SetupError('it is damaged, or was sealed for another node or another place')
    }
  }

  /** Sealed with the key that seals now. */
  isCurrent(text: string): boolean {
    return FORM.exec(text)?.[1] === this.#keys[0].id
  }
}

export function isSealed(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('sealed:')
}

/** Names a key without telling anything of it. */
function idOf(key: Uint8Array): string {
  return createHash('sha256').update('bmcsim key\0').update(key).digest('hex').slice(0, 8)
}

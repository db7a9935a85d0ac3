import { createPrivateKey, createPublicKey, generateKeyPair, webcrypto } from 'node:crypto'
import { promisify } from 'node:util'

const generate = promisify(generateKeyPair)

/** A new private key as PEM (PKCS #8). */
export async function makeKey(
  wish: { readonly kind: 'ec'; readonly curve: string } | { readonly kind: 'rsa'; readonly bits: number },
): Promise<string> {
  const { privateKey } =
    wish.kind === 'ec'
      ? await generate('ec', { namedCurve: wish.curve })
      : await generate('rsa', { modulusLength: wish.bits })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

const curves: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' }

/** The same as Web Crypto has it, and how to sign with it. */
export async function signingKeys(pem: string) {
  const key = createPrivateKey(pem)
  const curve = curves[key.asymmetricKeyDetails?.namedCurve ?? '']
  const algorithm =
    curve === undefined
      ? { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
      : { name: 'ECDSA', namedCurve: curve, hash: 'SHA-256' }
  const { subtle } = webcrypto
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' })
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' })
  const keys = {
    privateKey: await subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']),
    publicKey: await subtle.importKey('spki', spki, algorithm, true, ['verify']),
  }
  return { keys, algorithm }
}

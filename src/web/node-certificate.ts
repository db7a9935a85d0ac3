import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { readIfThere, writeAtomic } from '../base/atomic-file.ts'
import { BmcError, messageOf } from '../base/errors.ts'
import type { CertificateWish, HttpsCertificate, NewKey } from '../redfish/https-certificate.ts'
import type { CertificateNames, KeyPair } from './certificate.ts'
import { certificateRequest } from './certificate-request.ts'
import type { KeptCertificates } from './kept-certificates.ts'
import { makeKey } from './private-key.ts'

/** What a client has put there; key and certificates in one file, which is replaced in one step. */
const INSTALLED = 'https-installed.pem'
/** Of the last request; its certificate is still to come. */
const REQUESTED = 'https-requested.key'

const block = /-----BEGIN ([A-Z0-9 ]+)-----[^-]+-----END \1-----/g

/** The certificate of one BMC: the lab's, which follows the BMC's names, until a client installs another. */
export class NodeCertificate implements HttpsCertificate {
  readonly #kept: KeptCertificates
  readonly #folder: string | undefined
  readonly #changed: (pair: KeyPair) => Promise<void>
  #pair: KeyPair
  #installed: boolean
  #requested: string | undefined

  private constructor(
    kept: KeptCertificates,
    folder: string | undefined,
    changed: (pair: KeyPair) => Promise<void>,
    pair: KeyPair,
    installed: boolean,
  ) {
    this.#kept = kept
    this.#folder = folder
    this.#changed = changed
    this.#pair = pair
    this.#installed = installed
    this.#requested = folder === undefined ? undefined : readIfThere(join(folder, REQUESTED))
  }

  /** `folder`: where the node keeps its state; `changed`: makes true what `pair` is. */
  static async open(
    kept: KeptCertificates,
    folder: string | undefined,
    names: CertificateNames,
    changed: (pair: KeyPair) => Promise<void>,
  ): Promise<NodeCertificate> {
    const text = folder === undefined ? undefined : readIfThere(join(folder, INSTALLED))
    const installed = text === undefined ? undefined : pairIn(text, [])
    const pair = installed ?? (await kept.of(folder, names))
    return new NodeCertificate(kept, folder, changed, pair, installed !== undefined)
  }

  get pair(): KeyPair {
    return this.#pair
  }

  current(): string {
    return this.#pair.certificate
  }

  /** The BMC has moved: the lab's authority vouches for its new addresses. */
  async follow(names: CertificateNames): Promise<void> {
    if (this.#installed) return
    const pair = await this.#kept.of(this.#folder, names)
    if (pair.certificate !== this.#pair.certificate) await this.#show(pair)
  }

  async request(wish: CertificateWish, key: NewKey | 'present'): Promise<string> {
    const made = key === 'present' ? this.#pair.key : await makeKey(key)
    const text = await requested(made, wish)
    if (key === 'present') return text
    if (this.#folder !== undefined) writeAtomic(join(this.#folder, REQUESTED), made)
    this.#requested = made
    return text
  }

  async replace(pem: string): Promise<void> {
    const here = [this.#requested, this.#pair.key].filter((one) => one !== undefined)
    const pair = pairIn(pem, here)
    if (pair === undefined) {
      throw new BmcError(
        'invalid-field',
        'no certificate in PEM for a key that is here: send one that was requested by GenerateCSR, or the private key with it',
      )
    }
    mustServe(pair)
    if (this.#folder !== undefined) writeAtomic(join(this.#folder, INSTALLED), `${pair.key}${pair.certificate}`)
    this.#installed = true
    if (pair.key === this.#requested) this.#forgetRequest()
    await this.#show(pair)
  }

  #forgetRequest(): void {
    this.#requested = undefined
    if (this.#folder !== undefined) rmSync(join(this.#folder, REQUESTED), { force: true })
  }

  async #show(pair: KeyPair): Promise<void> {
    this.#pair = pair
    await this.#changed(pair)
  }
}

/** Not everything that is text can be part of a name. */
async function requested(key: string, wish: CertificateWish): Promise<string> {
  try {
    return await certificateRequest(key, wish)
  } catch (error) {
    throw new BmcError('invalid-field', `no request can be made of these names: ${messageOf(error)}`, { cause: error })
  }
}

/** What a client installed is gone: the lab's certificate is shown at the next start. */
export function forgetInstalled(folder: string): void {
  for (const file of [INSTALLED, REQUESTED]) rmSync(join(folder, file), { force: true })
}

/** The certificates of a text, and the key that the first of them is for: one of the text, or of `keys`. */
function pairIn(text: string, keys: readonly string[]): KeyPair | undefined {
  const blocks = [...text.matchAll(block)]
  const certificates = blocks.filter(([, label]) => label === 'CERTIFICATE').map(([whole]) => `${whole}\n`)
  const own = blocks.filter(([, label]) => label.endsWith('PRIVATE KEY')).map(([whole]) => `${whole}\n`)
  const [first] = certificates
  if (first === undefined) return undefined
  const key = [...own, ...keys].find((one) => isKeyOf(one, first))
  return key === undefined ? undefined : { key, certificate: certificates.join('') }
}

function isKeyOf(key: string, certificate: string): boolean {
  try {
    const opened: KeyObject = createPrivateKey(key)
    return new X509Certificate(certificate).checkPrivateKey(opened)
  } catch {
    return false
  }
}

/** OpenSSL takes no key that is too short, and no chain that it cannot read. */
function mustServe({ key, certificate }: KeyPair): void {
  try {
    createSecureContext({ key, cert: certificate, minVersion: 'TLSv1.2' })
  } catch (error) {
    throw new BmcError('invalid-field', `TLS does not take this certificate: ${messageOf(error)}`, { cause: error })
  }
}

import { webcrypto } from 'node:crypto'
import type { Clock } from '../base/clock.ts'

/** A key and what vouches for it, as PEM. */
export interface KeyPair {
  readonly key: string
  readonly certificate: string
}

/** Who a certificate is for. */
export interface CertificateNames {
  readonly commonName: string
  readonly dns: readonly string[]
  readonly ip: readonly string[]
}

const DAY_MS = 86_400_000
const YEARS_MS = 3650 * DAY_MS
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** Loaded when the first certificate is made: most processes find theirs on disk, or need none. */
function library() {
  return import('./x509.ts')
}

/** One that can vouch for others. */
export async function makeAuthority(commonName: string, clock: Clock): Promise<KeyPair> {
  const { X509CertificateGenerator, BasicConstraintsExtension, KeyUsagesExtension, KeyUsageFlags } = await library()
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: nameOf(commonName),
    keys,
    ...times(clock),
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  })
  return { key: await pemOf(keys.privateKey), certificate: `${certificate.toString('pem')}\n` }
}

/** A server's, vouched for by an authority. */
export async function makeCertificate(authority: KeyPair, names: CertificateNames, clock: Clock): Promise<KeyPair> {
  const {
    X509Certificate,
    X509CertificateGenerator,
    BasicConstraintsExtension,
    ExtendedKeyUsage,
    ExtendedKeyUsageExtension,
    KeyUsagesExtension,
    KeyUsageFlags,
    SubjectAlternativeNameExtension,
  } = await library()
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const alternatives = [
    ...names.dns.map((value) => ({ type: 'dns' as const, value })),
    ...names.ip.map((value) => ({ type: 'ip' as const, value })),
  ]
  const certificate = await X509CertificateGenerator.create({
    subject: nameOf(names.commonName),
    issuer: new X509Certificate(authority.certificate).subject,
    publicKey: keys.publicKey,
    signingKey: await privateKey(authority.key),
    ...times(clock),
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(alternatives),
    ],
  })
  return { key: await pemOf(keys.privateKey), certificate: `${certificate.toString('pem')}\n` }
}

/** A day of the past is allowed for, since clocks differ. */
function times(clock: Clock) {
  const now = clock.now()
  return { notBefore: new Date(now - DAY_MS), notAfter: new Date(now + YEARS_MS) }
}

/** Blanks and commas have a meaning in a name. */
function nameOf(commonName: string) {
  return [{ CN: [commonName] }]
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64')
  const lines = der.match(/.{1,64}/g) ?? []
  return `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`
}

function privateKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64')
  return webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
}

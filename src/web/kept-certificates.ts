import { X509Certificate } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readIfThere, writeAtomic } from '../base/atomic-file.ts'
import type { Clock } from '../base/clock.ts'
import { type CertificateNames, type KeyPair, makeAuthority, makeCertificate } from './certificate.ts'

/** Where a lab's authority is kept: beside the nodes' folders, whose names do not begin with a dot. */
const AUTHORITY = '.ca'
const OF_NODE = 'https'

/**
 * The certificates of a lab's BMCs: one authority, made when the first of them is needed and kept, and a certificate a BMC. Whoever trusts
 * `.ca.pem` trusts all BMCs of the lab.
 */
export class KeptCertificates {
  readonly #folder: string | undefined
  readonly #clock: Clock
  #authority: Promise<KeyPair> | undefined

  /** Undefined: nothing is kept. */
  constructor(folder: string | undefined, clock: Clock) {
    this.#folder = folder
    this.#clock = clock
  }

  /** That of one BMC; made anew where the kept one is not for these names. */
  async of(nodeFolder: string | undefined, names: CertificateNames): Promise<KeyPair> {
    const path = nodeFolder && join(nodeFolder, OF_NODE)
    const kept = path === undefined ? undefined : readPair(path)
    if (kept !== undefined && isFor(kept.certificate, names, this.#clock.now())) return kept
    const made = await makeCertificate(await this.#made(), names, this.#clock)
    if (path !== undefined) writePair(path, made)
    return made
  }

  #made(): Promise<KeyPair> {
    this.#authority ??= this.#openAuthority()
    return this.#authority
  }

  async #openAuthority(): Promise<KeyPair> {
    const path = this.#folder && join(this.#folder, AUTHORITY)
    const kept = path && readPair(path)
    if (kept) return kept
    const made = await makeAuthority('bmcsim lab', this.#clock)
    // Another thread of this lab may have made one meanwhile: the first counts.
    const theirs = path && readPair(path)
    if (theirs) return theirs
    if (path) writePair(path, made)
    return made
  }
}

function readPair(path: string): KeyPair | undefined {
  const key = readIfThere(`${path}.key`)
  const certificate = readIfThere(`${path}.pem`)
  return key === undefined || certificate === undefined ? undefined : { key, certificate }
}

/** The key last: where it is there, the other is too. */
function writePair(path: string, { key, certificate }: KeyPair): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  writeAtomic(`${path}.pem`, certificate)
  writeAtomic(`${path}.key`, key)
}

function isFor(pem: string, { ip, dns }: CertificateNames, now: number): boolean {
  try {
    const certificate = new X509Certificate(pem)
    const all = [...ip.map((one) => certificate.checkIP(one)), ...dns.map((one) => certificate.checkHost(one))]
    return all.every((found) => found !== undefined) && Date.parse(certificate.validTo) > now
  } catch {
    return false
  }
}

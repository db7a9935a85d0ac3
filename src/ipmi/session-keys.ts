import { cutOut } from '../base/bytes.ts'
import type { AuthenticationName } from './cipher-suites.ts'
import type { Mac } from './mac.ts'

/** What both sides know of a login once RAKP 1 and 2 have passed; the input of every hash of the handshake. */
export interface RakpFacts {
  readonly authentication: AuthenticationName
  /** Remote console session ID, as bytes on the wire. */
  readonly consoleId: Uint8Array
  /** Managed system session ID, as bytes on the wire. */
  readonly managedId: Uint8Array
  readonly consoleRandom: Uint8Array
  readonly managedRandom: Uint8Array
  readonly guid: Uint8Array
  /** `identityOf` RAKP 1's. */
  readonly identity: Uint8Array
}

/**
 * With what most of the hashes end: the requested maximum privilege byte of RAKP 1 with its name-only bit, the length of the user
 * name, and the name.
 */
export function identityOf(role: number, userName: Uint8Array): Uint8Array {
  const identity = new Uint8Array(2 + userName.length)
  identity[0] = role
  identity[1] = userName.length
  for (let i = 0; i < userName.length; i++) identity[2 + i] = userName[i]
  return identity
}

/** Key exchange authentication code of RAKP 2 (IPMI 2.0 §13.31); `kuid` is keyed by the user's password, 20 bytes. */
export function rakp2Code(facts: RakpFacts, kuid: Mac): Uint8Array {
  const { consoleId, managedId, consoleRandom, managedRandom, guid } = facts
  return kuid(consoleId, managedId, consoleRandom, managedRandom, guid, facts.identity)
}

/** Key exchange authentication code of RAKP 3 (§13.31). */
export function rakp3Code(facts: RakpFacts, kuid: Mac): Uint8Array {
  return kuid(facts.managedRandom, facts.consoleId, facts.identity)
}

/** Session integrity key (§13.31); `kg` is keyed by K_g, or by the user's key where no K_g is set. */
export function sessionIntegrityKey(facts: RakpFacts, kg: Mac): Uint8Array {
  return kg(facts.consoleRandom, facts.managedRandom, facts.identity)
}

/** Bytes of the RAKP 4 integrity check value (§13.28.1, Table 13-17): the HMAC cut as the integrity algorithms cut it. */
const checkValueSize: Readonly<Record<AuthenticationName, number>> = {
  none: 0,
  'hmac-sha1': 12,
  'hmac-md5': 16,
  'hmac-sha256': 16,
}

/** Integrity check value of RAKP 4 (§13.31); `sik` is keyed by the session integrity key, here and below. */
export function rakp4CheckValue(facts: RakpFacts, sik: Mac): Uint8Array {
  return cutOut(sik(facts.consoleRandom, facts.managedId, facts.guid), 0, checkValueSize[facts.authentication])
}

const constants = [new Uint8Array(20).fill(1), new Uint8Array(20).fill(2)] as const

/** K1 signs packets, K2 encrypts them (§13.32). */
export function additionalKey(sik: Mac, which: 1 | 2): Uint8Array {
  return sik(constants[which - 1])
}

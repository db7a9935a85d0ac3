/** Algorithm numbers as Open Session carries them (IPMI 2.0 §13.28, Tables 13-17 to 13-19). */
export const Authentication = { none: 0, 'hmac-sha1': 1, 'hmac-md5': 2, 'hmac-sha256': 3 } as const
export const Integrity = { none: 0, 'hmac-sha1-96': 1, 'hmac-md5-128': 2, 'md5-128': 3, 'hmac-sha256-128': 4 } as const
export const Confidentiality = { none: 0, 'aes-cbc-128': 1 } as const

export type AuthenticationName = keyof typeof Authentication
export type IntegrityName = keyof typeof Integrity
export type ConfidentialityName = keyof typeof Confidentiality

export interface CipherSuite {
  readonly id: number
  readonly authentication: AuthenticationName
  readonly integrity: IntegrityName
  readonly confidentiality: ConfidentialityName
}

/**
 * The suites of Table 22-20 that this BMC can speak. Those with xRC4 (4, 5, 9, 10, 13, 14, 18, 19) are left out: no
 * client uses them and the cipher is broken.
 */
export const cipherSuites: readonly CipherSuite[] = [
  { id: 0, authentication: 'none', integrity: 'none', confidentiality: 'none' },
  { id: 1, authentication: 'hmac-sha1', integrity: 'none', confidentiality: 'none' },
  { id: 2, authentication: 'hmac-sha1', integrity: 'hmac-sha1-96', confidentiality: 'none' },
  { id: 3, authentication: 'hmac-sha1', integrity: 'hmac-sha1-96', confidentiality: 'aes-cbc-128' },
  { id: 6, authentication: 'hmac-md5', integrity: 'none', confidentiality: 'none' },
  { id: 7, authentication: 'hmac-md5', integrity: 'hmac-md5-128', confidentiality: 'none' },
  { id: 8, authentication: 'hmac-md5', integrity: 'hmac-md5-128', confidentiality: 'aes-cbc-128' },
  { id: 11, authentication: 'hmac-md5', integrity: 'md5-128', confidentiality: 'none' },
  { id: 12, authentication: 'hmac-md5', integrity: 'md5-128', confidentiality: 'aes-cbc-128' },
  { id: 15, authentication: 'hmac-sha256', integrity: 'none', confidentiality: 'none' },
  { id: 16, authentication: 'hmac-sha256', integrity: 'hmac-sha256-128', confidentiality: 'none' },
  { id: 17, authentication: 'hmac-sha256', integrity: 'hmac-sha256-128', confidentiality: 'aes-cbc-128' },
]

/** Best first: what a client should take, and what wins where it leaves the choice to us. */
export const preferredOrder: readonly number[] = [17, 3, 8, 12, 16, 2, 7, 11, 15, 1, 6, 0]

/** The same order, with the numbers of the algorithms beside each. */
export const preferredSuites = preferredOrder.flatMap((id) => {
  const suite = suiteById(id)
  if (suite === undefined) return []
  const authentication: number = Authentication[suite.authentication]
  const integrity: number = Integrity[suite.integrity]
  const confidentiality: number = Confidentiality[suite.confidentiality]
  return [{ suite, authentication, integrity, confidentiality }]
})

export function suiteById(id: number): CipherSuite | undefined {
  return cipherSuites.find((suite) => suite.id === id)
}

/** The suite of an algorithm triple, or undefined where no suite of ours combines them. */
export function suiteOf(authentication: number, integrity: number, confidentiality: number): CipherSuite | undefined {
  return cipherSuites.find(
    (suite) =>
      Authentication[suite.authentication] === authentication &&
      Integrity[suite.integrity] === integrity &&
      Confidentiality[suite.confidentiality] === confidentiality,
  )
}

/** The certificate that a BMC's HTTPS shows. web/ has it; app/ fills it in. */
export interface HttpsCertificate {
  /** PEM: its own, then those that vouch for it, as far as it shows them. */
  current(): string
  /** A request for a certificate (PKCS #10), as PEM. The key of `new` is made for it and kept until a certificate of it is there. */
  request(wish: CertificateWish, key: NewKey | 'present'): Promise<string>
  /**
   * Shows another one from the next connection on, and from then on: PEM, one or a chain, its private key with it or one of those that
   * are here. Rejects with a BmcError.
   */
  replace(pem: string): Promise<void>
}

/** Who a certificate is to be for. */
export interface CertificateWish {
  /** Short names of X.520 (`CN`, `O`, ...) and their values, in order. */
  readonly subject: readonly (readonly [name: string, value: string])[]
  readonly alternativeNames: readonly string[]
  /** Redfish's words (Certificate.KeyUsage). */
  readonly usage: readonly string[]
  readonly challengePassword: string | undefined
}

export type NewKey = { readonly kind: 'ec'; readonly curve: string } | { readonly kind: 'rsa'; readonly bits: number }

/** What Get Device ID answers (IPMI 2.0 §20.1), and the 16 GUID bytes as Get System GUID sends them. */
export interface IdentityConfig {
  readonly deviceId: number
  readonly deviceRevision: number
  readonly providesDeviceSdrs: boolean
  readonly firmwareMajor: number
  /** BCD, as on the wire. */
  readonly firmwareMinor: number
  readonly deviceSupport: number
  readonly manufacturerId: number
  readonly productId: number
  /** Four bytes of the maker's own about its firmware; undefined: none are sent. */
  readonly auxiliary?: Uint8Array | undefined
  readonly guid: Uint8Array | undefined
}

/** IPMI 1.5 authentication types (§13.6). */
export type AuthWord = 'none' | 'md2' | 'md5' | 'straight'

/**
 * The Redfish host interface (DSP0270): a network card of the machine whose other end is its BMC. These are what both ends have to agree
 * on. The addresses are link-local, so that they are in nobody's way.
 */
export const hostNetwork = {
  /** What the operating system is to give its card. */
  guest: '169.254.0.18',
  /** Where the BMC answers. */
  service: '169.254.0.17',
  prefix: 24,
  mask: '255.255.255.0',
  port: 443,
} as const

/** The two cards. */
export interface HostNicFacts {
  /** Of the one in the machine. */
  readonly mac: string
  readonly model: string
  /** Of the BMC's end. */
  readonly bmcMac: string
}

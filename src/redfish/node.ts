import type { Bmc } from '../bmc/bmc.ts'
import type { HttpsCertificate } from './https-certificate.ts'
import type { Layout } from './layout.ts'

/** One node as Redfish shows it: its BMC, and what the BMC cannot know of itself. app/ fills it in. */
export interface RedfishNode {
  readonly name: string
  readonly bmc: Bmc
  /** UUID text. */
  readonly uuid: string
  /** The last parts of the paths of its three resources. */
  readonly ids: { readonly system: string; readonly manager: string; readonly chassis: string }
  /** How its maker lays things out. */
  readonly layout: Layout
  readonly identity: HardwareIdentity
  /** Its place in a cabinet, like x1000c0s0b0n0. */
  readonly xname?: string | undefined
  /** As it is at this moment. */
  readonly doors: () => Doors
  /** Missing: it has none. */
  readonly console?: ConsoleText | undefined
  /** Missing: it has none that could be seen or changed. */
  readonly https?: (() => HttpsCertificate) | undefined
  /** Forgets what clients have set, and begins anew; the machine goes on. Missing: it cannot. */
  readonly resetToDefaults?: ((kept: 'nothing' | 'network' | 'network and users') => void) | undefined
  /** Fetches an image of firmware by http or https, as it arrives. Missing: none can be fetched. */
  readonly openImage?: (image: RemoteImage, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>
}

export interface RemoteImage {
  readonly uri: string
  readonly userName: string | undefined
  readonly password: string | undefined
}

/** What a serial console said. */
export interface ConsoleText {
  /** Lines that it keeps. */
  readonly most: number
  readonly lines: readonly string[]
  /** Forgets it. */
  clear(): void
}

/** What is on the name plate. */
export interface HardwareIdentity {
  readonly manufacturer: string
  readonly model: string
  readonly serialNumber: string
  readonly partNumber: string
}

/** Where the BMC is reached. */
export interface Doors {
  /** TCP port of HTTPS, or undefined for none. */
  readonly https: number | undefined
  readonly http: number | undefined
  /** UDP port of IPMI. */
  readonly ipmi: number | undefined
  /** Whether it can be found by SSDP. */
  readonly ssdp: boolean
  /** How somebody at this machine gets at the console, as a command line. */
  readonly consoleCommand: string
  /** The name that the manager has on its network. */
  readonly hostName: string
}

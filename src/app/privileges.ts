import { readFileSync } from 'node:fs'
import { SetupError } from '../base/errors.ts'
import type { NetworkConfig, NodeConfig } from '../config/config.ts'
import { isRealQemu } from './machines.ts'

/** capabilities(7), by their bit. */
const bits = { CAP_NET_ADMIN: 12, CAP_SYS_ADMIN: 21 } as const
type Capability = keyof typeof bits

interface Need {
  readonly capability: Capability
  /** `network lan: makes the bridge br0` */
  readonly what: string
}

/** Throws a SetupError with all that this lab does to this machine and this process may not do, before anything of it is done. */
export function mustBeAllowed(
  nodes: readonly NodeConfig[],
  networks: readonly NetworkConfig[],
  has: (capability: Capability) => boolean = childHas,
): void {
  const missing = [...networks.flatMap(needsOfNetwork), ...nodes.flatMap(needsOfNode)].filter(
    ({ capability }) => !has(capability),
  )
  if (missing.length === 0) return
  const names = [...new Set(missing.map(({ capability }) => capability))].join(' and ')
  const whats = [...new Set(missing.map(({ what }) => what))].map((what) => `  ${what}`)
  throw new SetupError(
    [
      `this lab changes the network of this machine, which needs root (${names}):`,
      ...shortened(whats),
      'Start it with sudo. Without root there are networks of kind segment and user, and BMCs at addresses of this machine.',
    ].join('\n'),
  )
}

/** What a network is for the machine that it is made on, in a line; also for `bmcsim up --plan`. */
export function networkText(network: NetworkConfig): string {
  switch (network.kind) {
    case 'user':
      return "QEMU's own"
    case 'segment':
      return 'a switch in this process'
    case 'bridge':
    case 'isolated':
      return [
        network.mayBeThere
          ? `the bridge ${network.bridge}, made where it is not there`
          : `makes the bridge ${network.bridge}`,
        ...network.addresses.map(({ address, prefix }) => `${address}/${prefix}`),
        ...(network.mtu === undefined ? [] : [`mtu ${network.mtu}`]),
        ...(network.uplink === undefined ? [] : [uplinkText(network.uplink)]),
        ...(network.nat ? ['NAT, with net.ipv4.ip_forward on'] : []),
      ].join(', ')
  }
}

function uplinkText({
  interface: device,
  vlan,
  moveAddresses,
}: {
  interface: string
  vlan?: number | undefined
  moveAddresses: boolean
}) {
  const port = vlan === undefined ? device : `VLAN ${vlan} of ${device}`
  return `uplink ${port}${moveAddresses ? ' with its addresses' : ''}`
}

function needsOfNetwork(network: NetworkConfig): Need[] {
  if (network.kind !== 'bridge' && network.kind !== 'isolated') return []
  // One that is there is looked at, and nothing else.
  if (network.mayBeThere && !network.nat && network.addresses.length === 0 && network.uplink === undefined) return []
  return [{ capability: 'CAP_NET_ADMIN', what: `network ${network.name}: ${networkText(network)}` }]
}

function needsOfNode({ name, machine, channels }: NodeConfig): Need[] {
  const nics = machine.kind === 'qemu' ? machine.nics : []
  const taps = nics.some(({ plug }) => plug.kind === 'bridge') && isRealQemu(machine)
  const needs: Need[] = taps ? [{ capability: 'CAP_NET_ADMIN', what: `${name}: a tap for each NIC on a bridge` }] : []
  if (channels.every(({ namespace }) => namespace === undefined)) return needs
  const what = `${name}: a network namespace for its BMC`
  return [...needs, { capability: 'CAP_NET_ADMIN', what }, { capability: 'CAP_SYS_ADMIN', what }]
}

const MOST_LINES = 8

function shortened(lines: readonly string[]): string[] {
  if (lines.length <= MOST_LINES) return [...lines]
  return [...lines.slice(0, MOST_LINES - 1), `  and ${lines.length - MOST_LINES + 1} more like these`]
}

/** What programs that we start have of it: `ip` and QEMU do it, not we. */
function childHas(capability: Capability): boolean {
  const status = readFileSync('/proc/self/status', 'utf8')
  const set = (name: string) => BigInt(`0x${new RegExp(`^${name}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1] ?? '0'}`)
  const given = process.geteuid?.() === 0 ? set('CapEff') & set('CapBnd') : set('CapAmb')
  return (given & (1n << BigInt(bits[capability]))) !== 0n
}

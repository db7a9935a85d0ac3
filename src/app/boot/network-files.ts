import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { ipv4Number, maskOfPrefix, subnetOf } from '../../base/ipv4.ts'
import type { NodeConfig } from '../../config/config.ts'
import type { NetworkBootConfig, OwnAddressConfig, ServicesConfig } from '../../config/services.ts'
import type { BootTask, DhcpTask, LeaseHost } from '../../net/services/dnsmasq-config.ts'
import type { ServedFiles } from '../http/node-shelf.ts'
import { findIpxe } from './ipxe-programs.ts'
import { firstScript } from './ipxe-script.ts'

/** What of a network's services is files: in which folder they are kept, and what is in them. */
export function networkFiles(folder: string) {
  return {
    configuration: join(folder, 'dnsmasq.conf'),
    hosts: join(folder, 'hosts'),
    leases: join(folder, 'leases'),
    tftp: join(folder, 'tftp'),
  } as const
}

export function dhcpTask({ dhcp, own }: ServicesConfig): DhcpTask | undefined {
  return dhcp && own && { ...dhcp, netmask: maskOfPrefix(own.prefix) }
}

/** What may be said by DHCP (RFC 1123 §2.1), and the underline that dnsmasq takes as well. */
const hostName = /^[a-z0-9][a-z0-9_-]*(\.[a-z0-9_-]+)*$/i

/** By which names, and for whom, the nodes' NICs on `network` are known. The first NIC of a node has its address. */
export function leaseHostsOf(network: string, own: OwnAddressConfig, nodes: readonly NodeConfig[]): LeaseHost[] {
  return nodes.flatMap(({ name, address, machine }) => {
    const nics = machine.kind === 'command' ? [] : machine.nics
    return nics
      .filter(({ plug }) => 'network' in plug && plug.network === network)
      .slice(0, 1)
      .map(({ mac }) => ({
        mac,
        name: hostName.test(name) ? name : undefined,
        address: address !== undefined && isIn(address, own) ? address : undefined,
      }))
  })
}

function isIn(address: string, { address: ours, prefix }: OwnAddressConfig): boolean {
  return /^\d+(\.\d+){3}$/.test(address) && ipv4Number(subnetOf(address, prefix)) === ipv4Number(subnetOf(ours, prefix))
}

/** What firmware is told to fetch. Where it is not iPXE, it is told to fetch iPXE, as far as that is on this machine. */
export function bootTask(
  boot: NetworkBootConfig | undefined,
  { address, httpPort }: OwnAddressConfig,
  scripts: boolean,
  tftp: string,
): BootTask {
  const site = `http://${address}${httpPort === 80 ? '' : `:${httpPort}`}`
  const ipxe = (program: 'ipxe.efi' | 'undionly.kpxe') =>
    scripts && findIpxe(program) !== undefined ? program : undefined
  const efi = ipxe('ipxe.efi')
  return {
    bios: boot?.bios ?? ipxe('undionly.kpxe'),
    uefi: boot?.uefi ?? efi,
    http: boot?.http ?? (efi && `${site}/${efi}`),
    script: scripts ? `${site}/boot.ipxe` : undefined,
    // Boot programs look for more beside them; iPXE alone needs no folder of the user's.
    tftpFolder: boot?.folder !== undefined && (boot.bios ?? boot.uefi) !== undefined ? boot.folder : tftp,
  }
}

/** A folder for TFTP with iPXE in it. */
export function makeTftpFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const program of ['ipxe.efi', 'undionly.kpxe'] as const) {
    const path = findIpxe(program)
    if (path !== undefined) symlinkSync(path, join(folder, program))
  }
}

/** What is there for every node of a network. */
export function commonFiles(): ServedFiles {
  const efi = findIpxe('ipxe.efi')
  return new Map([
    ['boot.ipxe', { kind: 'text', text: firstScript }],
    ...(efi === undefined ? [] : [['ipxe.efi', { kind: 'file', path: efi }] as const]),
  ])
}

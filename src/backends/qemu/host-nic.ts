import { writeFileSync } from 'node:fs'
import { type HostNicFacts, hostNetwork } from '../../machine/host-interface.ts'
import { smbiosHostInterface } from '../../machine/smbios-host-interface.ts'

/** The card whose other end is the BMC (the Redfish host interface, DSP0270). */
export interface HostNicOptions {
  readonly mac: string
  /** Of the Redfish service, UUID text. */
  readonly serviceUuid: string
  /** Of the BMC. */
  readonly hostName: string
  /** Where the BMC's end listens: a unix socket. */
  readonly socketPath: string
  /** A program that carries a connection from its standard input to a socket, whose path is its last argument. */
  readonly relay: readonly string[]
}

/** What its firmware says of it, and what carries the guest's connections. */
export interface HostNicFiles {
  readonly smbios: string
  readonly hostRelay: string
}

/** How the guest finds its BMC, as QemuOptions has it. */
interface IpmiFacts {
  readonly ipmi: string
  readonly ipmiSocketPath: string | undefined
}

/** What QEMU calls it. OVMF has no driver of its own for it, and it gets no ROM: nobody boots from here. */
export const hostNicId = 'hostnic0'
const MODEL = 'e1000'
/** Behind the slots that QEMU gives by itself, and before those of the chipset: it moves no other card. */
const SLOT = 0x1e
const identity = { vendor: 0x8086, device: 0x100e, subsystemVendor: 0x1af4, subsystem: 0x1100, slot: SLOT } as const
/** No structure of QEMU's own has this handle, and its only one of type 38 has the other (seen with 7.2). */
const SMBIOS_HANDLE = 0x2a00
const IPMI_HANDLE = 0x3000
/** Of those that QEMU's own network answers for (libslirp): two bytes of its own, and the address. */
const SLIRP_PREFIX = '52:55'

export function hostNicFacts({ mac }: HostNicOptions): HostNicFacts {
  const address = hostNetwork.service.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))
  return { mac, model: MODEL, bmcMac: [SLIRP_PREFIX, ...address].join(':') }
}

/**
 * QEMU's own network, and nothing in it but the BMC's HTTPS. For each connection there QEMU runs a program, since it can join only one to
 * a socket. A guest that asks for an address by DHCP gets the one that type 42 names, and no gateway.
 */
export function hostNicArguments({ mac }: HostNicOptions, files: HostNicFiles): string[] {
  const { guest, service, prefix, port } = hostNetwork
  const other = (last: number) => service.replace(/\d+$/, String(last))
  const network = [
    ...['user,id=hostnet0,restrict=on', `net=${other(0)}/${prefix}`, `host=${other(2)}`, `dns=${other(3)}`],
    ...[`dhcpstart=${guest}`, `guestfwd=tcp:${service}:${port}-cmd:/bin/sh ${escaped(quoted(files.hostRelay))}`],
  ]
  return [
    ...['-netdev', network.join(',')],
    ...['-device', `${MODEL},id=${hostNicId},netdev=hostnet0,mac=${mac},addr=0x${SLOT.toString(16)},romfile=`],
    ...['-smbios', `file=${escaped(files.smbios)}`],
  ]
}

/** What QEMU finds through its arguments; the program may be another one than when a QEMU that is adopted was started. */
export function writeHostNicFiles(nic: HostNicOptions, vm: IpmiFacts, files: HostNicFiles): void {
  const { mac, serviceUuid, hostName, socketPath, relay } = nic
  const { guest: guestAddress, service: serviceAddress, mask, port } = hostNetwork
  const table = smbiosHostInterface({
    ...{ handle: SMBIOS_HANDLE, card: { ...identity, mac }, bootstrap: bootstrapHandle(vm) },
    ...{ serviceUuid, guestAddress, serviceAddress, mask, port, hostName },
  })
  writeFileSync(files.smbios, table, { mode: 0o600 })
  // Whatever is said there would be said to the guest.
  const program = `exec ${[...relay, socketPath].map(quoted).join(' ')} 2>/dev/null\n`
  writeFileSync(files.hostRelay, program, { mode: 0o600 })
}

/** Where the guest's firmware says that a login can be had. */
function bootstrapHandle({ ipmi, ipmiSocketPath }: IpmiFacts): number | 'unknown' | undefined {
  if (ipmiSocketPath === undefined) return undefined
  return ipmi.startsWith('pci-') ? 'unknown' : IPMI_HANDLE
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}

/** A comma inside a value of QEMU's `key=value,...` lists is written twice. */
function escaped(value: string): string {
  return value.replaceAll(',', ',,')
}

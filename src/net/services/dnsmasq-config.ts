/** What one dnsmasq does on one network (dnsmasq(8) has every word). */
export interface DnsmasqTask {
  /** Of the lab file, for whoever reads what was written. */
  readonly network: string
  readonly interface: string
  /** Ours on it. */
  readonly address: string
  /** Undefined: somebody else leases addresses there. */
  readonly dhcp: DhcpTask | undefined
  readonly boot: BootTask | undefined
  /** Routers are made known, of this prefix (`fd00:1:2:3::`), though nothing is routed: iPXE would wait for one. Undefined: no IPv6 there. */
  readonly announced: string | undefined
  /** Where it keeps leases, and where `leaseHosts` is. */
  readonly leaseFile: string
  readonly hostsFile: string
}

export interface DhcpTask {
  readonly first: string
  readonly last: string
  readonly netmask: string
  readonly leaseS: number
  /** Undefined: there is no way out. */
  readonly gateway: string | undefined
  /** `self`: names of the nodes are answered here, and others passed on to this machine's own servers. */
  readonly dns: 'self' | readonly string[]
  readonly domain: string | undefined
}

/** What is told to those who boot from the network, by how they came (RFC 4578 §2.1, RFC 5970 §3.3). */
export interface BootTask {
  /** A name in the folder of TFTP, or a URL. */
  readonly bios: string | undefined
  readonly uefi: string | undefined
  /** A URL. */
  readonly http: string | undefined
  /** What iPXE is told, where the above does not say. */
  readonly script: string | undefined
  readonly tftpFolder: string
}

/** An address or a name that is always the same one's. */
export interface LeaseHost {
  readonly mac: string
  /** Undefined: it has none that DHCP could give. */
  readonly name: string | undefined
  readonly address: string | undefined
}

/** The file that dnsmasq is started with. */
export function dnsmasqConfig(task: DnsmasqTask): string {
  const { network, address, dhcp, boot, announced } = task
  return `${[
    `# network ${network} of bmcsim: written at every start`,
    `interface=${task.interface}`,
    'bind-interfaces',
    'except-interface=lo',
    'log-facility=-',
    'no-hosts',
    ...(dhcp?.dns === 'self' ? ['domain-needed', 'bogus-priv'] : ['port=0']),
    ...(dhcp === undefined ? [] : dhcpLines(dhcp, task)),
    // A router that routes nothing: it ends iPXE's wait for one, and nobody takes it for a way out.
    ...(announced === undefined
      ? []
      : ['enable-ra', `dhcp-range=${announced},ra-only`, `ra-param=${task.interface},0,0`]),
    ...(boot === undefined ? [] : tftpLines(boot)),
    ...(boot === undefined || dhcp === undefined ? [] : bootLines(boot, address)),
  ].join('\n')}\n`
}

/** The file of leases that are somebody's; dnsmasq reads it again at SIGHUP. */
export function leaseHosts(hosts: readonly LeaseHost[]): string {
  return hosts
    .map(({ mac, address, name }) => [mac, address, name].filter((word) => word !== undefined))
    .filter((words) => words.length > 1)
    .map((words) => `${words.join(',')}\n`)
    .join('')
}

function dhcpLines(dhcp: DhcpTask, { leaseFile, hostsFile, address }: DnsmasqTask): readonly string[] {
  const { first, last, netmask, leaseS, gateway, dns, domain } = dhcp
  const servers = dns === 'self' ? [address] : dns
  return [
    'dhcp-authoritative',
    // An address that is leased is not in use by anybody else, and looking takes three seconds.
    'no-ping',
    `dhcp-range=${first},${last},${netmask},${leaseS}`,
    // Without a value nothing is said; left out, dnsmasq would name itself.
    `dhcp-option=option:router${gateway === undefined ? '' : `,${gateway}`}`,
    `dhcp-option=${['option:dns-server', ...servers].join(',')}`,
    ...(domain === undefined ? [] : [`domain=${domain}`, `local=/${domain}/`]),
    `dhcp-leasefile=${leaseFile}`,
    `dhcp-hostsfile=${hostsFile}`,
  ]
}

function tftpLines({ tftpFolder }: BootTask): readonly string[] {
  return ['enable-tftp', `tftp-root=${tftpFolder}`]
}

/** Client architectures: 0 a BIOS, 7 and 9 UEFI on x86-64, 16 the same by HTTP. iPXE says so by its user class. */
function bootLines({ bios, uefi, http, script }: BootTask, address: string): readonly string[] {
  const program = (tags: string, name: string | undefined) =>
    name === undefined ? [] : [`dhcp-boot=${tags},${name},,${address}`]
  const unlessScript = script === undefined ? '' : ',tag:!ipxe'
  return [
    'dhcp-match=set:bios,option:client-arch,0',
    'dhcp-match=set:uefi,option:client-arch,7',
    'dhcp-match=set:uefi,option:client-arch,9',
    'dhcp-match=set:http,option:client-arch,16',
    'dhcp-userclass=set:ipxe,iPXE',
    ...program('tag:ipxe', script),
    ...program(`tag:bios${unlessScript}`, bios),
    ...program(`tag:uefi${unlessScript}`, uefi),
    ...(http === undefined ? [] : ['dhcp-option-force=tag:http,option:vendor-class,HTTPClient']),
    ...program(`tag:http${unlessScript}`, http),
    // iPXE's own option no-pxedhcp: there is no second server, which it would wait for.
    'dhcp-option=encap:175,176,1',
  ]
}

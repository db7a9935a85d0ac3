import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type DnsmasqTask, dnsmasqConfig, leaseHosts } from '../../../../src/net/services/dnsmasq-config.ts'
import { tempFolder } from '../../../support/temp-folder.ts'
import { findTool, requireTool } from '../../../support/tools.ts'

const folder = tempFolder()
const dhcp = {
  first: '10.0.0.100',
  last: '10.0.0.199',
  netmask: '255.255.255.0',
  leaseS: 3600,
  gateway: undefined,
  dns: [],
  domain: undefined,
}
const boot = {
  bios: undefined,
  uefi: 'ipxe.efi',
  http: 'http://10.0.0.1/ipxe.efi',
  script: 'http://10.0.0.1/boot.ipxe',
  tftpFolder: folder,
}
const task: DnsmasqTask = {
  network: 'lan',
  interface: 'lan',
  address: '10.0.0.1',
  dhcp,
  boot,
  announced: 'fd00:1:2::',
  leaseFile: join(folder, 'leases'),
  hostsFile: join(folder, 'hosts'),
}
const lines = (change: Partial<DnsmasqTask> = {}) => dnsmasqConfig({ ...task, ...change }).split('\n')

describe('the configuration of dnsmasq', () => {
  it('names no way out and no DNS where there is none', () => {
    expect(lines()).toEqual(
      expect.arrayContaining(['port=0', 'dhcp-option=option:router', 'dhcp-option=option:dns-server']),
    )
  })

  it('names those that there are', () => {
    const own = { ...dhcp, gateway: '10.0.0.254', dns: ['10.0.0.53', '10.0.0.54'], domain: 'lab.test' }
    expect(lines({ dhcp: own })).toEqual(
      expect.arrayContaining([
        'dhcp-option=option:router,10.0.0.254',
        'dhcp-option=option:dns-server,10.0.0.53,10.0.0.54',
        'domain=lab.test',
      ]),
    )
    const self = lines({ dhcp: { ...dhcp, dns: 'self' } })
    expect(self).toContain('dhcp-option=option:dns-server,10.0.0.1')
    expect(self).not.toContain('port=0')
  })

  it('spares iPXE both of its waits: for a router, and for a second DHCP server', () => {
    expect(lines()).toEqual(
      expect.arrayContaining([
        'enable-ra',
        'dhcp-range=fd00:1:2::,ra-only',
        'ra-param=lan,0,0',
        'dhcp-option=encap:175,176,1',
      ]),
    )
    expect(lines({ announced: undefined })).not.toContain('enable-ra')
  })

  it('sends iPXE to its script, and all others to iPXE', () => {
    expect(lines().filter((line) => line.startsWith('dhcp-boot'))).toEqual([
      'dhcp-boot=tag:ipxe,http://10.0.0.1/boot.ipxe,,10.0.0.1',
      'dhcp-boot=tag:uefi,tag:!ipxe,ipxe.efi,,10.0.0.1',
      'dhcp-boot=tag:http,tag:!ipxe,http://10.0.0.1/ipxe.efi,,10.0.0.1',
    ])
    expect(lines()).toContain('dhcp-option-force=tag:http,option:vendor-class,HTTPClient')
  })

  it('sends all to a boot program where there is no script', () => {
    const programs = { ...boot, script: undefined, bios: 'pxelinux.0', uefi: undefined, http: undefined }
    expect(lines({ boot: programs }).filter((line) => line.startsWith('dhcp-boot'))).toEqual([
      'dhcp-boot=tag:bios,pxelinux.0,,10.0.0.1',
    ])
  })

  it('says nothing of booting where somebody else leases the addresses', () => {
    const alone = lines({ dhcp: undefined })
    expect(alone.filter((line) => /^dhcp-(boot|match|option)/.test(line))).toEqual([])
    expect(alone).toContain('enable-tftp')
  })

  it.skipIf(!requireTool('dnsmasq', 'dnsmasq-base'))('is understood by dnsmasq', () => {
    const path = join(folder, 'dnsmasq.conf')
    const own = { ...dhcp, gateway: '10.0.0.254', dns: 'self' as const, domain: 'lab.test' }
    for (const change of [{}, { dhcp: undefined }, { boot: undefined }, { dhcp: own }, { announced: undefined }]) {
      writeFileSync(path, dnsmasqConfig({ ...task, ...change }))
      const said = execFileSync(findTool('dnsmasq') ?? '', ['--test', `--conf-file=${path}`], { stdio: 'pipe' })
      expect(String(said)).toBe('')
    }
  })
})

describe('leases that are somebody’s', () => {
  it('are a line each', () => {
    const mac = '52:54:00:00:00:01'
    expect(
      leaseHosts([
        { mac, name: 'cn1', address: '10.0.0.11' },
        { mac, name: 'cn2', address: undefined },
        { mac, name: undefined, address: '10.0.0.13' },
        { mac, name: undefined, address: undefined },
      ]),
    ).toBe(`${mac},10.0.0.11,cn1\n${mac},cn2\n${mac},10.0.0.13\n`)
  })
})

import { expect, it } from 'vitest'
import { smbiosHostInterface } from '../../../src/machine/smbios-host-interface.ts'

const facts = {
  handle: 0x2a00,
  card: {
    vendor: 0x8086,
    device: 0x100e,
    subsystemVendor: 0x1af4,
    subsystem: 0x1100,
    slot: 0x1e,
    mac: '02:11:22:33:44:55',
  },
  bootstrap: 0x3000,
  serviceUuid: '00112233-4455-6677-8899-aabbccddeeff',
  guestAddress: '169.254.0.18',
  serviceAddress: '169.254.0.17',
  mask: '255.255.255.0',
  port: 443,
  hostName: 'cn01-bmc',
} as const

const zeros = (count: number) => '00'.repeat(count)

it('is the structure of SMBIOS type 42, field by field', () => {
  expect(Buffer.from(smbiosHostInterface(facts)).toString('hex')).toBe(
    [
      // type, length, handle; network host interface
      '2a 84 002a 40',
      // a PCI card v2 of 24 bytes: its own length, four ids, MAC, segment, bus, slot and function
      '18 05 18 8680 0e10 f41a 0011 021122334455 0000 00 f0',
      // a login by IPMI, and by which device
      '0100 0030',
      // one record of Redfish over IP
      '01 04 63 33221100 5544 7766 8899aabbccddeeff',
      // the guest's address: static, IPv4, its mask
      `01 01 a9fe0012 ${zeros(12)} ffffff00 ${zeros(12)}`,
      // the service's, its port, no VLAN, its name
      `01 01 a9fe0011 ${zeros(12)} ffffff00 ${zeros(12)} bb01 00000000 08 636e30312d626d63`,
      // no strings
      '0000',
    ]
      .join('')
      .replaceAll(' ', ''),
  )
})

it.each([
  ['no IPMI', undefined, '0000ffff'],
  ['an IPMI device that has no structure', 'unknown', '0100ffff'],
] as const)('says so where there is %s', (_, bootstrap, bytes) => {
  expect(Buffer.from(smbiosHostInterface({ ...facts, bootstrap }).subarray(26, 30)).toString('hex')).toBe(bytes)
})

it('has the length that its first bytes say, however long the name', () => {
  for (const length of [0, 1, 63, 128, 300]) {
    const bytes = smbiosHostInterface({ ...facts, hostName: 'x'.repeat(length) })
    expect(bytes.length).toBe(bytes[1] + 2)
    // The record's own length ends where the structure does.
    expect(32 + bytes[32] + 1).toBe(bytes[1])
  }
})

import { expect, test } from 'vitest'
import { uefiPath } from '../../../../src/backends/qemu/uefi-paths.ts'

const nic = (model: string, mac: string) => ({ model, mac, netdev: 'user' })
const hardware = {
  nics: [
    nic('virtio-net-pci', '52:54:00:00:00:0a'),
    nic('usb-net', '52:54:00:00:00:0b'),
    nic('e1000', '52:54:00:00:00:0c'),
  ],
  disks: ['a.img', 'b.img'],
  ipmi: 'pci-kcs',
  ipmiSocketPath: '/tmp/bmc.sock',
} as const

/** As `info pci` of a QEMU with these devices tells. */
test.each([
  ['pc', 3, 'Pci(0x1,0x1)/Ata(Secondary,Slave,0x0)'],
  ['q35', 2, 'Pci(0x1F,0x2)/Sata(0x5,0xFFFF,0x0)'],
] as const)('slots of %s are counted in the order of the command line', (machine, first, cd) => {
  const path = (id: string, kind: 'nic' | 'disk' | 'cdrom') => uefiPath({ ...hardware, machine }, { id, kind })
  expect(path('nic0', 'nic')).toBe(`PciRoot(0x0)/Pci(0x${first},0x0)/MAC(52540000000A,0x1)`)
  expect(path('nic1', 'nic')).toBeUndefined()
  expect(path('nic2', 'nic')).toBe(`PciRoot(0x0)/Pci(0x${first + 1},0x0)/MAC(52540000000C,0x1)`)
  expect(path('disk1', 'disk')).toBe(`PciRoot(0x0)/Pci(0x${first + 3},0x0)`)
  expect(path('vcd0', 'cdrom')).toBe(`PciRoot(0x0)/${cd}`)
})

test('a BMC that is no PCI device takes no slot', () => {
  const kcs = { ...hardware, ipmi: 'kcs', machine: 'q35' } as const
  expect(uefiPath(kcs, { id: 'nic0', kind: 'nic' })).toContain('Pci(0x1,0x0)')
})

import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inventoryOf } from '../../../../src/backends/qemu/inventory.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

const nic = (mac: string) => ({ model: 'virtio-net-pci', mac, netdev: 'user' })

test('what QEMU is given is what the machine has: sizes in bytes, MACs, and links that are down', () => {
  const folder = tempFolder()
  writeFileSync(join(folder, 'a.img'), '')
  truncateSync(join(folder, 'a.img'), 5_000_000)
  const made = inventoryOf(
    {
      ...{ cwd: folder, cpus: 3, memoryMiB: 256, machine: 'q35', firmware: 'uefi', ownDisk: undefined },
      ...{
        disks: ['a.img', 'missing.qcow2'],
        cdrom: 'a.img',
        nics: [nic('52:54:00:AA:00:01'), nic('52:54:00:aa:00:02')],
      },
    },
    'tcg',
    new Set([1]),
  )
  expect(made.processors).toMatchObject({ sockets: 1, coresPerSocket: 3, threadsPerCore: 1, instructionSet: 'x86-64' })
  expect(made.memoryMiB).toBe(256)
  expect(made.nics.map(({ mac, linkUp }) => [mac, linkUp])).toEqual([
    ['52:54:00:aa:00:01', true],
    ['52:54:00:aa:00:02', false],
  ])
  expect(made.drives.map(({ id, capacityBytes }) => [id, capacityBytes])).toEqual([
    ['disk0', 5_000_000],
    ['disk1', undefined],
    ['cd0', 5_000_000],
  ])
  expect(JSON.stringify(made)).not.toContain(folder)
  expect(made.firmware.kind).toBe('uefi')
})

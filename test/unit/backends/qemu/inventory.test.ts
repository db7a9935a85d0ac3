import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { qemuInventory } from '../../../../src/backends/qemu/inventory.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

describe('what QEMU is told to make', () => {
  it('has the size that a raw and a qcow2 disk give their guest', () => {
    const cwd = tempFolder()
    writeFileSync(join(cwd, 'a.img'), '')
    truncateSync(join(cwd, 'a.img'), 1_048_576)
    const head = Buffer.alloc(104)
    head.write('QFI\xfb', 'latin1')
    head.writeBigUInt64BE(42_949_672_960n, 24)
    writeFileSync(join(cwd, 'b.qcow2'), head)
    writeFileSync(join(cwd, 'short.qcow2'), 'QFI')
    const disks = ['a.img', 'b.qcow2', 'short.qcow2', 'c.vmdk', 'nbd://127.0.0.1/x']
    const nics = [{ model: 'e1000', mac: '52:54:00:00:00:01', netdev: 'user' }]
    const options = { firmware: 'bios', cpus: 3, memoryMiB: 256, nics, disks, cwd } as const
    const found = qemuInventory(options, 'tcg', new Set([0]))
    expect(found.drives.map(({ capacityBytes }) => capacityBytes)).toEqual([
      1_048_576,
      42_949_672_960,
      undefined,
      undefined,
      undefined,
    ])
    expect(found.processors).toMatchObject({ sockets: 1, cores: 3, threadsPerCore: 1 })
    expect(found.nics).toEqual([{ mac: '52:54:00:00:00:01', model: 'e1000', up: false }])
  })
})

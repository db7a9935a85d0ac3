import { describe, expect, it } from 'vitest'
import { bootables, bootIndex, bootPlan, needsAnotherQemu } from '../../../../src/backends/qemu/boot-order.ts'
import type { BootDevice } from '../../../../src/machine/machine.ts'

const nic = { model: 'e1000', mac: '52:54:00:00:00:01', netdev: 'user' }
const full = bootables({ nics: [nic, nic], disks: ['a.qcow2'], cdrom: 'b.iso' })
const choose = (device: BootDevice) => ({ device, efi: false, persistent: false })

describe('boot order of a QEMU machine', () => {
  it('is network, disks, CD where nothing was chosen', () => {
    expect(bootPlan(full, false, undefined).order).toEqual(['nic0', 'nic1', 'disk0', 'vcd0', 'cd0'])
  })

  it.each([
    ['pxe', ['nic0', 'nic1', 'disk0', 'vcd0', 'cd0']],
    ['disk', ['disk0', 'nic0', 'nic1', 'vcd0', 'cd0']],
    ['cdrom', ['vcd0', 'cd0', 'nic0', 'nic1', 'disk0']],
    ['remote-cdrom', ['vcd0', 'cd0', 'nic0', 'nic1', 'disk0']],
  ] as const)('puts what %s means first and keeps the rest in order', (device, order) => {
    expect(bootPlan(full, false, choose(device))).toEqual({ order, menu: false, direct: false, note: undefined })
  })

  it.each(['floppy', 'diagnostics', 'remote-disk'] as const)('keeps its own order for %s and says so', (device) => {
    const plan = bootPlan(full, true, choose(device))
    expect(plan.order).toEqual(['nic0', 'nic1', 'disk0', 'vcd0', 'cd0'])
    expect(plan.direct).toBe(true)
    expect(plan.note).toContain(device)
  })

  it('has a stick behind all else, and first where it is wanted', () => {
    const withStick = bootables({ nics: [nic], disks: ['a'], cdrom: undefined, usbDrive: true })
    expect(bootPlan(withStick, false, undefined).order).toEqual(['nic0', 'disk0', 'vcd0', 'vusb0'])
    for (const device of ['usb', 'floppy'] as const) {
      expect(bootPlan(withStick, false, choose(device))).toMatchObject({
        order: ['vusb0', 'nic0', 'disk0', 'vcd0'],
        note: undefined,
      })
    }
  })

  it('keeps its own order where the wanted kind of device is not there', () => {
    expect(bootPlan(bootables({ nics: [], disks: ['a'], cdrom: undefined }), false, choose('pxe'))).toMatchObject({
      order: ['disk0', 'vcd0'],
      note: expect.stringContaining('pxe'),
    })
  })

  it('starts a configured kernel unless a device was chosen', () => {
    expect(bootPlan(full, true, undefined).direct).toBe(true)
    expect(bootPlan(full, true, choose('none')).direct).toBe(true)
    expect(bootPlan(full, true, choose('disk')).direct).toBe(false)
  })

  it('shows the boot menu for setup', () => {
    expect(bootPlan(full, false, choose('bios-setup')).menu).toBe(true)
  })

  it.each([
    ['a kernel, then a device', undefined, choose('pxe'), true],
    ['a device, then the kernel', choose('pxe'), undefined, true],
    ['one device, then another', choose('pxe'), choose('disk'), false],
    ['the kernel twice', undefined, undefined, false],
    ['the menu, then the kernel', choose('bios-setup'), undefined, true],
    ['the menu twice: its key is pressed at the start', choose('bios-setup'), choose('bios-setup'), true],
  ])('needs another QEMU? %s', (_, started, wanted, answer) => {
    expect(needsAnotherQemu(bootPlan(full, true, started), bootPlan(full, true, wanted))).toBe(answer)
  })

  it('leaves bootindex 0 to the option ROM that starts a kernel', () => {
    const plan = bootPlan(full, true, undefined)
    expect(plan.order.map((id) => bootIndex(plan, id))).toEqual([1, 2, 3, 4, 5])
  })
})

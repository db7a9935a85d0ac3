import { expect, test } from 'vitest'
import { BootOptions } from '../../../../src/bmc/power/boot-options.ts'
import { BootOrder } from '../../../../src/bmc/power/boot-order.ts'
import { MemoryStore } from '../../../../src/bmc/store.ts'
import type { BootDeviceFacts } from '../../../../src/machine/machine.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { testBmc } from '../../../support/test-bmc.ts'

const bootDevices: readonly BootDeviceFacts[] = [
  { id: 'nic0', kind: 'nic' },
  { id: 'disk0', kind: 'disk' },
  { id: 'cd0', kind: 'cdrom' },
]

test('an order that is set is kept, and what it does not name follows as it was', () => {
  const store = new MemoryStore()
  const order = new BootOrder(store, { bootDevices })
  expect(order.forStart()).toBeUndefined()
  order.set(['cd0'])
  expect(new BootOrder(store, { bootDevices }).forStart()).toEqual(['cd0', 'nic0', 'disk0'])
  const more = [...bootDevices, { id: 'disk1', kind: 'disk' } as const]
  expect(new BootOrder(store, { bootDevices: more }).forStart()).toEqual(['cd0', 'nic0', 'disk0', 'disk1'])
  order.reset()
  expect(order.forStart()).toBeUndefined()
})

test('what is no boot device, or stands there twice, changes nothing', () => {
  const order = new BootOrder(new MemoryStore(), { bootDevices })
  for (const ids of [['nic7'], ['nic0', 'nic0']]) expect(() => order.set(ids)).toThrow()
  expect(order.forStart()).toBeUndefined()
})

test('every start is told of it, beside the choice for once', async () => {
  const { bmc, machine } = testBmc()
  machine.bootDevices = bootDevices
  bmc.bootOrder.set(['disk0'])
  bmc.boot.setHttpUri('http://h/a.efi')
  bmc.boot.setOverride({ enabled: 'once', device: 'uefi-http', efi: true })
  await bmc.power.control('power up', 'test')
  await bmc.power.control('hard reset', 'test')
  const order = ['disk0', 'nic0', 'cd0']
  expect(machine.asked).toEqual([
    {
      verb: 'powerOn',
      options: { boot: { device: 'uefi-http', efi: true, persistent: false, uri: 'http://h/a.efi' }, order },
    },
    { verb: 'reset', options: { boot: undefined, order } },
  ])
})

test('what only Redfish can choose is the nearest of IPMI for IPMI, and gone when IPMI chooses', () => {
  const boot = new BootOptions(new FakeClock(), new MemoryStore())
  boot.setOverride({ enabled: 'continuous', device: 'uefi-http', efi: true })
  expect(boot.override).toEqual({ enabled: 'continuous', device: 'uefi-http', efi: true })
  expect(boot.parameter(5, 0)?.data).toEqual(Uint8Array.of(0xe0, 0x04, 0, 0, 0))
  boot.set(5, false, Uint8Array.of(0x80, 0x08, 0, 0, 0))
  expect(boot.override).toEqual({ enabled: 'once', device: 'disk', efi: false })
  boot.setTarget('nic1')
  boot.setOverride({ enabled: 'once', device: 'uefi-target', efi: true })
  expect(boot.takeForStart()).toEqual({ device: 'uefi-target', efi: true, persistent: false, target: 'nic1' })
  expect(boot.override).toEqual({ enabled: 'disabled', device: 'uefi-target', efi: true })
})

test('a USB stick is removable media for IPMI, in whatever mode, and what IPMI calls so is a floppy', () => {
  const boot = new BootOptions(new FakeClock(), new MemoryStore())
  boot.setOverride({ enabled: 'once', device: 'usb', efi: false })
  expect(boot.override).toEqual({ enabled: 'once', device: 'usb', efi: false })
  expect(boot.parameter(5, 0)?.data).toEqual(Uint8Array.of(0x80, 0x3c, 0, 0, 0))
  expect(boot.takeForStart()).toEqual({ device: 'usb', efi: false, persistent: false })
  boot.set(5, false, Uint8Array.of(0x80, 0x3c, 0, 0, 0))
  expect(boot.override.device).toBe('floppy')
})

test('a URI is one of HTTP, a target has a name, and both mean UEFI', () => {
  const boot = new BootOptions(new FakeClock(), new MemoryStore())
  for (const uri of ['ftp://h/', 'http://', 'x', 'http://h/a b', `http://h/${'x'.repeat(2000)}`]) {
    expect(() => boot.setHttpUri(uri), uri).toThrow()
  }
  expect(() => boot.setOverride({ enabled: 'once', device: 'uefi-target', efi: true })).toThrow()
  expect(boot.override.enabled).toBe('disabled')
  boot.setOverride({ enabled: 'once', device: 'uefi-http', efi: false })
  expect(boot.override.efi).toBe(true)
})

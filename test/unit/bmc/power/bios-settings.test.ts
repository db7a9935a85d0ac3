import { expect, test } from 'vitest'
import { BiosSettings } from '../../../../src/bmc/power/bios-settings.ts'
import { MemoryStore } from '../../../../src/bmc/store.ts'
import type { MachineSettings, SettingsFacts } from '../../../../src/machine/settings.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { testBmc } from '../../../support/test-bmc.ts'

const initial: MachineSettings = {
  ...{ bootMode: 'bios', serialRedirection: true, memoryMiB: 64, processors: 1, secureBoot: false },
}
const settings: SettingsFacts = {
  ...{ initial, memoryMiB: { least: 16, most: 1024 }, mostProcessors: 8, noUefi: undefined, noSecureBoot: undefined },
}

test('what is set waits for the next start, and is what the machine has from then on', async () => {
  const { bmc, machine } = testBmc()
  machine.settings = settings
  const bios = bmc.biosSettings
  await bmc.power.control('power up', 'test')
  expect(machine.asked.at(-1)?.options).toEqual({ boot: undefined })
  bios.set({ memoryMiB: 128 })
  bios.set({ processors: 2 })
  const wanted = { ...initial, memoryMiB: 128, processors: 2 }
  expect([bios.current, bios.pending]).toEqual([initial, wanted])
  await bmc.power.control('hard reset', 'test')
  expect(machine.asked.at(-1)?.options).toEqual({ boot: undefined, settings: wanted })
  expect([bios.current, bios.pending]).toEqual([wanted, undefined])
  bios.reset()
  await bmc.power.control('hard reset', 'test')
  expect([bios.current, bios.pending]).toEqual([initial, undefined])
})

test('a start that fails leaves them waiting', async () => {
  const { bmc, machine } = testBmc()
  machine.settings = settings
  bmc.biosSettings.set({ memoryMiB: 512 })
  machine.failure = new Error('no memory')
  await expect(bmc.power.control('power up', 'test')).rejects.toThrow('no memory')
  expect(bmc.biosSettings.current?.memoryMiB).toBe(64)
  expect(bmc.biosSettings.pending?.memoryMiB).toBe(512)
  expect(bmc.biosSettings.outcome).toEqual({ at: bmc.clock.now(), failure: 'no memory' })
  await bmc.power.control('power up', 'test')
  expect(bmc.biosSettings.outcome).toEqual({ at: bmc.clock.now(), failure: undefined })
})

test('a guest that restarts itself takes up what waits, once', async () => {
  const { bmc, machine } = testBmc()
  machine.settings = settings
  machine.bootDevices = [
    { id: 'nic0', kind: 'nic' },
    { id: 'disk0', kind: 'disk' },
  ]
  const settled = () => bmc.power.control('power up', 'test')
  await settled()
  machine.wasReset()
  await settled()
  expect(machine.verbs).toEqual(['powerOn'])
  expect(bmc.power.restartCause).toBe('soft reset')

  bmc.biosSettings.set({ processors: 2 })
  machine.wasReset()
  await settled()
  expect(machine.asked.at(-1)).toMatchObject({ verb: 'reset', options: { settings: { processors: 2 } } })
  bmc.boot.setOverride({ enabled: 'once', device: 'pxe', efi: false })
  machine.wasReset()
  await settled()
  expect(machine.asked.at(-1)?.options?.boot).toMatchObject({ device: 'pxe', persistent: false })
  expect(bmc.boot.override.enabled).toBe('disabled')
  bmc.bootOrder.set(['disk0'])
  machine.wasReset()
  await settled()
  expect(machine.asked.at(-1)?.options?.order).toEqual(['disk0', 'nic0'])
  bmc.boot.setOverride({ enabled: 'continuous', device: 'disk', efi: false })
  machine.wasReset()
  await settled()
  expect(machine.verbs).toHaveLength(5)
  machine.wasReset()
  await settled()
  expect(machine.verbs).toHaveLength(5)
})

test('what is set back to what is does not wait, and a reset to defaults is called off by it', () => {
  const bios = new BiosSettings(new FakeClock(), new MemoryStore(), { settings })
  bios.set({ processors: 4 })
  bios.set({ processors: 1 })
  expect(bios.pending).toBeUndefined()
  bios.set({ processors: 4 })
  bios.applied()
  bios.reset()
  expect([bios.resetPending, bios.pending]).toEqual([true, initial])
  bios.set({ memoryMiB: 128 })
  expect([bios.resetPending, bios.pending]).toEqual([true, { ...initial, memoryMiB: 128 }])
  bios.set({ processors: 4, memoryMiB: 64 })
  expect([bios.resetPending, bios.pending]).toEqual([false, undefined])
  bios.reset()
  bios.applied()
  expect([bios.resetPending, bios.current]).toEqual([false, initial])
})

test('what cannot be is refused whole, with a reason', () => {
  const bios = new BiosSettings(new FakeClock(), new MemoryStore(), {
    settings: { ...settings, noSecureBoot: 'wants q35' },
  })
  const refused = [
    [{ memoryMiB: 8 }, 'out-of-range'],
    [{ memoryMiB: 2048 }, 'out-of-range'],
    [{ memoryMiB: 64.5 }, 'out-of-range'],
    [{ processors: 9, memoryMiB: 100 }, 'out-of-range'],
    [{ secureBoot: true }, 'invalid-field'],
    [{ secureBoot: true, bootMode: 'uefi' }, 'not-supported'],
    [{ serialRedirection: false, bootMode: 'uefi' }, 'invalid-field'],
  ] as const
  for (const [change, reason] of refused) {
    expect(() => bios.set(change), JSON.stringify(change)).toThrow(expect.objectContaining({ reason }))
  }
  expect(bios.pending).toBeUndefined()
  expect(() => new BiosSettings(new FakeClock(), new MemoryStore(), {}).set({})).toThrow()
})

test('what was not set follows the configuration', () => {
  const store = new MemoryStore()
  const bios = new BiosSettings(new FakeClock(), store, { settings })
  bios.set({ processors: 4 })
  bios.applied()
  const other = { ...settings, initial: { ...initial, memoryMiB: 256 } }
  expect(new BiosSettings(new FakeClock(), store, { settings: other }).forStart()).toMatchObject({
    processors: 4,
    memoryMiB: 256,
  })
})

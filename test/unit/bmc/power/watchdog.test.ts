import { expect, test } from 'vitest'
import type { WatchdogSettings } from '../../../../src/bmc/power/watchdog.ts'
import { loggedEvents, testBmc } from '../../../support/test-bmc.ts'

const settings: WatchdogSettings = {
  use: 'SMS/OS',
  dontLog: false,
  action: 'hard reset',
  interrupt: 'none',
  preTimeoutS: 0,
  countdown: 50,
}

/** A machine that runs, its watchdog, and the events that were logged, as their three data bytes. */
async function running() {
  const parts = testBmc()
  const events = loggedEvents(parts.bmc)
  await parts.bmc.power.control('power up', 'test')
  return { ...parts, events, watchdog: parts.bmc.watchdog }
}

/** Until everything that was asked of the machine has been done. */
const settled = (bmc: Awaited<ReturnType<typeof running>>['bmc']) => bmc.power.control('power up', 'test')

test('set alone does not start it; there is no timer while it stands', async () => {
  const { watchdog, clock } = await running()
  expect(watchdog.restart()).toBe(false)
  watchdog.set(settings, false, [])
  expect([watchdog.running, watchdog.present, clock.waiting]).toEqual([false, 50, 0])
  clock.advance(60_000)
  expect(watchdog.present).toBe(50)
})

test('it counts in steps of 100 ms, and a restart begins anew', async () => {
  const { watchdog, clock, machine } = await running()
  watchdog.set(settings, false, [])
  expect(watchdog.restart()).toBe(true)
  expect(watchdog.present).toBe(50)
  clock.advance(4_900)
  expect(watchdog.present).toBe(1)
  watchdog.restart()
  clock.advance(4_999)
  expect([watchdog.running, watchdog.present, clock.waiting]).toEqual([true, 1, 1])
  expect(machine.verbs).toEqual(['powerOn'])
})

test.each([
  ['none', [], 'unknown', 0xc0],
  ['hard reset', ['reset'], 'watchdog', 0xc1],
  ['power down', ['powerOff'], undefined, 0xc2],
  ['power cycle', ['powerOff', 'powerOn'], 'watchdog', 0xc3],
] as const)('expired with action %s', async (action, verbs, cause, data1) => {
  const { bmc, watchdog, clock, machine, events } = await running()
  watchdog.set({ ...settings, action }, false, [])
  watchdog.restart()
  clock.advance(5_000)
  expect([watchdog.running, watchdog.present, watchdog.hasExpired('SMS/OS'), watchdog.hasExpired('OEM')]).toEqual([
    false,
    0,
    true,
    false,
  ])
  await expect.poll(() => machine.verbs.slice(1)).toEqual(verbs)
  if (cause === 'watchdog') await expect.poll(() => bmc.power.restartCause).toBe(cause)
  expect(events).toEqual([{ sensorType: 0x23, sensorNumber: 0x03, eventType: 0x6f, data: [data1, 0x04, 0xff] }])
})

test('the NMI comes before the end, is logged, and cannot be taken back by a restart', async () => {
  const { watchdog, clock, machine, events } = await running()
  watchdog.set({ ...settings, interrupt: 'nmi', preTimeoutS: 2, action: 'power down', use: 'OS load' }, false, [])
  watchdog.restart()
  clock.advance(2_999)
  expect(events).toEqual([])
  clock.advance(1)
  expect(events[0].data).toEqual([0xc8, 0x23, 0xff])
  await expect.poll(() => machine.verbs).toEqual(['powerOn', 'nmi'])
  expect(() => watchdog.restart()).toThrow(expect.objectContaining({ reason: 'wrong-state' }))
  expect(watchdog.present).toBe(20)
  clock.advance(2_000)
  expect(events[1].data).toEqual([0xc2, 0x23, 0xff])
  await expect.poll(() => machine.power).toBe('off')
})

test('the messaging interrupt is a message flag; setting the watchdog anew clears it', async () => {
  const { bmc, watchdog, clock } = await running()
  const soon: WatchdogSettings = { ...settings, interrupt: 'messaging', preTimeoutS: 5 }
  watchdog.set(soon, false, [])
  watchdog.restart()
  clock.advance(0)
  expect(bmc.messages.flags.watchdogPreTimeout).toBe(true)
  watchdog.set(soon, false, [])
  expect(bmc.messages.flags.watchdogPreTimeout).toBe(false)
  expect(watchdog.running).toBe(false)
})

test('with no interval between them interrupt and action come together', async () => {
  const { watchdog, clock, events } = await running()
  watchdog.set({ ...settings, interrupt: 'messaging', preTimeoutS: 0 }, false, [])
  watchdog.restart()
  clock.advance(4_999)
  expect(events).toEqual([])
  clock.advance(1)
  expect(events.map(({ data }) => data[0])).toEqual([0xc8, 0xc1])
})

test('an interval longer than the countdown is refused', async () => {
  const { watchdog } = await running()
  const wrong: WatchdogSettings = { ...settings, interrupt: 'nmi', preTimeoutS: 6 }
  expect(() => watchdog.set(wrong, false, [])).toThrow(expect.objectContaining({ reason: 'invalid-field' }))
  expect(watchdog.settings).toBeUndefined()
})

test('a countdown of 0 expires at once', async () => {
  const { watchdog, clock, events } = await running()
  watchdog.set({ ...settings, countdown: 0 }, false, [])
  watchdog.restart()
  clock.advance(0)
  expect(events.length).toBe(1)
})

test('"do not stop" goes on with the new countdown; without it a set stops', async () => {
  const { watchdog } = await running()
  watchdog.set(settings, true, [])
  expect(watchdog.running).toBe(false)
  watchdog.restart()
  watchdog.set({ ...settings, countdown: 70 }, true, [])
  expect([watchdog.running, watchdog.present]).toEqual([true, 70])
  watchdog.set(settings, false, [])
  expect(watchdog.running).toBe(false)
})

test('"don\'t log" holds for one time-out', async () => {
  const { watchdog, clock, events } = await running()
  watchdog.set({ ...settings, action: 'none', dontLog: true }, false, [])
  watchdog.restart()
  clock.advance(5_000)
  expect(events).toEqual([])
  watchdog.restart()
  clock.advance(5_000)
  expect(events.length).toBe(1)
})

test('the flag of what expired stays over a reset of the machine until it is cleared', async () => {
  const { bmc, watchdog, clock } = await running()
  watchdog.set({ ...settings, use: 'BIOS/POST' }, false, [])
  watchdog.restart()
  clock.advance(5_000)
  await settled(bmc)
  watchdog.set(settings, false, ['SMS/OS'])
  expect(watchdog.hasExpired('BIOS/POST')).toBe(true)
  watchdog.set(settings, false, ['BIOS/POST'])
  expect(watchdog.hasExpired('BIOS/POST')).toBe(false)
})

test.each(['hard reset', 'power down', 'power cycle'] as const)('a %s of the machine stops it', async (action) => {
  const { bmc, watchdog, clock } = await running()
  watchdog.set(settings, false, [])
  watchdog.restart()
  await bmc.power.control(action, 'test')
  expect(watchdog.running).toBe(false)
  clock.advance(60_000)
  expect(watchdog.hasExpired('SMS/OS')).toBe(false)
})

test('so does a guest that begins again by itself', async () => {
  const { bmc, watchdog, machine } = await running()
  bmc.messages.setEnables({ ...bmc.messages.enables, receiveQueueInterrupt: true })
  watchdog.set(settings, false, [])
  watchdog.restart()
  machine.wasReset()
  expect(watchdog.running).toBe(false)
  expect(bmc.messages.enables.receiveQueueInterrupt).toBe(false)
})

test('so does a guest that switches off, and the end of the BMC; a cold reset forgets it', async () => {
  const { bmc, watchdog, clock, machine } = await running()
  watchdog.set(settings, false, [])
  watchdog.restart()
  machine.becomes('off', 'guest')
  expect(watchdog.running).toBe(false)
  watchdog.restart()
  bmc.reset('cold')
  expect([watchdog.running, watchdog.settings]).toEqual([false, undefined])
  watchdog.set(settings, false, [])
  watchdog.restart()
  bmc.close()
  expect(clock.waiting).toBe(0)
})

test('nothing happens to a machine that is off', async () => {
  const { watchdog, clock, machine } = await running()
  machine.becomes('off', 'guest')
  watchdog.set(settings, false, [])
  watchdog.restart()
  clock.advance(5_000)
  await Promise.resolve()
  expect(machine.verbs).toEqual(['powerOn'])
  expect(watchdog.hasExpired('SMS/OS')).toBe(true)
})

test.each([
  ['is not used by a restart of the watchdog', 0x00, undefined],
  ['is used where parameter 3 says so', 0x04, 'pxe'],
] as const)('a one-shot boot choice %s', async (_, clearing, device) => {
  const { bmc, watchdog, clock, machine } = await running()
  bmc.boot.set(3, false, Uint8Array.of(clearing))
  bmc.boot.set(5, false, Uint8Array.of(0x80, 0x04, 0, 0, 0))
  watchdog.set(settings, false, [])
  watchdog.restart()
  clock.advance(5_000)
  await expect.poll(() => machine.verbs).toContain('reset')
  expect(machine.asked[1].options?.boot?.device).toBe(device)
})

import { expect, test } from 'vitest'
import type { Temperature } from '../../../../src/bmc/dcmi/thermal.ts'
import { loggedEvents, testBmc } from '../../../support/test-bmc.ts'

/** A machine that runs, with events and an inlet temperature of the test's own. */
async function running() {
  const inlet = { celsius: 20 }
  const temperatures = (): Temperature[] => [{ place: 'inlet', instance: 1, recordId: 7, ...inlet }]
  const parts = testBmc({ temperatures })
  const events = loggedEvents(parts.bmc)
  parts.attend()
  await parts.bmc.power.control('power up', 'test')
  parts.clock.advance(60_000)
  const seconds = (count: number) => parts.clock.advance(count * 1000)
  return { ...parts, events, inlet, seconds, dcmi: parts.bmc.dcmi }
}

const tooLow = { watts: 20, correctionMs: 3000, samplingS: 1 }
const exceeded = { eventType: 0x05, data: [0x01, 0xff, 0xff] }

test('a power limit that cannot be kept is logged, once, after the correction time', async () => {
  const { dcmi, events, seconds, machine } = await running()
  dcmi.limit.set({ ...tooLow, exception: 'log' })
  seconds(10)
  expect(events).toEqual([])
  dcmi.limit.setActive(true)
  seconds(3)
  expect(events).toEqual([])
  seconds(20)
  expect(events).toEqual([expect.objectContaining({ sensorType: 0x09, ...exceeded })])
  expect(machine.power).toBe('on')
})

test('or the machine is switched off; a limit that is kept does nothing', async () => {
  const { dcmi, events, seconds, machine } = await running()
  dcmi.limit.set({ ...tooLow, watts: 500, exception: 'power off' })
  dcmi.limit.setActive(true)
  seconds(20)
  expect(machine.power).toBe('on')
  dcmi.limit.set({ ...tooLow, exception: 'power off' })
  seconds(5)
  await expect.poll(() => machine.power).toBe('off')
  expect(events.length).toBe(1)
  seconds(20)
  expect(events.length).toBe(1)
})

test('no exception is no exception', async () => {
  const { dcmi, events, seconds, machine } = await running()
  dcmi.limit.set({ ...tooLow, exception: 'none' })
  dcmi.limit.setActive(true)
  seconds(20)
  expect([events.length, machine.power]).toEqual([0, 'on'])
})

test('an inlet that is too warm for too long is logged, and the machine switched off where that was asked for', async () => {
  const { dcmi, events, inlet, seconds, machine } = await running()
  inlet.celsius = 40
  seconds(10)
  dcmi.thermalLimit.set({ powerOff: false, log: true, celsius: 30, exceptionS: 5 })
  seconds(4)
  inlet.celsius = 30
  seconds(1)
  inlet.celsius = 31
  seconds(5)
  expect(events).toEqual([])
  seconds(1)
  expect(events).toEqual([expect.objectContaining({ sensorType: 0x01, ...exceeded })])
  expect(machine.power).toBe('on')
  dcmi.thermalLimit.set({ powerOff: true, log: false, celsius: 30, exceptionS: 0 })
  seconds(1)
  await expect.poll(() => machine.power).toBe('off')
  expect(events.length).toBe(2)
})

test('what was set is there after a restart', async () => {
  const { bmc, dcmi, store } = await running()
  dcmi.limit.set({ ...tooLow, exception: 'log' })
  dcmi.limit.setActive(true)
  dcmi.thermalLimit.set({ powerOff: true, log: false, celsius: 60, exceptionS: 9 })
  dcmi.assetTag.write(0, Uint8Array.of(0x61))
  dcmi.setParameter(4, Uint8Array.of(1, 2))
  bmc.close()
  const again = testBmc({ store }).bmc.dcmi
  expect(again.limit.settings).toEqual({ ...tooLow, exception: 'log' })
  expect(again.limit.watts).toBe(20)
  expect(again.thermalLimit.settings).toEqual({ powerOff: true, log: false, celsius: 60, exceptionS: 9 })
  expect(again.assetTag.bytes).toEqual(Uint8Array.of(0x61))
  expect(again.parameter(4)).toEqual(Uint8Array.of(1, 2))
})

import { expect, test } from 'vitest'
import { ask } from '../../support/ask.ts'
import { lanRequester, testBmc, testSession } from '../../support/test-bmc.ts'
import { driveSlot, temperatureSeed, testStorage } from '../../support/test-storage.ts'

function operator(parts = testBmc()) {
  const by = lanRequester(testSession(parts.bmc, 'Operator'))
  return { ...parts, asked: (request: string) => ask(parts.bmc, by, request) }
}

test('a reading: value, flags and comparisons; a discrete one has two bytes of states', async () => {
  const { asked, bmc } = operator()
  expect(await asked('04/2d 01')).toBe('00 28 c0 c0')
  expect(await asked('04/2d 02')).toBe('00 00 c0 01 80')
  bmc.sensors.force(bmc.sensors.get(0, 1), 92)
  expect(await asked('04/2d 01')).toBe('00 5c c0 d8')
  expect(await asked('04/2b 01')).toBe('00 c0 80 02 00 00')
  expect(await asked('04/2d 09')).toBe('cb')
})

test('no value is "unavailable"; a sensor of events only has no reading', async () => {
  const { asked } = operator(
    testBmc({
      storage: testStorage({
        sensors: [temperatureSeed({ signal: { kind: 'fixed', value: undefined } }), { ...driveSlot, eventOnly: true }],
      }),
    }),
  )
  expect(await asked('04/2d 01')).toBe('00 00 e0 c0')
  expect(await asked('04/2d 02')).toBe('cd')
})

test('thresholds: those that may be read, and set one by one', async () => {
  const { asked } = operator()
  expect(await asked('04/27 01')).toBe('00 19 05 00 00 50 5a 00')
  expect(await asked('04/26 01 08 ff ff ff 46 ff ff')).toBe('00')
  expect(await asked('04/27 01')).toBe('00 19 05 00 00 46 5a 00')
  expect(await asked('04/26 01 20 00 00 00 00 00 63')).toBe('cc')
  expect(await asked('04/27 02')).toBe('cd')
})

test('a threshold that is set below the value is crossed by that', async () => {
  const { asked, bmc } = operator()
  await asked('04/26 01 08 00 00 00 1e 00 00')
  expect(bmc.sel.count).toBe(1)
})

test('hysteresis', async () => {
  const { asked } = operator()
  expect(await asked('04/25 01 ff')).toBe('00 02 02')
  expect(await asked('04/24 01 ff 04 05')).toBe('00')
  expect(await asked('04/25 01 ff')).toBe('00 04 05')
  expect(await asked('04/24 02 ff 01 01')).toBe('cd')
  expect(await asked('04/25 02 ff')).toBe('cd')
})

test('event enables: as a whole, chosen ones on and off, never more than the sensor has', async () => {
  const { asked } = operator()
  expect(await asked('04/29 01')).toBe('00 c0 81 02 81 02')
  expect(await asked('04/28 01 e0 80 00 ff 0f')).toBe('00')
  expect(await asked('04/29 01')).toBe('00 c0 01 02 00 00')
  expect(await asked('04/28 01 d0 ff ff 00 00')).toBe('00')
  expect(await asked('04/29 01')).toBe('00 c0 81 02 00 00')
  expect(await asked('04/28 01 00')).toBe('00')
  expect(await asked('04/29 01')).toBe('00 00 81 02 00 00')
  expect(await asked('04/28 01 f0 00 00')).toBe('cc')
})

test('type, and factors that hold for every reading', async () => {
  const { asked } = operator()
  expect(await asked('04/2f 02')).toBe('00 0d 6f')
  expect(await asked('04/23 01 28')).toBe('00 ff 01 00 00 00 00 00')
  expect(await asked('04/23 02 28')).toBe('cd')
})

test('a settable sensor takes a reading or states, and the events that follow', async () => {
  const { asked, bmc } = operator()
  expect(await asked('04/30 01 01 5f')).toBe('00')
  expect(await asked('04/2d 01')).toBe('00 5f c0 d8')
  expect(await asked('04/30 02 10 00 03 00')).toBe('00')
  expect(await asked('04/2d 02')).toBe('00 00 c0 03 80')
  expect(bmc.sel.count).toBe(3)
  // Set a state, clear another, leave all.
  expect(await asked('04/30 02 20 00 08 00')).toBe('00')
  expect(await asked('04/30 02 30 00 01 00')).toBe('00')
  expect(await asked('04/30 02 00 00 ff 00')).toBe('00')
  expect(await asked('04/2d 02')).toBe('00 00 c0 0a 80')
  expect(await asked('04/30 01 41 5f 00 00 00 00 01 02 03')).toBe('81')
  // Of the other kind, or what follows from the reading.
  expect(await asked('04/30 01 10 00 03 00')).toBe('80')
  expect(await asked('04/30 02 01 5f')).toBe('80')
  expect(await asked('04/30 01 04 00 00 00 03 00')).toBe('80')
  expect(await asked('04/30 01 02 5f')).toBe('cc')
  expect(await asked('04/30 01 01')).toBe('c7')
  expect(await asked('04/30 02 10 00')).toBe('c7')
  const fixed = operator(testBmc({ storage: testStorage({ sensors: [temperatureSeed({ settable: false })] }) }))
  expect(await fixed.asked('04/30 01 01 5f')).toBe('80')
})

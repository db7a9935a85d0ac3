import { expect, test } from 'vitest'
import { ask } from '../../support/ask.ts'
import { guest, testBmc } from '../../support/test-bmc.ts'

test('before the first set there is nothing to restart', async () => {
  const { bmc } = testBmc()
  expect(await ask(bmc, guest, '06/22')).toBe('80')
  expect(await ask(bmc, guest, '06/25')).toBe('00 00 00 00 00 00 00 00 00')
})

test('what was set reads back, running or not, with what is left', async () => {
  const { bmc, clock } = testBmc()
  expect(await ask(bmc, guest, '06/24 83 31 02 00 2c 01')).toBe('00')
  expect(await ask(bmc, guest, '06/25')).toBe('00 83 31 02 00 2c 01 2c 01')
  expect(await ask(bmc, guest, '06/22')).toBe('00')
  clock.advance(10_000)
  expect(await ask(bmc, guest, '06/25')).toBe('00 c3 31 02 00 2c 01 c8 00')
})

test('flags of what expired, and clearing them', async () => {
  const { bmc, clock } = testBmc()
  for (const use of ['01', '02', '03', '04', '05']) {
    await ask(bmc, guest, `06/24 ${use} 00 00 00 01 00`)
    await ask(bmc, guest, '06/22')
    clock.advance(100)
  }
  expect(await ask(bmc, guest, '06/25')).toBe('00 05 00 00 3e 01 00 00 00')
  expect(await ask(bmc, guest, '06/24 04 00 00 0c 0a 00')).toBe('00')
  expect(await ask(bmc, guest, '06/25')).toBe('00 04 00 00 32 0a 00 0a 00')
})

test.each(['00 01 00 00 0a 00', '06 01 00 00 0a 00', '04 04 00 00 0a 00', '04 11 00 00 0a 00', '04 21 02 00 0a 00'])(
  'a reserved use, action or interrupt, or an interval that is too long: %s',
  async (data) => {
    const { bmc } = testBmc()
    expect(await ask(bmc, guest, `06/24 ${data}`)).toBe('cc')
  },
)

test('the guest and the restart cause hear of it', async () => {
  const { bmc, clock } = testBmc()
  await bmc.power.control('power up', 'test')
  await ask(bmc, guest, '06/2e 0c')
  await ask(bmc, guest, '06/24 44 31 01 10 0a 00')
  await ask(bmc, guest, '06/22')
  clock.advance(0)
  expect(await ask(bmc, guest, '06/31')).toBe('00 0a')
  clock.advance(1000)
  await bmc.power.control('power up', 'test')
  expect(await ask(bmc, guest, '00/07')).toBe('00 04 00')
  const event = await ask(bmc, guest, '06/35')
  expect(event).toMatch(/^00 03 00 02 .. .. .. .. 20 00 04 23 03 6f c8 34 ff$/)
})

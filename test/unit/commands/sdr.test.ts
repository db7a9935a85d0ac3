import { expect, test } from 'vitest'
import { fromHex, hex } from '../../../src/base/bytes.ts'
import { execute } from '../../../src/commands/execute.ts'
import { encodeSdr } from '../../../src/ipmi/sdr.ts'
import { ask } from '../../support/ask.ts'
import { lanRequester, testBmc, testSession } from '../../support/test-bmc.ts'
import { recordOf, testStorage } from '../../support/test-storage.ts'

function operator(parts = testBmc()) {
  const by = lanRequester(testSession(parts.bmc, 'Operator'))
  return { ...parts, by, asked: (request: string) => ask(parts.bmc, by, request) }
}

test('info says how many there are, and both times do not move by themselves', async () => {
  const { asked, clock } = operator()
  const info = await asked('0a/20')
  expect(info).toMatch(/^00 51 03 00 56 ff( ..){8} 6f$/)
  clock.advance(1_000_000)
  expect(await asked('0a/20')).toBe(info)
  expect(await asked('0a/21')).toBe('00 ff 0f 10 00 f5 0f f5 0f 11')
})

test('records are read whole with FFh and without a reservation, or in pieces with one', async () => {
  const { asked } = operator()
  expect(await asked('0a/23 00 00 00 00 00 ff')).toBe(`00 02 00 ${hex(recordOf(1))}`)
  expect(await asked('0a/23 00 00 03 00 00 05')).toBe('00 ff ff 03 00 51 01 33')
  expect(await asked('0a/23 00 00 03 00 05 05')).toBe('c5')
  await asked('0a/22')
  expect(await asked('0a/23 01 00 03 00 05 05')).toBe('00 ff ff 20 00 01 03 01')
  expect(await asked('0a/23 01 00 03 00 36 20')).toBe('00 ff ff 6d 70')
  expect(await asked('0a/23 01 00 03 00 7f 20')).toBe('c9')
  expect(await asked('0a/23 01 00 09 00 00 ff')).toBe('cb')
})

test('a record that is too long for one answer is CAh, and comes in pieces', async () => {
  const long = encodeSdr({ kind: 'oem', manufacturer: 1, data: new Uint8Array(250) })
  const { asked } = operator(testBmc({ storage: testStorage({ sdrs: [long] }) }))
  expect(await asked('0a/23 00 00 00 00 00 ff')).toBe('ca')
  expect((await asked('0a/23 00 00 00 00 00 f0')).length).toBe((3 + 240) * 3 - 1)
})

test('adding, partly and whole; deleting and clearing with a reservation', async () => {
  const { asked, bmc } = operator()
  expect(await asked('0a/24 00 00 51 c0 04 01 02 03 04')).toBe('00 04 00')
  expect(await asked('0a/24 00 00 51 c0 05 01 02 03 04')).toBe('c7')
  expect(await asked('0a/25 00 00 00 00 00 00 00 00 51 c0 04')).toBe('c5')
  await asked('0a/22')
  expect(await asked('0a/25 01 00 00 00 00 00 00 00 51 c0 04')).toBe('00 05 00')
  expect(await asked('0a/25 01 00 05 00 05 01 09 09 09 09')).toBe('00 05 00')
  await asked('0a/22')
  expect(await asked('0a/26 02 00 04 00')).toBe('00 04 00')
  expect(await asked('0a/26 02 00 05 00')).toBe('c5')
  await asked('0a/22')
  expect(await asked('0a/27 03 00 43 4c 52 aa')).toBe('00 01')
  expect(bmc.sdr.records).toEqual([])
  expect(await asked('0a/2c 00')).toBe('00 01')
})

test('device SDRs are numbered and asked for on their LUN', async () => {
  const { bmc, asked, by } = operator()

  expect(await asked('04/20')).toBe('00 02 01')
  expect(await asked('04/20 01')).toBe('00 01 01')
  expect(await asked('04/21 00 00 00 00 00 05')).toBe('00 ff ff 01 00 51 01 33')
  const onLun1 = await execute({ bmc, by, lun: 1 }, 0x04, 0x21, fromHex('00 00 00 00 00 05'))
  expect(onLun1.completionCode).toBe(0xcb)
})

test('FRU: size, what there is at the end, writes', async () => {
  const { asked } = operator()
  expect(await asked('0a/10 00')).toBe('00 40 00 00')
  expect(await asked('0a/10 05')).toBe('cb')
  expect(await asked('0a/11 00 3e 00 e0')).toBe('00 02 3e 3f')
  expect(await asked('0a/11 00 40 00 01')).toBe('c9')
  expect(await asked('0a/12 00 3e 00 aa bb')).toBe('00 02')
  expect(await asked('0a/11 00 3d 00 03')).toBe('00 03 3d aa bb')
  expect(await asked('0a/12 00 3f 00 aa bb')).toBe('c9')
})

test('update mode is entered and left; readers start over, and there is no mode to leave twice', async () => {
  const { bmc } = testBmc()
  const asked = (request: string) => ask(bmc, lanRequester(testSession(bmc, 'Operator')), request)
  expect(await asked('0a/2b')).toBe('d5')
  await asked('0a/22')
  expect(await asked('0a/2a')).toBe('00')
  expect(await asked('0a/23 01 00 01 00 05 01')).toBe('c5')
  expect(await asked('0a/2a')).toBe('00')
  await asked('0a/22')
  expect(await asked('0a/26 02 00 01 00')).toBe('00 01 00')
  expect(await asked('0a/2b')).toBe('00')
  expect(await asked('0a/2b')).toBe('d5')
  await asked('0a/2a')
  bmc.reset('warm')
  expect(await asked('0a/2b')).toBe('d5')
})

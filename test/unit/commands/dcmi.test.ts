import { expect, test } from 'vitest'
import type { Temperature } from '../../../src/bmc/dcmi/thermal.ts'
import { ask } from '../../support/ask.ts'
import { channelSeed, guest, testBmc } from '../../support/test-bmc.ts'

const text = (words: string) =>
  Buffer.from(words)
    .toString('hex')
    .replace(/..(?=.)/g, '$& ')

test('capabilities, with versions in front', async () => {
  const { bmc } = testBmc({
    channels: [channelSeed(), channelSeed({ number: 3 })],
  })
  expect(await ask(bmc, guest, '2c/01 dc 01')).toBe('00 dc 01 05 02 0f 01 09')
  expect(await ask(bmc, guest, '2c/01 dc 02')).toBe('00 dc 01 05 02 08 00 05 00 01')
  expect(await ask(bmc, guest, '2c/01 dc 03')).toBe('00 dc 01 05 02 20 01')
  expect(await ask(bmc, guest, '2c/01 dc 04')).toBe('00 dc 01 05 02 01 03 ff')
  expect(await ask(bmc, guest, '2c/01 dc 05')).toBe('00 dc 01 05 02 03 41 45 81')
  expect(await ask(bmc, guest, '2c/01 dc 06')).toBe('cc')
})

test.each(['2c/00 00', '2c/01 00', '2c/00 03', '2c/3e 00 02', '2c/01', '2c/01 52 01'])(
  'another group than DCMI is C1h: %s',
  async (request) => {
    expect(await ask(testBmc().bmc, guest, request)).toBe('c1')
  },
)

test('the asset tag in pieces, as ipmitool and pyghmi read and write it', async () => {
  const { bmc } = testBmc()
  expect(await ask(bmc, guest, '2c/06 dc 00 00')).toBe('00 dc 00')
  expect(await ask(bmc, guest, `2c/08 dc 00 10 ${text('sixteen letters!')}`)).toBe('00 dc 10')
  expect(await ask(bmc, guest, `2c/08 dc 10 03 ${text('end')}`)).toBe('00 dc 13')
  expect(await ask(bmc, guest, '2c/06 dc 00 00')).toBe('00 dc 13')
  expect(await ask(bmc, guest, '2c/06 dc 10 10')).toBe(`00 dc 13 ${text('end')}`)
  expect(await ask(bmc, guest, `2c/08 dc 00 01 ${text('x')}`)).toBe('00 dc 01')
  expect(await ask(bmc, guest, '2c/06 dc 00 10')).toBe(`00 dc 01 ${text('x')}`)
})

test.each([
  ['2c/06 dc 00 11', 'c9'],
  ['2c/06 dc 01 01', 'c9'],
  ['2c/08 dc 3f 02 61 00', 'c9'],
  ['2c/08 dc 00 02 61', 'c7'],
  ['2c/08 dc 00 11 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61', 'c9'],
])('%s is %s', async (request, answer) => {
  expect(await ask(testBmc().bmc, guest, request)).toBe(answer)
})

test('what is written behind a NUL counts for nothing', async () => {
  const { bmc } = testBmc()
  await ask(bmc, guest, `2c/08 dc 00 04 ${text('abc')} 00`)
  expect(await ask(bmc, guest, `2c/08 dc 10 02 ${text('xy')}`)).toBe('00 dc 12')
  expect(await ask(bmc, guest, '2c/06 dc 00 10')).toBe(`00 dc 03 ${text('abc')}`)
})

test('a text has room for 63 bytes', async () => {
  const { bmc } = testBmc()
  for (const offset of ['00', '10', '20']) {
    await ask(bmc, guest, `2c/08 dc ${offset} 10 ${text('0123456789abcdef')}`)
  }
  expect(await ask(bmc, guest, `2c/08 dc 30 10 ${text('0123456789abcdef')}`)).toBe('c9')
  expect(await ask(bmc, guest, `2c/08 dc 30 0f ${text('0123456789abcde')}`)).toBe('00 dc 3f')
})

test('the identifier is DCMI and the MAC until it is set; its NUL counts', async () => {
  const { bmc } = testBmc()
  expect(await ask(bmc, guest, '2c/09 dc 00 00')).toBe('00 dc 11')
  expect(await ask(bmc, guest, '2c/09 dc 00 10')).toBe(`00 dc 11 ${text('DCMI021122334455')}`)
  expect(await ask(bmc, guest, '2c/09 dc 10 01')).toBe('00 dc 11 00')
  expect(await ask(bmc, guest, `2c/0a dc 00 04 ${text('abc')} 00`)).toBe('00 dc 04')
  expect(await ask(bmc, guest, '2c/09 dc 00 10')).toBe(`00 dc 04 ${text('abc')} 00`)
})

test('power: off and on, with the limit that is active', async () => {
  const { bmc, clock } = testBmc()
  expect(await ask(bmc, guest, '2c/02 dc 01 00 00')).toBe('00 dc 06 00 06 00 06 00 06 00 00 b9 55 69 00 00 00 00 40')
  expect(await ask(bmc, guest, '2c/02 dc 02 41 00')).toMatch(/ 41 00 00 00 40$/)
  expect(await ask(bmc, guest, '2c/02 dc 02 42 00')).toBe('cc')
  expect(await ask(bmc, guest, '2c/02 dc 03 00 00')).toBe('cc')
  await bmc.power.control('power up', 'test')
  clock.advance(60_000)
  const idle = bmc.dcmi.meter.idle
  const set = `2c/04 dc 00 00 00 11 ${idle.toString(16)} 00 e8 03 00 00 00 00 01 00`
  const limit = `dc 00 00 11 ${idle.toString(16)} 00 e8 03 00 00 00 00 01 00`
  expect(await ask(bmc, guest, '2c/03 dc 00 00')).toBe('80 dc 00 00 00 f4 01 e8 03 00 00 00 00 01 00')
  expect(await ask(bmc, guest, set)).toBe('00 dc')
  expect(await ask(bmc, guest, '2c/03 dc 00 00')).toBe(`80 ${limit}`)
  expect(await ask(bmc, guest, '2c/05 dc 01 00 00')).toBe('00 dc')
  expect(await ask(bmc, guest, '2c/03 dc 00 00')).toBe(`00 ${limit}`)
  expect(await ask(bmc, guest, '2c/02 dc 01 00 00')).toMatch(new RegExp(`^00 dc ${idle.toString(16)} 00`))
  expect(await ask(bmc, guest, '2c/05 dc 00 00 00')).toBe('00 dc')
  expect(await ask(bmc, guest, '2c/03 dc 00 00')).toBe(`80 ${limit}`)
})

test.each([
  ['a limit of 0', '11 00 00 e8 03 00 00 00 00 01 00', '84'],
  ['no correction time', '11 c8 00 00 00 00 00 00 00 01 00', '85'],
  ['no sampling period', '11 c8 00 e8 03 00 00 00 00 00 00', '89'],
  ['an unknown exception', '02 c8 00 e8 03 00 00 00 00 01 00', 'cc'],
])('a power limit with %s', async (_, data, answer) => {
  expect(await ask(testBmc().bmc, guest, `2c/04 dc 00 00 00 ${data}`)).toBe(answer)
})

const three: readonly Temperature[] = [
  { place: 'cpu', instance: 1, celsius: 41, recordId: 0x0102 },
  { place: 'cpu', instance: 2, celsius: -3, recordId: 0x0103 },
  { place: 'inlet', instance: 1, celsius: 200, recordId: undefined },
]

test('temperatures and their records, all of a place from an instance on, or one', async () => {
  const { bmc } = testBmc({ temperatures: () => three })
  expect(await ask(bmc, guest, '2c/10 dc 01 41 00 00')).toBe('00 dc 02 02 29 01 83 02')
  expect(await ask(bmc, guest, '2c/10 dc 01 03 00 02')).toBe('00 dc 02 01 83 02')
  expect(await ask(bmc, guest, '2c/10 dc 01 41 01 00')).toBe('00 dc 02 01 29 01')
  expect(await ask(bmc, guest, '2c/10 dc 01 40 00 00')).toBe('00 dc 01 01 7f 01')
  expect(await ask(bmc, guest, '2c/10 dc 01 42 00 00')).toBe('00 dc 00 00')
  expect(await ask(bmc, guest, '2c/07 dc 01 41 00 00')).toBe('00 dc 02 02 02 01 03 01')
  expect(await ask(bmc, guest, '2c/07 dc 01 40 00 00')).toBe('00 dc 00 00')
  expect(await ask(bmc, guest, '2c/10 dc 01 20 00 00')).toBe('cb')
  expect(await ask(bmc, guest, '2c/10 dc 02 40 00 00')).toBe('cc')
})

test('the thermal limit of the inlet', async () => {
  const { bmc } = testBmc()
  expect(await ask(bmc, guest, '2c/0c dc 40 01')).toBe('00 dc 00 00 00 00')
  expect(await ask(bmc, guest, '2c/0b dc 40 01 60 2d 3c 00')).toBe('00 dc')
  expect(await ask(bmc, guest, '2c/0c dc 37 01')).toBe('00 dc 60 2d 3c 00')
  expect(await ask(bmc, guest, '2c/0c dc 41 01')).toBe('cc')
})

test('configuration parameters read back; DHCP is not asked again by a BMC without it', async () => {
  const { bmc } = testBmc()
  expect(await ask(bmc, guest, '2c/13 dc 04 00')).toBe('00 dc 01 05 02 78 00')
  expect(await ask(bmc, guest, '2c/12 dc 04 00 3c 00')).toBe('00 dc')
  expect(await ask(bmc, guest, '2c/13 dc 04 00')).toBe('00 dc 01 05 02 3c 00')
  expect(await ask(bmc, guest, '2c/12 dc 04 00 3c')).toBe('c7')
  expect(await ask(bmc, guest, '2c/12 dc 01 00 01')).toBe('d6')
  expect(await ask(bmc, guest, '2c/13 dc 06 00')).toBe('cc')
})

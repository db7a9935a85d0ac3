import { expect, test } from 'vitest'
import { ask } from '../../support/ask.ts'
import { channelSeed, guest, lanRequester, testBmc, testSession } from '../../support/test-bmc.ts'

function admin() {
  const { bmc } = testBmc()
  return { bmc, by: lanRequester(testSession(bmc)) }
}

test('channel info: a LAN channel with its sessions, the system interface, and no others', async () => {
  const { bmc, by } = admin()
  expect(await ask(bmc, by, '06/42 0e')).toBe('00 01 04 01 81 f2 1b 00 00 00')
  expect(await ask(bmc, by, '06/42 0f')).toBe('00 0f 0c 05 00 f2 1b 00 ff ff')
  expect(await ask(bmc, guest, '06/42 0e')).toBe('00 0f 0c 05 00 f2 1b 00 ff ff')
  expect(await ask(bmc, by, '06/42 00')).toBe('cc')
  expect(await ask(bmc, by, '06/42 0b')).toBe('cc')
})

test('channel access: both settings are apart, and either half may be left alone', async () => {
  const { bmc, by } = admin()
  expect(await ask(bmc, by, '06/41 01 80')).toBe('00 22 04')
  expect(await ask(bmc, by, '06/40 01 80 00')).toBe('00')
  expect(await ask(bmc, by, '06/41 01 80')).toBe('00 00 04')
  expect(await ask(bmc, by, '06/41 01 40')).toBe('00 22 04')
  expect(await ask(bmc, by, '06/40 01 3a 43')).toBe('00')
  expect(await ask(bmc, by, '06/41 01 40')).toBe('00 22 03')
  expect(await ask(bmc, by, '06/40 01 7a 02')).toBe('00')
  expect(await ask(bmc, by, '06/41 01 40')).toBe('00 3a 03')
})

test.each([
  ['pre-boot only', '06/40 01 81 00', '83'],
  ['a reserved mode', '06/40 01 84 00', 'cc'],
  ['a reserved setting', '06/40 01 c2 00', 'cc'],
  ['a limit of none', '06/40 01 00 80', 'cc'],
  ['a channel without sessions', '06/40 0f 82 84', '82'],
  ['reading one', '06/41 0f 40', '82'],
  ['a reserved reading', '06/41 01 00', 'cc'],
  ['no such channel', '06/41 03 40', 'cc'],
])('channel access: %s', async (_, request, answer) => {
  const { bmc, by } = admin()
  expect(await ask(bmc, by, request)).toBe(answer)
  expect(bmc.channels.lan[0].access).toEqual(bmc.channels.lan[0].nonVolatileAccess)
})

test('K_g: read, set, lock', async () => {
  const { bmc, by } = admin()
  const key = '01 '.repeat(20).trim()
  expect(await ask(bmc, by, '06/56 01 00 01')).toBe(`00 ${'00 '.repeat(20).trim()}`)
  expect(await ask(bmc, by, `06/56 01 01 01 ${key}`)).toBe('00')
  expect(await ask(bmc, by, '06/56 01 00 01')).toBe(`00 ${key}`)
  expect(await ask(bmc, by, '06/56 01 01 01 01 02')).toBe('81')
  expect(await ask(bmc, by, `06/56 01 01 01 ${key} 01`)).toBe('82')
  expect(await ask(bmc, by, '06/56 01 00 00')).toBe('84')
  expect(await ask(bmc, by, '06/56 01 02 01')).toBe('00')
  expect(await ask(bmc, by, '06/56 01 00 01')).toBe('80')
  expect(await ask(bmc, by, `06/56 01 01 01 ${key}`)).toBe('80')
  expect(bmc.channels.lan[0].kg).toEqual(new Uint8Array(20).fill(1))
})

test('a stored key is a copy: the packet it came in may be reused', async () => {
  const { bmc } = testBmc({ channels: [channelSeed()] })
  const packet = new Uint8Array(20).fill(5)
  bmc.channels.lan[0].setKg(packet)
  packet.fill(0)
  expect(bmc.channels.lan[0].kg).toEqual(new Uint8Array(20).fill(5))
})

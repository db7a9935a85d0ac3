import { expect, test } from 'vitest'
import { ask } from '../../support/ask.ts'
import { channelSeed, guest, lanRequester, stranger, testBmc, testSession, userSeed } from '../../support/test-bmc.ts'

test('authentication capabilities: the 2.0 form says 2.0 in both places, the 1.5 form in neither', async () => {
  const { bmc } = testBmc()
  expect(await ask(bmc, stranger, '06/38 8e 04')).toBe('00 01 94 04 03 00 00 00 00')
  expect(await ask(bmc, stranger, '06/38 0e 04')).toBe('00 01 14 04 00 00 00 00 00')
})

test('authentication capabilities: no 1.5 where no type is enabled; K_g, null users and what is off are told', async () => {
  const none = { callback: [], user: [], operator: [], admin: [] }
  const { bmc } = testBmc({
    users: [userSeed(1, '', ''), userSeed(2, '', 'x')],
    channels: [channelSeed({ authTypes: none, kg: new Uint8Array(20).fill(1), perMessageAuthentication: false })],
  })
  expect(await ask(bmc, stranger, '06/38 81 04')).toBe('00 01 80 33 02 00 00 00 00')
})

test.each(['06/38 82 04', '06/38 8f 04', '06/38 8e 00', '06/38 8e 06', '06/54 02 00 80', '06/54 0e 02 80'])(
  '%s is CCh',
  async (request) => {
    const { bmc } = testBmc()
    expect(await ask(bmc, stranger, request)).toBe('cc')
  },
)

test('cipher suites come in pieces of 16 bytes, 17 first, and end with a short piece', async () => {
  const { bmc } = testBmc()
  const pieces = await Promise.all([0, 1, 2, 3, 4].map((i) => ask(bmc, stranger, `06/54 0e 00 8${i}`)))
  expect(pieces[0]).toBe('00 01 c0 11 03 44 81 c0 03 01 41 81 c0 08 02 42 81 c0')
  expect(pieces.map((piece) => (piece.length + 1) / 3 - 2)).toEqual([16, 16, 16, 7, 0])
  const records = pieces.map((piece) => piece.slice(6)).join(' ')
  expect(records).not.toContain('c0 00 00')
})

test('algorithms by themselves', async () => {
  const { bmc } = testBmc()
  expect(await ask(bmc, stranger, '06/54 0e 00 00')).toBe('00 01 03 01 02 44 41 42 43 40 81 80')
})

test('a suite whose level is 0 is not on the list', async () => {
  const { bmc } = testBmc()
  const [channel] = bmc.channels.lan
  channel.setSuiteLevels(Uint8Array.of(0, 0x44, 0x04, 0x44, 0x44, 0x44, 0x44, 0x44, 0x44))
  expect(await ask(bmc, stranger, '06/54 0e 00 80')).toMatch(/^00 01 c0 11 .* c0 08/)
  expect(await ask(bmc, stranger, '06/54 0e 00 80')).not.toContain('c0 03')
})

test('a session changes its level up to its maximum', async () => {
  const { bmc } = testBmc()
  const session = testSession(bmc, 'Operator')
  session.privilege = 'User'
  const by = () => lanRequester(session)
  expect(await ask(bmc, by(), '06/3b 00')).toBe('00 02')
  expect(await ask(bmc, by(), '06/3b 03')).toBe('00 03')
  expect(await ask(bmc, by(), '06/3b 04')).toBe('81')
  expect(await ask(bmc, by(), '06/3b 01')).toBe('cc')
  expect(await ask(bmc, by(), '06/3b 06')).toBe('cc')
  expect(session.privilege).toBe('Operator')
  expect(await ask(bmc, guest, '06/3b 04')).toBe('d4')
})

const idOf = (id: number) => Buffer.from(Uint32Array.of(id).buffer).toString('hex')

test('closing: its own session by anybody, another only by an Administrator', async () => {
  const { bmc } = testBmc()
  const [admin, ops] = [testSession(bmc), testSession(bmc, 'Operator', 3)]
  expect(await ask(bmc, lanRequester(ops), `06/3c ${idOf(admin.id)}`)).toBe('d4')
  expect(await ask(bmc, lanRequester(ops), `06/3c ${idOf(ops.id)}`)).toBe('00')
  expect(await ask(bmc, lanRequester(admin), `06/3c ${idOf(ops.id)}`)).toBe('87')
  expect(await ask(bmc, lanRequester(admin), '06/3c 00 00 00 00 3f')).toBe('88')
  expect(await ask(bmc, lanRequester(admin), '06/3c 00 00 00 00')).toBe('c7')
  expect(await ask(bmc, lanRequester(admin), `06/3c 00 00 00 00 0${admin.handle}`)).toBe('00')
  expect(bmc.sessions.count).toBe(0)
})

test('session info: this one, by place, by handle, by ID, and none', async () => {
  const { bmc } = testBmc()
  const [first, second] = [testSession(bmc), testSession(bmc, 'Operator', 3)]
  second.peer = { address: '2001:db8::1', port: 9 }
  const long = '00 01 3f 02 02 04 11 7f 00 00 01 00 00 00 00 00 00 92 10'
  const short = '00 02 3f 02 03 03 11'
  expect(await ask(bmc, lanRequester(first), '06/3d 00')).toBe(long)
  expect(await ask(bmc, lanRequester(first), '06/3d 02')).toBe(short)
  expect(await ask(bmc, lanRequester(first), '06/3d fe 01')).toBe(long)
  expect(await ask(bmc, lanRequester(first), `06/3d ff ${idOf(second.id)}`)).toBe(short)
  expect(await ask(bmc, lanRequester(first), '06/3d 03')).toBe('00 00 3f 02')
  expect(await ask(bmc, lanRequester(first), '06/3d fe 07')).toBe('cb')
  expect(await ask(bmc, lanRequester(first), '06/3d fe')).toBe('c7')
  expect(await ask(bmc, lanRequester(first), '06/3d 00 00')).toBe('c7')
  expect(await ask(bmc, guest, '06/3d 00')).toBe('00 00 3f 02')
})

import { expect, test } from 'vitest'
import { hex } from '../../../src/base/bytes.ts'
import { Session } from '../../../src/bmc/access/session.ts'
import type { BmcEvent } from '../../../src/bmc/events.ts'
import { ask } from '../../support/ask.ts'
import { guest, lanRequester, testBmc, testSession } from '../../support/test-bmc.ts'

const toSystem = '06/34 0f 81 18 67 20 04 01 db'

const ofTheGuest = '04/02 41 04 01 30 01 09 ff ff'
const ofTheConsole = '04/02 04 01 30 01 09 ff ff'

test("events are logged as long as the global enables say so, and the guest's own always", async () => {
  const { bmc } = testBmc()
  const by = lanRequester(testSession(bmc))
  const event: BmcEvent = { sensorType: 1, sensorNumber: 1, eventType: 1, data: [1, 2, 3] }
  expect(await ask(bmc, guest, '06/2f')).toBe('00 08')
  bmc.events.event(event)
  await ask(bmc, by, ofTheConsole)
  expect(bmc.sel.count).toBe(2)
  expect(await ask(bmc, guest, '06/2e e7')).toBe('00')
  expect(await ask(bmc, guest, '06/2f')).toBe('00 e7')
  bmc.events.event(event)
  expect(await ask(bmc, by, ofTheConsole)).toBe('00')
  expect(bmc.sel.count).toBe(2)
  expect(await ask(bmc, guest, ofTheGuest)).toBe('00')
  expect(await ask(bmc, by, '0a/44 00 00 02 00 00 00 00 20 00 04 01 01 01 57 5a 50')).toMatch(/^00/)
  expect(bmc.sel.count).toBe(4)
})

test('every event reaches the event message buffer where that is on; a record that is written is none', async () => {
  const { bmc } = testBmc()
  const by = lanRequester(testSession(bmc))
  await ask(bmc, by, ofTheConsole)
  expect(await ask(bmc, guest, '06/35')).toBe('80')
  expect(await ask(bmc, guest, '06/2e 0c')).toBe('00')
  await ask(bmc, by, '0a/44 00 00 02 00 00 00 00 20 00 04 01 01 01 57 5a 50')
  expect(await ask(bmc, guest, '06/31')).toBe('00 00')
  bmc.sensors.force(bmc.sensors.get(0, 1), 95)
  expect(await ask(bmc, guest, '06/31')).toBe('00 02')
  expect((await ask(bmc, guest, '06/35')).split(' ').slice(11, 14)).toEqual(['01', '01', '01'])
  await ask(bmc, by, ofTheConsole)
  expect((await ask(bmc, guest, '06/35')).split(' ').slice(8)).toEqual('81 10 04 01 30 01 09 ff ff'.split(' '))
})

test("a remote console's message waits for the guest with its channel, level and session", async () => {
  const { bmc } = testBmc()
  const session = testSession(bmc)
  expect(await ask(bmc, guest, '06/33')).toBe('80')
  expect(await ask(bmc, lanRequester(session), toSystem)).toBe('00')
  expect(await ask(bmc, guest, '06/31')).toBe('00 01')
  expect(await ask(bmc, guest, '06/33')).toBe('00 41 01 81 18 67 20 04 01 db')
  expect(await ask(bmc, guest, '06/31')).toBe('00 00')
})

test('a channel that is not received from is refused, until it is again', async () => {
  const { bmc } = testBmc()
  const by = lanRequester(testSession(bmc))
  expect(await ask(bmc, guest, '06/32 01 00')).toBe('00 01 00')
  expect(await ask(bmc, by, toSystem)).toBe('d6')
  expect(await ask(bmc, guest, '06/32 01 02')).toBe('00 01 00')
  expect(await ask(bmc, guest, '06/32 01 01')).toBe('00 01 01')
  expect(await ask(bmc, by, toSystem)).toBe('00')
  expect(await ask(bmc, guest, '06/32 07 01')).toBe('cc')
  expect(await ask(bmc, guest, '06/32 01 03')).toBe('cc')
})

test.each([
  ['to a bus that is not there', 'session', '06/34 40 2c 18 bc 20 04 01 db', 'cc'],
  ['from a console to a console', 'session', '06/34 01 01 81 18 67 20 04 01 db', 'd6'],
  ['from the guest to a console that is not there', 'guest', '06/34 01 09 81 18 67 20 04 01 db', '80'],
  ['from the guest to a console', 'guest', '06/34 01 01 81 1c 63 20 04 01 00 db', '00'],
  ['from the guest to a console, with all protection', 'guest', '06/34 31 01 81 1c 63 20 04 01 00 db', '00'],
  ['from the guest to a console, tracked', 'guest', '06/34 41 01 81 1c 63 20 04 01 00 db', 'cc'],
  ['from the guest to a console, too short', 'guest', '06/34 01 01 81 1c 63 20 04 01', 'cc'],
  ['from the guest to a session of another channel', 'guest', '06/34 02 01 81 1c 63 20 04 01 00 db', 'cc'],
  ['from the guest to itself', 'guest', '06/34 0f 81 18 67 20 04 01 db', 'd6'],
  ['too short to be one', 'session', '06/34 0f 81', 'cc'],
])('a message %s', async (_, who, request, answer) => {
  const { bmc } = testBmc()
  const session = testSession(bmc)
  expect(await ask(bmc, who === 'guest' ? guest : lanRequester(session), request)).toBe(answer)
})

test('cleared flags take away what they stand for', async () => {
  const { bmc } = testBmc()
  await ask(bmc, lanRequester(testSession(bmc)), toSystem)
  bmc.messages.setWatchdogPreTimeout(true)
  expect(await ask(bmc, guest, '06/31')).toBe('00 09')
  expect(await ask(bmc, guest, '06/30 01')).toBe('00')
  expect(await ask(bmc, guest, '06/31')).toBe('00 08')
  expect(await ask(bmc, guest, '06/33')).toBe('80')
  expect(await ask(bmc, guest, '06/30 08')).toBe('00')
  expect(await ask(bmc, guest, '06/31')).toBe('00 00')
})

test('what a packet of the session cannot hold is C8h: 1.5 counts its payload in a byte, RMCP+ in two', async () => {
  const { bmc } = testBmc()
  const sent: number[] = []
  const facts = { ...testSession(bmc), sendMessage: (message: Uint8Array) => sent.push(message.length) }
  const old = new Session({ ...facts, id: 77, handle: bmc.sessions.freeHandle(), version: '1.5' })
  bmc.sessions.add(old)
  const long = (handle: number, length: number) => hex(Uint8Array.of(1, handle, ...new Array(length).fill(0x55)))
  expect(await ask(bmc, guest, `06/34 ${long(old.handle, 256)}`)).toBe('c8')
  expect(await ask(bmc, guest, `06/34 ${long(old.handle, 255)}`)).toBe('00')
  expect(await ask(bmc, guest, `06/34 ${long(1, 256)}`)).toBe('00')
  expect(sent).toEqual([255])
})

import { afterEach, expect, test } from 'vitest'
import { hex } from '../../../src/base/bytes.ts'
import { silentLogger } from '../../../src/base/logger.ts'
import { systemRandom } from '../../../src/base/random.ts'
import { LanListener } from '../../../src/lan/listener.ts'
import { ask } from '../../support/ask.ts'
import { RemoteConsole } from '../../support/remote-console.ts'
import { guest, testBmc } from '../../support/test-bmc.ts'
import { testStorage } from '../../support/test-storage.ts'

/** IPMI 2.0 §6.13, §7.2: what a console sends to LUN 2 of the BMC is for the software on the system, and so is the answer. */

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function loggedIn(more: Parameters<typeof testBmc>[0] = {}) {
  const { bmc, clock } = testBmc({ random: systemRandom, ...more })
  const host = '127.0.0.1'
  const listener = new LanListener({
    ...{ bmc, channel: 1, host, port: 0, clock, random: systemRandom, log: silentLogger },
  })
  const console = await RemoteConsole.open(await listener.listen())
  closing.push(
    () => console.close(),
    () => listener.close(),
    () => bmc.close(),
  )
  expect(await console.login('admin', 'secret')).toBe(0)
  /** Sends a message as it stands; what comes back, opened, or undefined for silence. */
  const send = async (message: readonly number[]) => {
    console.send(console.seal(0, Uint8Array.from(message)))
    const packet = await console.answer()
    return packet && hex(console.open(packet))
  }
  return { bmc, listener, console, send }
}

/** With both checksums. */
function message(to: number, netFnLun: number, from: number, sequenceLun: number, ...rest: number[]): number[] {
  const sum = (...bytes: number[]) => -bytes.reduce((total, byte) => total + byte, 0) & 0xff
  return [to, netFnLun, sum(to, netFnLun), from, sequenceLun, ...rest, sum(from, sequenceLun, ...rest)]
}

const question = message(0x20, (0x30 << 2) | 2, 0x81, 9 << 2, 0x55, 0xaa)

test('it waits for Get Message with channel, level and session; the BMC is silent; the answer comes on the session', async () => {
  const { bmc, console, send } = await loggedIn()
  expect(await send(question)).toBeUndefined()
  expect(bmc.messages.flags.messageAvailable).toBe(true)
  const waiting = await ask(bmc, guest, '06/33')
  expect(waiting).toBe(`00 21 01 ${hex(Uint8Array.from(question))}`)
  const answer = message(0x81, 0x31 << 2, 0x20, (9 << 2) | 2, 0x55, 0x00, 0x77)
  expect(await ask(bmc, guest, `06/34 01 01 ${hex(Uint8Array.from(answer))}`)).toBe('00')
  const packet = await console.answer()
  expect(packet && hex(console.open(packet))).toBe('00 77')
  expect(await ask(bmc, guest, '06/33')).toBe('80')
})

test('a response of the console (odd NetFn) to a request of the system waits too', async () => {
  const { bmc, send } = await loggedIn()
  const response = message(0x20, (0x31 << 2) | 2, 0x81, 9 << 2, 0x55, 0x00)
  expect(await send(response)).toBeUndefined()
  expect(await ask(bmc, guest, '06/33')).toBe(`00 21 01 ${hex(Uint8Array.from(response))}`)
})

test('what is not taken is answered by the BMC: the channel is not received from, or the queue is full', async () => {
  const { bmc, send } = await loggedIn()
  expect(await ask(bmc, guest, '06/32 01 00')).toBe('00 01 00')
  expect(await send(question)).toBe('d6')
  expect(await send(message(0x20, (0x31 << 2) | 2, 0x81, 9 << 2, 0x55, 0x00))).toBeUndefined()
  expect(await ask(bmc, guest, '06/32 01 01')).toBe('00 01 01')
  for (let i = 0; i < 16; i++) expect(await send(question)).toBeUndefined()
  expect(await send(question)).toBe('c4')
})

test('a message that Get Message could not hand over is C8h', async () => {
  const { bmc, send } = await loggedIn()
  const long = (length: number) => message(0x20, (0x30 << 2) | 2, 0x81, 9 << 2, 0x55, ...new Array(length - 7).fill(1))
  expect(await send(long(250))).toBe('c8')
  expect(bmc.messages.flags.messageAvailable).toBe(false)
  expect(await send(long(249))).toBeUndefined()
  expect((await ask(bmc, guest, '06/33')).split(' ')).toHaveLength(1 + 251)
})

test('the Callback level sends nothing to the system', async () => {
  const { bmc, send } = await loggedIn()
  bmc.sessions.all[0].privilege = 'Callback'
  expect(await send(question)).toBe('d4')
  expect(bmc.messages.flags.messageAvailable).toBe(false)
})

test('other LUNs are no concern of the system: C2h from 1 and 3', async () => {
  const { bmc, send } = await loggedIn()
  for (const lun of [1, 3]) expect(await send(message(0x20, (0x06 << 2) | lun, 0x81, 4, 0x01))).toBe('c2')
  expect(bmc.messages.flags.messageAvailable).toBe(false)
})

test('sensors that a file has on LUN 2 are read there', async () => {
  const reading = message(0x20, (0x04 << 2) | 2, 0x81, 4, 0x2d, 1)
  const { sensors, ...storage } = testStorage()
  const onLun2 = sensors.map((seed) => ({ ...seed, lun: 2 }))
  const { bmc, send } = await loggedIn({ storage: { ...storage, sensors: onLun2 } })
  expect(await send(reading)).toMatch(/^00 /)
  expect(bmc.messages.flags.messageAvailable).toBe(false)
  const other = await loggedIn()
  expect(await other.send(reading)).toBeUndefined()
  expect(other.bmc.messages.flags.messageAvailable).toBe(true)
})

test('a session that has ended hears nothing more', async () => {
  const { bmc, console } = await loggedIn()
  const [session] = bmc.sessions.all
  bmc.sessions.end(session, 'closed')
  const answer = hex(Uint8Array.from(message(0x81, 0x31 << 2, 0x20, (9 << 2) | 2, 0x55, 0x00)))
  expect(await ask(bmc, guest, `06/34 01 01 ${answer}`)).toBe('80')
  expect(await console.answer()).toBeUndefined()
})

import { randomBytes } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { silentLogger } from '../../../src/base/logger.ts'
import { systemRandom } from '../../../src/base/random.ts'
import type { BmcOptions } from '../../../src/bmc/bmc.ts'
import { LanListener } from '../../../src/lan/listener.ts'
import { RemoteConsole } from '../../support/remote-console.ts'
import { channelSeed, testBmc, userSeed } from '../../support/test-bmc.ts'
import { testStorage } from '../../support/test-storage.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function bmcAndConsole(more: Partial<BmcOptions> = {}) {
  const { bmc, clock, machine, attend } = testBmc({ random: systemRandom, ...more })
  attend()
  const listener = new LanListener({
    bmc,
    channel: 1,
    host: '127.0.0.1',
    port: 0,
    clock,
    random: systemRandom,
    log: silentLogger,
  })
  const target = await listener.listen()
  const console = await RemoteConsole.open(target)
  closing.push(
    () => console.close(),
    () => listener.close(),
    () => bmc.close(),
  )
  const another = async () => {
    const other = await RemoteConsole.open(target)
    closing.push(() => other.close())
    return other
  }
  return { bmc, clock, machine, listener, console, another }
}

const ADMINISTRATOR = 4
const NAME_ONLY = 0x10
const getChassisStatus = [0x00, 0x01] as const
const setPrivilege = [0x06, 0x3b] as const

test('a login, a command, a goodbye', async () => {
  const { bmc, console } = await bmcAndConsole()
  expect(await console.login('admin', 'secret')).toBe(0)
  expect(bmc.sessions.all.map((session) => [session.userName, session.privilege])).toEqual([['admin', 'User']])
  expect(await console.command(...setPrivilege, [ADMINISTRATOR])).toEqual(Buffer.from([0, ADMINISTRATOR]))
  expect((await console.command(...getChassisStatus))?.[0]).toBe(0)
  expect(await console.command(0x06, 0x3c, [...console.managedId])).toEqual(Buffer.from([0]))
  expect(bmc.sessions.count).toBe(0)
  expect(await console.command(...getChassisStatus)).toBeUndefined()
})

test('the right answer to each wrong login (Table 13-15)', async () => {
  const { console } = await bmcAndConsole()
  expect(await console.login('nobody', 'secret'), 'unauthorized name').toBe(0x0d)
  expect(await console.login('admin', 'wrong'), 'invalid integrity check value').toBe(0x0f)
  expect(await console.login('ops', 'ops', { role: NAME_ONLY | ADMINISTRATOR }), 'unauthorized role').toBe(0x0a)
  expect(await console.login('a name of 17 char', 'x'), 'invalid name length').toBe(0x0c)
  expect(await console.login('admin', 'secret', { role: NAME_ONLY | 0x09 }), 'invalid role').toBe(0x09)
  expect(await console.login('ops', 'ops', { role: NAME_ONLY | 3 })).toBe(0)
})

test('algorithms that are not offered get the status that names them', async () => {
  const { console } = await bmcAndConsole()
  const status = async (...algorithms: [number, number, number]) => (await console.openSession(algorithms))?.[1]
  expect(await status(0, 0, 0), 'suite 0 is off unless asked for').toBe(0x11)
  expect(await status(9, 1, 1)).toBe(0x04)
  expect(await status(1, 9, 1)).toBe(0x05)
  expect(await status(1, 1, 2), 'xRC4').toBe(0x10)
  expect(await status(1, 4, 1), 'known, but no suite together').toBe(0x11)
  expect(await status(1, 1, 1)).toBe(0x00)
})

test('an Open Session Response of 36 bytes names the level and the algorithms; a refusal has 8', async () => {
  const { console } = await bmcAndConsole()
  const opened = await console.openSession([3, 4, 1], 0)
  expect(opened).toHaveLength(36)
  expect(opened?.[2], '0 asks for the highest, and the answer says which that is').toBe(ADMINISTRATOR)
  expect(await console.openSession([9, 4, 1])).toHaveLength(8)
})

test('a repeated RAKP 1 is answered with the same random number, a repeated RAKP 3 with the same RAKP 4', async () => {
  const { bmc, console } = await bmcAndConsole()
  const opened = await console.openSession()
  console.managedId = Buffer.from(opened?.subarray(8, 12) ?? [])
  const random = randomBytes(16)
  const [one, two] = [await console.rakp1('admin', 0x14, random, 1), await console.rakp1('admin', 0x14, random, 2)]
  expect([one?.[0], two?.[0]]).toEqual([1, 2])
  expect(one?.subarray(1)).toEqual(two?.subarray(1))

  expect(await console.login('admin', 'secret')).toBe(0)
  const again = await console.rakp3(Buffer.alloc(32), 0x55)
  expect([again?.[0], again?.[1], again?.length]).toEqual([0x55, 0, 24])
  expect(bmc.sessions.count).toBe(1)
})

test('a packet seen before is not carried out again', async () => {
  const { console, machine, listener } = await bmcAndConsole()
  await console.login('admin', 'secret')
  await console.command(...setPrivilege, [ADMINISTRATOR])
  const powerUp = console.request(0x00, 0x02, [1])
  console.send(powerUp)
  expect(console.open((await console.answer())!)).toEqual(Buffer.from([0]))
  expect(machine.verbs).toHaveLength(1)
  await machine.powerOff()
  const before = machine.verbs.length
  console.send(powerUp)
  expect(await console.answer()).toBeUndefined()
  expect(machine.verbs).toHaveLength(before)
  expect(listener.counters.dropped.sequence).toBe(1)
})

test('one wrong bit anywhere in a session packet is silence', async () => {
  const { console, machine, listener } = await bmcAndConsole()
  await console.login('admin', 'secret')
  await console.command(...setPrivilege, [ADMINISTRATOR])
  const packet = console.request(0x00, 0x02, [1])
  for (let at = 4; at < packet.length; at++) {
    const wrong = Buffer.from(packet)
    wrong[at] ^= 0x04
    console.send(wrong)
  }
  expect(await console.answer()).toBeUndefined()
  expect(machine.verbs).toHaveLength(0)
  expect(listener.counters.dropped.integrity).toBeGreaterThan(10)
  console.send(packet)
  expect(console.open((await console.answer())!)).toEqual(Buffer.from([0]))
})

test('unprotected packets do not enter a protected session', async () => {
  const { console, listener } = await bmcAndConsole()
  await console.login('admin', 'secret')
  const sealed = console.request(...getChassisStatus)
  const bare = Buffer.from(sealed.subarray(0, sealed.length - 18))
  bare[5] &= ~0x40
  console.send(bare)
  expect(await console.answer()).toBeUndefined()
  expect(listener.counters.dropped['not protected']).toBe(1)
})

test('sequence numbers out of the window are dropped, inside it taken in any order', async () => {
  const { console } = await bmcAndConsole()
  await console.login('admin', 'secret')
  const asked = async (sequence: number) => {
    console.send(console.request(...getChassisStatus, [], sequence))
    return (await console.answer()) !== undefined
  }
  expect(await asked(16)).toBe(false)
  expect(await asked(15)).toBe(true)
  expect(await asked(3)).toBe(true)
  expect(await asked(3)).toBe(false)
  expect(await asked(31)).toBe(false)
  expect(await asked(30)).toBe(true)
})

const openSessionRequest = Buffer.from(
  '0600ff0706100000000000000000200000000000a4a3a2a0000000080300000001000008040000000200000801000000',
  'hex',
)

test('a thousand logins that stop half way keep nobody out', async () => {
  const { console, another } = await bmcAndConsole()
  for (let i = 0; i < 1000; i++) {
    console.send(openSessionRequest)
    if (i % 50 === 0) await console.answer()
  }
  expect((await console.openSession())?.[1]).toBe(0)
  expect(await (await another()).login('admin', 'secret')).toBe(0)
})

test('63 sessions, then status 01h, and room again when one has gone', async () => {
  const { bmc, console, another } = await bmcAndConsole()
  for (let i = 0; i < 63; i++) expect(await (await another()).login('admin', 'secret')).toBe(0)
  expect(await console.login('admin', 'secret')).toBe(0x01)
  bmc.sessions.end(bmc.sessions.all[20], 'closed')
  expect(await console.login('admin', 'secret')).toBe(0)
})

test("a user's own session limit", async () => {
  const { console, another } = await bmcAndConsole({ users: [userSeed(2, 'admin', 'secret', { maxSessions: 1 })] })
  expect(await console.login('admin', 'secret')).toBe(0)
  expect(await (await another()).login('admin', 'secret')).toBe(0x0b)
})

test('an idle session ends after 60 seconds, one in use does not', async () => {
  const { bmc, clock, console } = await bmcAndConsole()
  await console.login('admin', 'secret')
  clock.advance(50_000)
  expect((await console.command(...getChassisStatus))?.[0]).toBe(0)
  clock.advance(50_000)
  expect((await console.command(...getChassisStatus))?.[0]).toBe(0)
  clock.advance(61_000)
  expect(bmc.sessions.count).toBe(0)
  expect(await console.command(...getChassisStatus)).toBeUndefined()
})

test('two keys: K_g and the password are both needed', async () => {
  const kg = Buffer.from('twenty bytes of key!')
  const { console } = await bmcAndConsole({ channels: [channelSeed({ kg })] })
  expect(await console.login('admin', 'secret', { kg })).toBe(0)
  await expect(console.login('admin', 'secret')).rejects.toThrow('RAKP 4')
})

test('whatever arrives, the next good packet is answered', async () => {
  const { console, listener } = await bmcAndConsole()
  for (let size = 0; size < 400; size++) {
    console.send(randomBytes(size))
    console.send(Buffer.concat([Buffer.from('0600ff07', 'hex'), randomBytes(size)]))
    console.send(Buffer.concat([Buffer.from('0600ff0706', 'hex'), randomBytes(size)]))
    if (size % 20 === 0) await console.answer()
  }
  expect(await console.login('admin', 'secret')).toBe(0)
  expect(listener.counters.dropped.malformed).toBeGreaterThan(100)
})

test('what goes wrong at a login is counted once, by whose user it is', async () => {
  const storage = testStorage()
  const { bmc, console, another } = await bmcAndConsole({
    storage: { ...storage, sel: { capacity: 40, support: 0x0f, records: [], sessionAudit: true } },
  })
  const seen: string[] = []
  bmc.sel.onEvent(({ data }) => seen.push(Buffer.from(data).toString('hex')))
  expect(await console.login('nobody', 'x')).toBe(0x0d)
  expect(await console.login('admin', 'wrong')).toBe(0x0f)
  // A console that finds out itself that its password is wrong says so in RAKP 3, and gets no answer.
  const ops = await another()
  const opened = await ops.openSession()
  ops.managedId = Buffer.from(opened?.subarray(8, 12) ?? [])
  expect((await ops.rakp1('ops', 0x13))?.[1]).toBe(0)
  expect(await ops.ask(0x14, Buffer.concat([Buffer.from([0x13, 0x0f, 0, 0]), ops.managedId]))).toBeUndefined()
  expect(await (await another()).login('admin', 'secret')).toBe(0)
  expect(seen).toEqual(['f20001', 'f20201', 'f20301', 'f00201'])
})

test('three wrong passwords lock a user out where the channel says so, and the right one does not help', async () => {
  const { bmc, console, clock } = await bmcAndConsole()
  await bmc.lanConfiguration(1)?.set(26, Uint8Array.of(1, 3, 0, 0, 1, 0))
  for (let i = 0; i < 3; i++) expect(await console.login('admin', 'wrong')).toBe(0x0f)
  expect(await console.login('admin', 'secret')).toBe(0x0d)
  clock.advance(10_000)
  expect(await console.login('admin', 'secret')).toBe(0)
})

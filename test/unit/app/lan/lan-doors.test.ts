import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { LanDoors } from '../../../../src/app/lan/lan-doors.ts'
import { BmcError } from '../../../../src/base/errors.ts'
import type { Logger } from '../../../../src/base/logger.ts'
import { silentLogger } from '../../../../src/base/logger.ts'
import type { Random } from '../../../../src/base/random.ts'
import { Wheel } from '../../../../src/base/wheel.ts'
import { MemoryStore } from '../../../../src/bmc/store.ts'
import type { LanChannelConfig } from '../../../../src/config/config.ts'
import type { Network, Place } from '../../../../src/net/network.ts'
import { ask } from '../../../support/ask.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { RemoteConsole } from '../../../support/remote-console.ts'
import { channelSeed, guest, testBmc, userSeed } from '../../../support/test-bmc.ts'
import { until } from '../../../support/until.ts'
import { unusedPort } from '../../../support/unused-port.ts'

/** Loopback addresses of this file; all of 127.0.0.0/8 is there on Linux. */
const [A, B, C] = ['127.52.1.1', '127.52.1.2', '127.52.1.3']
const at = { file: 'lab.yaml', line: 4, column: 1, length: 1 }

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A network whose addresses are all there, and what was asked of it. */
function fakeNetwork() {
  const claimed = new Set<string>()
  let refusal: BmcError | undefined
  const keyOf = ({ address, prefix, vlan }: Place) => `${address}/${prefix}${vlan === undefined ? '' : `.${vlan}`}`
  const network: Network = {
    async check() {
      if (refusal) throw refusal
    },
    async claim(place) {
      if (refusal) throw refusal
      claimed.add(keyOf(place))
    },
    async release(place) {
      claimed.delete(keyOf(place))
    },
    async announce() {},
    prefixOf: () => undefined,
    async tidy() {},
    async close() {
      claimed.clear()
    },
  }
  const refuse = () => {
    refusal = new BmcError('wrong-state', 'br0 is down')
  }
  return { network, claimed: () => [...claimed], refuse }
}

async function bmcAt(host: string, more: Partial<LanChannelConfig> = {}, store = new MemoryStore(), port = 0) {
  const wanted = port === 0 ? await unusedPort() : port
  const clock = new FakeClock()
  const lines: string[] = []
  const log: Logger = { ...silentLogger, info: (_, text) => lines.push(text), child: () => log }
  const { network, claimed, refuse } = fakeNetwork()
  const seed = channelSeed({ addresses: [{ host, port: wanted }] })
  const config: LanChannelConfig = {
    ...seed,
    at,
    addresses: [{ host, port: wanted, at }],
    lanConfigProgram: undefined,
    trapPort: 162,
    alias: undefined,
    ...more,
  }
  const random: Random = { fill: (into, from, to) => into.fill(7, from, to) }
  const doors = new LanDoors({ config, node: 'cn01', network, clock, wheel: new Wheel(clock), random, log })
  const { bmc, attend } = testBmc({
    clock,
    store,
    log,
    users: [userSeed(2, 'admin', 'secret')],
    channels: [{ ...seed, card: doors }],
  })
  const notes = await doors.open(bmc)
  closing.push(() => doors.close())
  const set = (request: string) => ask(bmc, guest, `0c/01 01 ${request}`)
  return { bmc, attend, doors, clock, store, port: wanted, notes, lines, claimed, refuse, set }
}

const to = (address: string) =>
  `03 ${Buffer.from(address.split('.').map(Number))
    .toString('hex')
    .replace(/..(?=.)/g, '$& ')}`

/** ASF ping: true for a pong, false for a port that nobody has. */
async function answers(address: string, port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  try {
    socket.connect(port, address)
    await once(socket, 'connect')
    const refused = once(socket, 'error').then(() => false)
    const pong = once(socket, 'message').then(() => true)
    socket.send(Buffer.from('0600ff06000011be80770000', 'hex'))
    // From a socket on every address the pong comes from 127.0.0.1, and is not for this socket.
    return await Promise.race([pong, refused, sleep(500, false, { ref: false })])
  } catch {
    return false
  } finally {
    socket.on('error', () => {})
    socket.close()
  }
}

async function login(address: string, port: number): Promise<RemoteConsole> {
  const console = await RemoteConsole.open({ address, port })
  closing.push(() => console.close())
  expect(await console.login('admin', 'secret')).toBe(0)
  return console
}

test('the guest moves the BMC: it answers at the new address, and the old one is silent', async () => {
  const { set, port, clock, doors, lines } = await bmcAt(A)
  expect(await set(to(B))).toBe('00')
  expect(await answers(B, port)).toBe(true)
  clock.advance(100)
  await until('the old address to be silent', async () => !(await answers(A, port)))
  expect(doors.bound).toEqual([{ address: B, port }])
  expect(lines).toContain(`BMC of cn01 now answers on ${B} (was ${A})`)
})

test('a client moves the BMC in its own session: it goes on for a second, then the session ends', async () => {
  const { bmc, port, clock, doors } = await bmcAt(A)
  const console = await login(A, port)
  await console.command(0x06, 0x3b, [4])
  expect(await console.command(0x0c, 0x01, [1, 3, 127, 52, 1, 2])).toEqual(Buffer.from([0]))
  expect(await console.command(0x0c, 0x01, [1, 6, 255, 255, 0, 0])).toEqual(Buffer.from([0]))
  expect(await answers(B, port)).toBe(true)
  clock.advance(999)
  expect(bmc.sessions.count).toBe(1)
  clock.advance(1)
  await until('its end', () => bmc.sessions.count === 0)
  await until('silence', async () => !(await answers(A, port)))
  expect(doors.counters.received).toBeGreaterThan(5)
})

test('the old address goes as soon as the client has closed its session', async () => {
  const { port, clock, bmc } = await bmcAt(A)
  const console = await login(A, port)
  await console.command(0x06, 0x3b, [4])
  await console.command(0x0c, 0x01, [1, 3, 127, 52, 1, 2])
  expect(await console.command(0x06, 0x3c, [...console.managedId])).toEqual(Buffer.from([0]))
  expect(bmc.sessions.count).toBe(0)
  clock.advance(100)
  await until('silence', async () => !(await answers(A, port)))
})

test('a guest that says no more than where the BMC is to be has its way when it has been quiet for a minute', async () => {
  const { set, attend, port, clock, doors } = await bmcAt(A)
  attend()
  clock.advance(10_000)
  for (const request of ['00 01', to(B)]) expect(await set(request)).toBe('00')
  clock.advance(59_000)
  expect(doors.bound).toEqual([{ address: A, port }])
  clock.advance(2_000)
  await until('the move', () => doors.bound[0]?.address === B)
})

test('there and back again within the second', async () => {
  const { set, port, clock, claimed } = await bmcAt(A)
  await set(to(B))
  expect(await set(to(A))).toBe('00')
  clock.advance(1000)
  await until('silence', async () => !(await answers(B, port)))
  expect(await answers(A, port)).toBe(true)
  await until('one address', () => claimed().length === 1)
  expect(claimed()).toEqual([`${A}/8`])
})

test('an address that another BMC has, or that is nowhere, is refused, and all stays as it was', async () => {
  const { set, port } = await bmcAt(A)
  await bmcAt(B, {}, new MemoryStore(), port)
  expect(await set(to(B))).toBe('d5')
  expect(await set(to('203.0.113.77'))).toBe('d5')
  expect(await set('03 00 00 00 00')).toBe('cc')
  expect([await answers(A, port), await answers(B, port)]).toEqual([true, true])
  expect(await set(to(C))).toBe('00')
})

test('a network that cannot have the address', async () => {
  const { set, port, refuse } = await bmcAt(A)
  refuse()
  expect(await set(to(B))).toBe('d5')
  expect([await answers(A, port), await answers(B, port)]).toEqual([true, false])
})

test('without a DHCP client, dhcp is refused', async () => {
  const { set } = await bmcAt(A)
  expect(await set('04 02')).toBe('d6')
  expect(await set('04 04')).toBe('d6')
  expect(await set('04 01')).toBe('00')
})

test.each(['0.0.0.0', '::'])('from every address (%s) to one', async (everywhere) => {
  const { bmc, set, port, clock, doors } = await bmcAt(everywhere)
  expect(await set('06 ff ff 00 00')).toBe('00')
  expect(await set(to(B))).toBe('00')
  expect(doors.bound).toEqual([{ address: B, port }])
  clock.advance(100)
  expect(await ask(bmc, guest, '0c/02 01 33 00 00')).toBe('00 11 00')
  await until('silence elsewhere', async () => !(await answers(A, port)))
  await until('an answer', () => answers(B, port))
})

test('the next start goes where the client had it, and to the file when that is gone', async () => {
  const { set, store, port, doors } = await bmcAt(A)
  await set(to(B))
  await doors.close()
  const again = await bmcAt(A, {}, store, port)
  expect(again.doors.bound).toEqual([{ address: B, port }])
  expect(again.notes).toEqual([])
  await again.doors.close()
  store.set('lan.1.3', 'cb00714d')
  const gone = await bmcAt(A, {}, store, port)
  expect(gone.doors.bound).toEqual([{ address: A, port }])
  expect(gone.notes).toEqual([`cn01: 203.0.113.77, which was set over IPMI, cannot be had; its BMC answers on ${A}`])
  expect(await ask(gone.bmc, guest, '0c/02 01 03 00 00')).toBe('00 11 7f 34 01 01')
})

test('a cold reset opens the sockets again', async () => {
  const { bmc, port, clock } = await bmcAt(A)
  await login(A, port)
  bmc.reset('cold')
  clock.advance(100)
  await until('an answer', () => answers(A, port))
  expect(bmc.sessions.count).toBe(0)
  await login(A, port)
})

test('on an interface: the new address is claimed with its mask before the old one is released', async () => {
  const alias = { interface: 'br0', prefixLength: 24 }
  const { set, claimed, clock, doors } = await bmcAt(A, { alias })
  expect(claimed()).toEqual([`${A}/8`])
  expect(await set('00 01')).toBe('00')
  expect(await set(to(B))).toBe('00')
  expect(await set('06 ff ff 00 00')).toBe('00')
  expect(await set('14 2a 80')).toBe('00')
  expect(await set('00 02')).toBe('00')
  expect(claimed()).toEqual([`${A}/8`, `${B}/16.42`])
  clock.advance(100)
  await until('the release', () => claimed().length === 1)
  expect(await set('00 00')).toBe('00')
  expect(await set('14 00 00')).toBe('00')
  clock.advance(1000)
  await until('the release', () => claimed().length === 1)
  expect(claimed()).toEqual([`${B}/16`])
  await doors.close()
  expect(claimed()).toEqual([])
})

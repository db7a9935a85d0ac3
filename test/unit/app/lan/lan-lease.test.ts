import { afterEach, expect, test } from 'vitest'
import { LanDoors } from '../../../../src/app/lan/lan-doors.ts'
import { BmcError } from '../../../../src/base/errors.ts'
import { type Logger, silentLogger } from '../../../../src/base/logger.ts'
import type { Random } from '../../../../src/base/random.ts'
import { Wheel } from '../../../../src/base/wheel.ts'
import { MemoryStore } from '../../../../src/bmc/store.ts'
import type { LanChannelConfig } from '../../../../src/config/config.ts'
import type { Lease, Network, OwnCard } from '../../../../src/net/network.ts'
import { udpHere } from '../../../../src/net/udp-here.ts'
import { ask } from '../../../support/ask.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { channelSeed, guest, testBmc } from '../../../support/test-bmc.ts'
import { until } from '../../../support/until.ts'
import { unusedPort } from '../../../support/unused-port.ts'

/** Loopback stands for the network of a card of its own. */
const [A, B] = ['127.62.1.1', '127.62.1.2']
const lease = (address: string): Lease => ({ address, prefix: 16, gateway: '127.62.0.254' })
const at = { file: 'lab.yaml', line: 4, column: 1, length: 1 }
const NOTHING = '00 11 00 00 00 00'
const bytes = (address: string) =>
  Array.from(address.split('.'), (part) => Number(part).toString(16).padStart(2, '0')).join(' ')

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A card whose DHCP server is the test; `calls` are what was asked of it. */
function fakeCard() {
  const calls: string[] = []
  let told: ((lease: Lease | undefined) => void) | undefined
  let missing = false
  let refusals = 0
  const own: OwnCard = {
    namespace: 'bmcsim-cn01',
    async setMac(mac) {
      if ((mac[0] & 1) !== 0) throw new BmcError('invalid-field', 'multicast')
      calls.push(`mac ${Buffer.from(mac).toString('hex')}`)
    },
    socket: udpHere,
    listener: () => Promise.reject(new Error('nobody listens here')),
    async checkLease() {
      if (missing) throw new BmcError('not-supported', 'no client')
    },
    async startLease(changed) {
      await own.checkLease()
      calls.push('start')
      told = changed
    },
    async stopLease() {
      calls.push('stop')
      told = undefined
    },
  }
  const network: Network = {
    own,
    async check() {},
    async claim({ address, prefix, gateway }) {
      if (refusals-- > 0) throw new BmcError('wrong-state', 'the cable is gone')
      calls.push(`claim ${address}/${prefix} via ${gateway}`)
    },
    async release({ address }) {
      calls.push(`release ${address}`)
    },
    async announce() {},
    prefixOf: () => 16,
    async tidy() {},
    async close() {},
  }
  return {
    network,
    calls: () => calls.splice(0),
    tell: (given: Lease | undefined) => told?.(given),
    lose: () => {
      missing = true
    },
    refuse: (times: number) => {
      refusals = times
    },
  }
}

async function bmcWith(host: string, store = new MemoryStore()) {
  const card = fakeCard()
  const clock = new FakeClock()
  const lines: string[] = []
  const note = (_: object, text: string) => lines.push(text)
  const log: Logger = { ...silentLogger, info: note, warn: note, error: note, child: () => log }
  const dhcp = host === 'dhcp'
  const address = { host: dhcp ? '0.0.0.0' : host, port: await unusedPort() }
  const seed = channelSeed({ addresses: [address], dhcp })
  const config: LanChannelConfig = {
    ...seed,
    at,
    addresses: [{ ...address, at }],
    lanConfigProgram: undefined,
    trapPort: 162,
    alias: undefined,
    namespace: { bridge: 'br0', prefixLength: 24, dhcp },
  }
  const random: Random = { fill: (into, from, to) => into.fill(7, from, to) }
  const doors = new LanDoors({
    config,
    node: 'cn01',
    network: card.network,
    clock,
    wheel: new Wheel(clock),
    random,
    log,
  })
  const { bmc } = testBmc({ clock, store, log, channels: [{ ...seed, card: doors }] })
  await doors.open(bmc)
  closing.push(() => doors.close())
  const set = (request: string) => ask(bmc, guest, `0c/01 01 ${request}`)
  const get = (request: string) => ask(bmc, guest, `0c/02 01 ${request} 00 00`)
  /** The lease has been taken in. */
  const leased = async (address: string | undefined) => {
    card.tell(address === undefined ? undefined : lease(address))
    await until('the BMC there', () => doors.bound[0]?.address === address)
  }
  return { ...card, doors, clock, store, lines, set, get, leased }
}

test('asks from the start: no address until a server gives one, and the guest can read it all the while', async () => {
  const { doors, get, leased, calls, clock } = await bmcWith('dhcp')
  expect(doors.bound).toEqual([])
  expect([await get('03'), await get('04'), await get('06')]).toEqual([NOTHING, '00 11 02', NOTHING])
  const notes = doors.firstLease()
  clock.advance(5_000)
  expect(await notes).toEqual(['cn01: no DHCP server has answered yet; its BMC has no address and goes on asking'])
  await leased(A)
  expect(await get('03')).toBe(`00 11 ${bytes(A)}`)
  expect([await get('06'), await get('0c')]).toEqual(['00 11 ff ff 00 00', '00 11 7f 3e 00 fe'])
  expect(calls()).toEqual(['mac 021122334455', 'start', `claim ${A}/16 via 127.62.0.254`])
  expect(await doors.firstLease()).toEqual([])
})

test('a start waits for the first lease, and no longer', async () => {
  const { doors, tell } = await bmcWith('dhcp')
  const notes = doors.firstLease()
  tell(undefined) // how a client begins
  tell(lease(A))
  expect(await notes).toEqual([])
  expect(doors.bound).toMatchObject([{ address: A }])
})

test('what the server says is D5h to set, as on Intel and OpenBMC; the same value may be written back', async () => {
  const { set, leased } = await bmcWith('dhcp')
  expect(await set(`03 ${bytes(A)}`)).toBe('d5')
  await leased(A)
  expect([await set(`03 ${bytes(B)}`), await set('06 ff 00 00 00'), await set('0c 7f 3e 00 01')]).toEqual([
    'd5',
    'd5',
    'd5',
  ])
  expect([await set(`03 ${bytes(A)}`), await set('06 ff ff 00 00')]).toEqual(['00', '00'])
  expect(await set('14 2a 80')).toBe('d6')
})

test('a lease moves the BMC, and it has no address when the lease has run out', async () => {
  const { leased, doors, calls, get, lines, clock } = await bmcWith('dhcp')
  await leased(A)
  await leased(B)
  clock.advance(1_000)
  await until('the release', () => calls().includes(`release ${A}`))
  await leased(undefined)
  await until('the release', () => calls().includes(`release ${B}`))
  expect([await get('03'), doors.bound]).toEqual([NOTHING, []])
  expect(lines.at(-1)).toMatch(/has run out/)
})

test('a lease that cannot be made true is tried again', async () => {
  const { tell, refuse, clock, doors, lines } = await bmcWith('dhcp')
  refuse(1)
  tell(lease(A))
  await until('the failure', () => lines.some((line) => line.includes('tried again')))
  expect(doors.bound).toEqual([])
  clock.advance(1_000)
  await until('the second try', () => doors.bound[0]?.address === A)
})

test('static goes on with what was leased, and the next start too', async () => {
  const { set, get, leased, store, calls, doors } = await bmcWith('dhcp')
  await leased(A)
  expect(await set('04 01')).toBe('00')
  expect(calls().at(-1)).toBe('stop')
  expect([await get('03'), await get('06'), await get('0c')]).toEqual([
    `00 11 ${bytes(A)}`,
    '00 11 ff ff 00 00',
    '00 11 7f 3e 00 fe',
  ])
  expect(await set(`03 ${bytes(B)}`)).toBe('00')
  await doors.close()
  const next = await bmcWith('dhcp', store)
  expect(next.doors.bound).toMatchObject([{ address: B }])
  expect(next.calls()).toEqual(['mac 021122334455', `claim ${B}/16 via 127.62.0.254`])
})

test('static without a lease: what was set before, else no address until one is set', async () => {
  const { set, doors } = await bmcWith('dhcp')
  expect(await set('04 01')).toBe('00')
  expect(doors.bound).toEqual([])
  expect(await set(`03 ${bytes(A)}`)).toBe('00')
  expect(doors.bound).toMatchObject([{ address: A }])
  expect(await set('04 02')).toBe('00')
  expect(doors.bound).toEqual([])
  expect(await set('04 01')).toBe('00')
  expect(doors.bound).toMatchObject([{ address: A }])
})

test('a set in progress takes DHCP away and sets the address as one', async () => {
  const { set, doors, leased } = await bmcWith('dhcp')
  await leased(A)
  for (const request of ['00 01', '04 01', `03 ${bytes(B)}`, '00 02']) expect(await set(request)).toBe('00')
  expect(doors.bound).toMatchObject([{ address: B }])
})

test('static to DHCP is kept: the next start asks, whatever the file says', async () => {
  const { set, get, store, doors, calls } = await bmcWith(A)
  expect(await set('04 02')).toBe('00')
  expect([await get('03'), await get('04'), doors.bound]).toEqual([NOTHING, '00 11 02', []])
  expect(calls()).toContain('start')
  await doors.close()
  const next = await bmcWith(A, store)
  expect([next.calls(), next.doors.bound]).toEqual([['mac 021122334455', 'start'], []])
})

test('without a DHCP client on this machine it is D6h, and everything stays', async () => {
  const { set, get, lose, doors } = await bmcWith(A)
  lose()
  expect(await set('04 02')).toBe('d6')
  expect([await get('04'), doors.bound]).toMatchObject(['00 11 01', [{ address: A }]])
})

test('another MAC is set on the card, kept, and shown to the server; a multicast one is CCh', async () => {
  const { set, get, leased, calls, store, doors } = await bmcWith('dhcp')
  await leased(A)
  calls()
  expect(await set('05 02 00 00 00 00 09')).toBe('00')
  expect(calls().slice(0, 2)).toEqual(['mac 020000000009', 'start'])
  expect([await get('05'), await get('03')]).toEqual(['00 11 02 00 00 00 00 09', NOTHING])
  expect(await set('05 01 00 00 00 00 09')).toBe('cc')
  expect(await get('05')).toBe('00 11 02 00 00 00 00 09')
  await doors.close()
  expect((await bmcWith(A, store)).calls()[0]).toBe('mac 020000000009')
})

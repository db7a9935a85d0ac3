import { expect, test } from 'vitest'
import { BmcError } from '../../../../src/base/errors.ts'
import type { LanProgram, LanProgramName } from '../../../../src/bmc/lan/lan-program.ts'
import { MemoryStore } from '../../../../src/bmc/store.ts'
import { channelSeed, testBmc, testSession } from '../../../support/test-bmc.ts'

/** A program that notes its calls the way they would stand on a command line. */
function fakeProgram() {
  const calls: string[] = []
  const values = new Map<LanProgramName, string>([['ip_addr', '10.0.0.1']])
  let refusal: BmcError | undefined
  const program: LanProgram = {
    async get(names) {
      calls.push(`get ${names.join(' ')}`)
      return values
    },
    async check(name, value) {
      calls.push(`check ${name} ${value}`)
      if (refusal) throw refusal
    },
    async set(all) {
      calls.push(`set ${[...all].flat().join(' ')}`)
      if (refusal) throw refusal
    },
  }
  const refuse = () => {
    refusal = new BmcError('invalid-field', 'no')
  }
  return { calls, program, refuse }
}

function lanWith(program?: LanProgram, store = new MemoryStore()) {
  const parts = testBmc({ store, channels: [channelSeed({ program })] })
  return { ...parts, lan: parts.bmc.lanConfiguration(1)! }
}

test.each([
  [3, [10, 9, 8, 7]],
  [4, [2]],
  [5, [2, 0, 0, 1, 2, 3]],
  [6, [255, 255, 255, 0]],
  [7, [0x40, 0x40, 0x10]],
  [12, [10, 9, 8, 1]],
  [13, [1, 2, 3, 4, 5, 6]],
  [14, [10, 9, 8, 2]],
  [15, [6, 5, 4, 3, 2, 1]],
  [16, [...Buffer.from('private'), ...new Array(11).fill(0)]],
  [20, [0x2a, 0x80]],
  [21, [5]],
])('parameter %i reads back as set, also after a restart', (number, bytes) => {
  const store = new MemoryStore()
  const data = Uint8Array.from(bytes)
  expect(lanWith(undefined, store).lan.set(number, data)).toBe('set')
  expect(lanWith(undefined, store).lan.get(number)).toEqual(data)
})

test('an address on the loopback net is told with its mask; the community is NUL padded', () => {
  const { lan } = lanWith()
  expect(lan.get(3)).toEqual(Uint8Array.of(127, 0, 0, 7))
  expect(lan.get(6)).toEqual(Uint8Array.of(255, 0, 0, 0))
  expect(Buffer.from(lan.get(16) as Uint8Array).toString()).toBe('public'.padEnd(18, '\0'))
})

test('sizes, reserved sources, read-only and unknown parameters', () => {
  const { lan } = lanWith()
  expect(() => lan.set(3, Uint8Array.of(1, 2, 3))).toThrow(expect.objectContaining({ reason: 'length' }))
  expect(() => lan.set(4, Uint8Array.of(5))).toThrow(expect.objectContaining({ reason: 'field' }))
  expect(() => lan.set(2, Uint8Array.of(0x20, 0, 0, 0, 0))).toThrow(expect.objectContaining({ reason: 'field' }))
  expect(lan.set(22, Uint8Array.of(1))).toBe('read-only')
  expect(lan.set(99, Uint8Array.of(1))).toBe('unknown')
  expect(lan.get(99)).toBeUndefined()
})

test('parameter 24 counts suite numbers, four bits each, and reads back as set', () => {
  const store = new MemoryStore()
  const { lan } = lanWith(undefined, store)
  expect(lan.get(24)).toEqual(Uint8Array.of(0, 0x40, 0x44, 0x00, 0x44, 0x04, 0x40, 0x04, 0x40))
  const data = Uint8Array.of(0, 0x44, 0x03, 0x44, 0x44, 0x44, 0x44, 0x44, 0x24)
  expect(lan.set(24, data)).toBe('set')
  const { lan: again, bmc } = lanWith(undefined, store)
  expect(again.get(24)).toEqual(data)
  const levels = [0, 1, 2, 3, 4, 15, 16, 17].map((id) => bmc.channels.lan[0].suitePrivilege(id))
  const [none, admin] = [undefined, 'Administrator']
  expect(levels).toEqual([none, admin, 'Operator', none, none, 'User', admin, admin])
  expect(() => lan.set(24, new Uint8Array(9).fill(0x66))).toThrow(expect.objectContaining({ reason: 'field' }))
  expect(() => lan.set(24, new Uint8Array(8))).toThrow(expect.objectContaining({ reason: 'length' }))
})

test('a program is asked for each read, and given all changes in one call on commit', async () => {
  const { calls, program } = fakeProgram()
  const { lan, bmc } = lanWith(program)
  const session = testSession(bmc)
  expect(await lan.get(3)).toEqual(Uint8Array.of(10, 0, 0, 1))
  lan.setInProgress.begin(session)
  await lan.set(3, Uint8Array.of(10, 9, 8, 7))
  await lan.set(4, Uint8Array.of(1))
  await lan.set(6, Uint8Array.of(255, 255, 255, 0))
  expect(await lan.get(3)).toEqual(Uint8Array.of(10, 9, 8, 7))
  await lan.commit()
  await lan.commit()
  expect(calls).toEqual([
    'get ip_addr',
    'check ip_addr_src static',
    'set ip_addr 10.9.8.7 ip_addr_src static subnet_mask 255.255.255.0',
  ])
})

test('outside a set in progress every value goes to the program at once', async () => {
  const { calls, program } = fakeProgram()
  await lanWith(program).lan.set(5, Uint8Array.of(0x52, 0x54, 0, 1, 2, 0x0f))
  expect(calls).toEqual(['set mac_addr 52:54:00:01:02:0f'])
})

test('a refusal reaches the client and the value is not kept', async () => {
  const { program, refuse } = fakeProgram()
  const { lan } = lanWith(program)
  refuse()
  await expect(lan.set(4, Uint8Array.of(2))).rejects.toMatchObject({ reason: 'invalid-field' })
  await expect(lan.set(3, Uint8Array.of(1, 1, 1, 1))).rejects.toMatchObject({ reason: 'invalid-field' })
  expect(await lan.get(3)).toEqual(Uint8Array.of(10, 0, 0, 1))
})

test('a client that goes away has not lost what was acknowledged, and blocks nobody', async () => {
  const { calls, program } = fakeProgram()
  const { lan, bmc } = lanWith(program)
  const [gone, next] = [testSession(bmc), testSession(bmc)]
  lan.setInProgress.begin(gone)
  await lan.set(3, Uint8Array.of(10, 9, 8, 7))
  bmc.sessions.end(gone, 'timed out')
  expect(calls).toEqual(['set ip_addr 10.9.8.7'])
  expect(lan.setInProgress.begin(next)).toBe(true)
})

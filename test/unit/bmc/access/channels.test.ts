import { expect, test } from 'vitest'
import { Channels, maximumPrivilege } from '../../../../src/bmc/access/channels.ts'
import type { UserAccess } from '../../../../src/bmc/access/users.ts'
import { MemoryStore } from '../../../../src/bmc/store.ts'
import { channelSeed } from '../../../support/test-bmc.ts'

const admin: UserAccess = {
  privilege: 'Administrator',
  ipmiMessaging: true,
  linkAuthentication: false,
  callbackOnly: false,
  sessionLimit: 0,
}

function channels(store = new MemoryStore(), seed = channelSeed()) {
  return new Channels(store, [seed])
}

test('Eh is the channel of the request, Fh the system interface', () => {
  const all = channels()
  expect(all.resolve(0x0e, { channel: 1 })?.number).toBe(1)
  expect(all.resolve(0x0e, { channel: 0x0f })?.medium).toBe('system')
  expect(all.resolve(0x0f, { channel: 1 })?.medium).toBe('system')
  expect(all.resolve(2, { channel: 1 })).toBeUndefined()
})

test('suite 0 is offered only where the configuration asks for it', () => {
  expect(channels().lan[0].supportsSuite(0)).toBe(false)
  expect(channels().lan[0].supportsSuite(17)).toBe(true)
  expect(channels().lan[0].supportsSuite(4)).toBe(false)
  expect(channels(new MemoryStore(), channelSeed({ allowCipherSuite0: true })).lan[0].supportsSuite(0)).toBe(true)
})

test('the least of user, channel and suite is the maximum', () => {
  const channel = channels().lan[0]
  expect(maximumPrivilege(admin, channel, 17)).toBe('Administrator')
  expect(maximumPrivilege({ ...admin, privilege: 'Operator' }, channel, 17)).toBe('Operator')
  channel.setVolatileAccess({ ...channel.access, privilegeLimit: 'User' })
  expect(maximumPrivilege(admin, channel, 17)).toBe('User')
  expect(maximumPrivilege(admin, channel)).toBe('User')
})

test.each([
  ['no access', { ...admin, privilege: 'No Access' as const }],
  ['no messaging', { ...admin, ipmiMessaging: false }],
])('%s: no level at all', (_, access) => {
  expect(maximumPrivilege(access, channels().lan[0], 17)).toBeUndefined()
})

test('a disabled channel and a suite of level 0 let nobody in', () => {
  const channel = channels().lan[0]
  channel.setSuiteLevels(Uint8Array.of(0, 0x44, 0x04, 0x44, 0x44, 0x44, 0x44, 0x44, 0x44))
  expect(maximumPrivilege(admin, channel, 3)).toBeUndefined()
  expect(channel.supportsSuite(3)).toBe(false)
  expect(maximumPrivilege(admin, channel, 17)).toBe('Administrator')
  channel.setVolatileAccess({ ...channel.access, mode: 'disabled' })
  expect(maximumPrivilege(admin, channel, 17)).toBeUndefined()
})

test('the volatile setting goes with a restart, the other one stays', () => {
  const store = new MemoryStore()
  const before = channels(store)
  const channel = before.lan[0]
  channel.setVolatileAccess({ ...channel.access, privilegeLimit: 'User' })
  channel.setNonVolatileAccess({ ...channel.nonVolatileAccess, privilegeLimit: 'Operator' })
  expect(channel.access.privilegeLimit).toBe('User')
  expect(channels(store).lan[0].access.privilegeLimit).toBe('Operator')
  before.forgetVolatile()
  expect(channel.access.privilegeLimit).toBe('Operator')
})

test('a K_g of zeros is none; a key survives a restart', () => {
  const store = new MemoryStore()
  const channel = channels(store).lan[0]
  channel.setKg(new Uint8Array(20).fill(3))
  expect(channels(store).lan[0].kg).toEqual(new Uint8Array(20).fill(3))
  channel.setKg(new Uint8Array(20))
  expect(channel.kg).toBeUndefined()
  expect(channels(store, channelSeed({ kg: new Uint8Array(20).fill(9) })).lan[0].kg).toBeUndefined()
})

test('a BMC may have fewer suites than there are, and 0 beside them', () => {
  const [few] = channels(undefined, channelSeed({ cipherSuites: [3, 17] })).lan
  expect(few.suites.map(({ id }) => id)).toEqual([3, 17])
  const [more] = channels(undefined, channelSeed({ cipherSuites: [3], allowCipherSuite0: true })).lan
  expect(more.suites.map(({ id }) => id)).toEqual([0, 3])
})

import { expect, test } from 'vitest'
import { Users } from '../../../../src/bmc/access/users.ts'
import { MemoryStore } from '../../../../src/bmc/store.ts'
import { userSeed } from '../../../support/test-bmc.ts'

const seeds = [
  userSeed(2, 'root', 'first', { privilege: 'admin' }),
  userSeed(3, 'root', 'second', { privilege: 'operator' }),
  userSeed(4, 'off', 'x', { enabled: false }),
]

test('a name alone means its first user; a level chooses among users who share a name', () => {
  const users = new Users(new MemoryStore(), seeds)
  expect(users.find('root', 1)?.id).toBe(2)
  expect(users.find('root', 1, 'Operator')?.id).toBe(3)
  expect(users.find('root', 1, 'User')?.id).toBe(2)
  expect(users.find('roo', 1)).toBeUndefined()
})

test('who may not log in is not found', () => {
  const users = new Users(new MemoryStore(), seeds)
  expect(users.find('off', 1)).toBeUndefined()
  users.setAccess(2, 1, { ...users.get(2)!.access(1), privilege: 'No Access' })
  users.setAccess(3, 1, { ...users.get(3)!.access(1), ipmiMessaging: false })
  expect(users.find('root', 1)).toBeUndefined()
  expect(users.find('root', 2)?.id).toBe(2)
  expect(users.find('', 1)).toBeUndefined()
})

test('no user reaches a level above his own by name and level', () => {
  const users = new Users(new MemoryStore(), [userSeed(2, 'ops', 'x', { privilege: 'operator' })])
  expect(users.find('ops', 1, 'Administrator')).toBeUndefined()
})

test('changes are in the store before the setter returns, and an untouched field still follows the seed', () => {
  const store = new MemoryStore()
  const users = new Users(store, seeds)
  users.setName(5, 'new')
  users.setPassword(5, Buffer.from('p'.repeat(20)), 20)
  users.setEnabled(5, true)
  users.setAccess(5, 1, { ...users.get(5)!.access(1), privilege: 'User', ipmiMessaging: true, sessionLimit: 3 })
  users.setPassword(2, Buffer.from('changed'), 16)

  const again = new Users(store, [userSeed(2, 'renamed', 'in the file'), userSeed(5, 'seed', 'seed')])
  expect(again.find('new', 1)).toMatchObject({ id: 5, passwordSize: 20 })
  expect(Buffer.from(again.get(5)!.password).toString()).toBe('p'.repeat(20))
  expect(again.get(5)!.access(1)).toMatchObject({ privilege: 'User', sessionLimit: 3 })
  expect(again.get(2)!.name).toBe('renamed')
  expect(Buffer.from(again.get(2)!.password).toString()).toBe('changed'.padEnd(20, '\0'))
})

test('a stored value of the wrong shape counts as absent', () => {
  const store = new MemoryStore()
  store.set('user.2.password', 'secret')
  store.set('user.2.access.1', { privilege: 'king' })
  store.set('user.2.name', 7)
  const user = new Users(store, seeds).get(2)!
  expect(user.name).toBe('root')
  expect(Buffer.from(user.password.subarray(0, 5)).toString()).toBe('first')
  expect(user.access(1).privilege).toBe('Administrator')
})

test('only a change that locks somebody out is told', () => {
  const users = new Users(new MemoryStore(), seeds)
  const told: unknown[] = []
  users.onLockedOut((...who) => told.push(who))
  users.setAccess(2, 1, { ...users.get(2)!.access(1), privilege: 'Operator' })
  expect(told).toEqual([])
  users.setAccess(2, 1, { ...users.get(2)!.access(1), ipmiMessaging: false })
  users.setEnabled(3, false)
  expect(told).toEqual([
    [2, 1],
    [3, undefined],
  ])
})

test('a BMC may have fewer users than the protocol has room for', () => {
  const few = new Users(new MemoryStore(), [userSeed(2, 'admin', 'secret')], 10)
  expect(few.maximum).toBe(10)
  expect(few.get(10)).toBeDefined()
  expect(few.get(11)).toBeUndefined()
})

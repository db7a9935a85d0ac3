import { expect, test } from 'vitest'
import { channelSeed, testBmc, testSession } from '../../support/test-bmc.ts'

test('a locked-out user loses the sessions of that channel', () => {
  const { bmc } = testBmc({ channels: [channelSeed(), channelSeed({ number: 2 })] })
  const [admin, ops] = [testSession(bmc), testSession(bmc, 'Operator', 3)]
  bmc.users.setAccess(2, 2, { ...bmc.users.get(2)!.access(2), ipmiMessaging: false })
  expect(bmc.sessions.all).toEqual([admin, ops])
  bmc.users.setEnabled(2, false)
  expect(bmc.sessions.all).toEqual([ops])
})

test('a cold reset ends sessions and forgets what was in memory; a warm one keeps settings', () => {
  const { bmc, machine } = testBmc()
  const channel = bmc.channels.lan[0]
  const setUp = () => {
    testSession(bmc)
    bmc.identify.light(0, true)
    channel.setVolatileAccess({ ...channel.access, privilegeLimit: 'User' })
    bmc.boot.setInProgress.begin(undefined)
  }
  setUp()
  bmc.reset('warm')
  expect(bmc.sessions.count).toBe(0)
  expect(bmc.boot.setInProgress.active).toBe(false)
  expect(bmc.identify.state).toBe('indefinite')
  expect(channel.access.privilegeLimit).toBe('User')
  setUp()
  bmc.reset('cold')
  expect(bmc.sessions.count).toBe(0)
  expect(bmc.identify.state).toBe('off')
  expect(channel.access.privilegeLimit).toBe('Administrator')
  expect(machine.asked).toEqual([])
})

test('what an operating system said falls with its power', async () => {
  const { bmc, machine } = testBmc()
  expect(bmc.acpi.system).toBe(0x06)
  await bmc.power.control('power up', 'test')
  bmc.acpi.setSystem(0x20)
  bmc.systemInfo.setBlock(4, Uint8Array.of(0, 0, 5, ...Buffer.from('Linux'), ...new Array(9).fill(0)))
  bmc.systemInfo.setBlock(3, Uint8Array.of(0, 0, 5, ...Buffer.from('Linux'), ...new Array(9).fill(0)))
  machine.becomes('off', 'guest')
  expect(bmc.acpi.system).toBe(0x06)
  expect(bmc.systemInfo.block(4, 0)).toEqual(new Uint8Array(17))
  expect(bmc.systemInfo.block(3, 0)[2]).toBe(5)
})

test('after close the end of the machine is no event of its life', async () => {
  const { bmc, machine, store } = testBmc()
  await bmc.power.control('power up', 'test')
  bmc.close()
  machine.becomes('off', 'request')
  expect(store.get('power.last')).toBe('on')
})

test('idle sessions end', () => {
  const { bmc, clock, attend } = testBmc()
  attend()
  clock.advance(10_000)
  testSession(bmc)
  clock.advance(59_000)
  expect(bmc.sessions.count).toBe(1)
  clock.advance(3_000)
  expect(bmc.sessions.count).toBe(0)
})

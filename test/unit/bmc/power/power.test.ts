import { describe, expect, test, vi } from 'vitest'
import { BmcError } from '../../../../src/base/errors.ts'
import { silentLogger } from '../../../../src/base/logger.ts'
import type { PowerAction } from '../../../../src/bmc/power/power.ts'
import { MemoryStore } from '../../../../src/bmc/store.ts'
import { FakeMachine } from '../../../support/fake-machine.ts'
import { testBmc } from '../../../support/test-bmc.ts'

const pxeOnce = Uint8Array.of(0x80, 0x04, 0, 0, 0)
const diskForEver = Uint8Array.of(0xe0, 0x08, 0, 0, 0)

test('a one-shot boot choice goes to the next start only', async () => {
  const { bmc, machine } = testBmc()
  bmc.boot.set(5, false, pxeOnce)
  await bmc.power.control('power up', 'test', 1)
  await bmc.power.control('hard reset', 'test', 1)
  expect(machine.asked.map(({ options }) => options?.boot)).toEqual([
    { device: 'pxe', efi: false, persistent: false },
    undefined,
  ])
})

test('a persistent one goes to every start', async () => {
  const { bmc, machine } = testBmc()
  bmc.boot.set(5, false, diskForEver)
  await bmc.power.control('power up', 'test')
  await bmc.power.control('power cycle', 'test')
  const starts = machine.asked.filter(({ verb }) => verb === 'powerOn')
  expect(starts.map(({ options }) => options?.boot)).toEqual([
    { device: 'disk', efi: true, persistent: true },
    { device: 'disk', efi: true, persistent: true },
  ])
})

test('a start that fails gives the choice back, says so, and is a control fault until one succeeds', async () => {
  const error = vi.fn()
  const { bmc, machine } = testBmc({ log: { ...silentLogger, error } })
  bmc.boot.set(5, false, pxeOnce)
  machine.failure = new Error('no such program')
  await expect(bmc.power.control('power up', 'test')).rejects.toThrow('no such program')
  expect(error).toHaveBeenCalledWith(expect.objectContaining({ error: 'no such program' }), 'the machine did not start')
  expect(bmc.power.controlFault).toBe(true)
  await bmc.power.control('power up', 'test')
  expect(bmc.power.controlFault).toBe(false)
  expect(machine.asked[0].options?.boot?.device).toBe('pxe')
})

test('what the machine does is so where there is no room to write it down', async () => {
  const store = new MemoryStore()
  const { bmc, machine } = testBmc({ store })
  store.set = () => {
    throw new Error('ENOSPC: no space left on device, write')
  }
  await bmc.power.control('power up', 'test')
  await bmc.power.control('power cycle', 'test')
  expect([bmc.power.state, bmc.power.controlFault]).toEqual(['on', false])
  expect(machine.asked.map(({ verb }) => verb)).toEqual(['powerOn', 'powerOff', 'powerOn'])
  await bmc.power.control('power down', 'test')
  expect(bmc.power.state).toBe('off')
})

test('a machine that cannot choose leaves the choice unused', async () => {
  const { bmc, machine } = testBmc()
  machine.abilities = { ...machine.abilities, boot: false }
  bmc.boot.set(5, false, pxeOnce)
  await bmc.power.control('power up', 'test')
  expect(machine.asked[0].options?.boot).toBeUndefined()
  expect(bmc.boot.parameter(5, 0)?.data[0]).toBe(0x80)
})

test('on while on and off while off are harmless; what needs a running machine is refused while off', async () => {
  const { bmc, machine } = testBmc()
  await bmc.power.control('power down', 'test')
  for (const action of ['power cycle', 'hard reset', 'diagnostic interrupt', 'soft shutdown'] as const) {
    await expect(bmc.power.control(action, 'test')).rejects.toMatchObject({ reason: 'powered-off' })
  }
  await bmc.power.control('power up', 'test')
  await bmc.power.control('power up', 'test')
  expect(machine.verbs).toEqual(['powerOff', 'powerOn'])
})

describe('a machine that takes its time over going off', () => {
  async function slow() {
    const { bmc, machine, clock } = testBmc()
    await bmc.power.control('power up', 'test')
    machine.slowOff = true
    machine.asked.length = 0
    /** What is asked is answered after two seconds at most. */
    const within = async (action: PowerAction) => {
      let answer = 'waiting'
      const asked = bmc.power.control(action, 'test').then(
        () => 'accepted',
        (error: BmcError) => error.reason,
      )
      asked.then((how) => {
        answer = how
      })
      for (let i = 0; i < 10; i++) await Promise.resolve()
      if (answer === 'waiting') clock.advance(2_000)
      return asked
    }
    return { bmc, machine, within }
  }

  test('a cycle is accepted when "off" is under way, and comes back when it is off', async () => {
    const { machine, within } = await slow()
    expect(await within('power cycle')).toBe('accepted')
    expect(machine.verbs).toEqual(['powerOff'])
    machine.becomes('off', 'request')
    await vi.waitFor(() => expect(machine.power).toBe('on'))
    expect(machine.verbs).toEqual(['powerOff', 'powerOn'])
  })

  test('"off" calls the second half of a cycle off', async () => {
    const { machine, within } = await slow()
    await within('power cycle')
    expect(await within('power down')).toBe('accepted')
    machine.becomes('off', 'request')
    expect(await within('power down')).toBe('accepted')
    expect(machine.power).toBe('off')
    expect(machine.verbs).not.toContain('powerOn')
  })

  test('who waits for a cycle that is called off hears of it', async () => {
    const { bmc, machine } = await slow()
    const cycle = bmc.power.control('power cycle', 'a')
    await bmc.power.control('power down', 'b')
    await expect(cycle).rejects.toMatchObject({ reason: 'wrong-state' })
    machine.becomes('off', 'request')
  })

  test('"on" brings a machine on its way down back when it is off', async () => {
    const { machine, within } = await slow()
    await within('power down')
    expect(await within('power up')).toBe('accepted')
    expect(await within('power up')).toBe('accepted')
    machine.becomes('off', 'request')
    await vi.waitFor(() => expect(machine.power).toBe('on'))
    expect(machine.verbs).toEqual(['powerOff', 'powerOn'])
  })

  test('a start that fails at once is told to who asked for the cycle', async () => {
    const { bmc, machine } = testBmc()
    await bmc.power.control('power up', 'test')
    machine.refuses = { verb: 'powerOn', error: new BmcError('wrong-state', 'no such program') }
    await expect(bmc.power.control('power cycle', 'test')).rejects.toThrow('no such program')
  })
})

test('a cycle of a machine that could not be started again is refused before it is off', async () => {
  const { bmc, machine } = testBmc()
  await bmc.power.control('power up', 'test')
  machine.abilities = { ...machine.abilities, powerOn: false }
  await expect(bmc.power.control('power cycle', 'test')).rejects.toMatchObject({ reason: 'not-supported' })
  expect(machine.verbs).toEqual(['powerOn'])
})

test('requests take turns', async () => {
  const { bmc, machine } = testBmc()
  await Promise.all([bmc.power.control('power up', 'a'), bmc.power.control('hard reset', 'b')])
  expect(machine.verbs).toEqual(['powerOn', 'reset'])
})

test('a failed request does not block the next one', async () => {
  const { bmc } = testBmc()
  const failed = bmc.power.control('hard reset', 'a')
  const next = bmc.power.control('power up', 'b')
  await expect(failed).rejects.toBeInstanceOf(BmcError)
  await next
  expect(bmc.power.state).toBe('on')
})

test('who started it, and what took the power away, are told apart', async () => {
  const { bmc, machine } = testBmc()
  await bmc.power.control('power up', 'admin', 1)
  expect(bmc.power).toMatchObject({ restartCause: 'chassis control', restartChannel: 1, lastOnByCommand: true })
  machine.becomes('off', 'died')
  expect(bmc.power.lastPowerDown).toBe('fault')
  machine.becomes('on', 'guest')
  expect(bmc.power).toMatchObject({ restartCause: 'unknown', restartChannel: 0, lastOnByCommand: false })
  machine.becomes('off', 'guest')
  expect(bmc.power.lastPowerDown).toBe('unremarkable')
})

test('a power cycle interval keeps it dark that long, and a power down in between keeps it off', async () => {
  const { bmc, machine, clock } = testBmc()
  bmc.power.setCycleInterval(5)
  await bmc.power.control('power up', 'test')
  await bmc.power.control('power cycle', 'test')
  clock.advance(4999)
  await bmc.power.control('diagnostic interrupt', 'test').catch(() => {})
  expect(machine.power).toBe('off')
  clock.advance(1)
  await bmc.power.control('diagnostic interrupt', 'test')
  expect(machine.power).toBe('on')
  await bmc.power.control('power cycle', 'test')
  await bmc.power.control('power down', 'test')
  clock.advance(10_000)
  await bmc.power.control('power down', 'test')
  expect(machine.power).toBe('off')
})

test('the second half of a power cycle is owed over the end of the process, unless it was called off or has failed', async () => {
  const store = new MemoryStore()
  const { bmc, machine, clock } = testBmc({ store })
  bmc.power.setCycleInterval(5)
  await bmc.power.control('power up', 'test')
  await bmc.power.control('power cycle', 'test')
  expect([machine.power, bmc.power.lastState]).toEqual(['off', 'on'])
  await bmc.power.control('power down', 'test')
  expect(bmc.power.lastState).toBe('off')
  await bmc.power.control('power up', 'test')
  await bmc.power.control('power cycle', 'test')
  machine.failure = new Error('no such program')
  clock.advance(5000)
  await bmc.power.control('power down', 'test')
  expect([bmc.power.controlFault, bmc.power.lastState]).toEqual([true, 'off'])
})

test('restore: the policy decides after a power loss, and says nothing where none was set', async () => {
  const store = new MemoryStore()
  const first = testBmc({ store })
  expect(await first.bmc.power.restore()).toBe(false)
  await first.bmc.power.control('power up', 'test')
  first.bmc.power.setRestorePolicy('previous')
  first.bmc.close()

  const second = testBmc({ store })
  expect(second.bmc.power.lastPowerDown).toBe('ac lost')
  expect(await second.bmc.power.restore()).toBe(true)
  expect(second.machine.power).toBe('on')
  expect(second.bmc.power.restartCause).toBe('restore previous')
  await second.bmc.power.control('power down', 'test')
  second.bmc.power.setRestorePolicy('always on')
  second.bmc.close()

  const third = testBmc({ store })
  expect(third.bmc.power.lastPowerDown).toBe('unremarkable')
  await third.bmc.power.restore()
  expect(third.bmc.power.restartCause).toBe('always restore')
})

test('power-on time counts while on, over restarts', async () => {
  const store = new MemoryStore()
  const { bmc, clock, machine } = testBmc({ store })
  clock.advance(600_000)
  expect(bmc.power.onTime.minutes).toBe(0)
  await bmc.power.control('power up', 'test')
  clock.advance(90_000)
  expect(bmc.power.onTime.minutes).toBe(1)
  machine.becomes('off', 'guest')
  clock.advance(600_000)
  expect(bmc.power.onTime.minutes).toBe(1)
  const next = testBmc({ store, machine: new FakeMachine() })
  expect(next.bmc.power.onTime.minutes).toBe(1)
})

test('hours that a client was told are there after a kill', async () => {
  const { bmc, clock, machine, options } = testBmc()
  machine.becomes('on', 'request')
  clock.advance(180_000)
  expect(testBmc(options).bmc.power.onTime.minutes).toBe(0)
  expect(bmc.power.onTime.tell()).toBe(3)
  expect(testBmc(options).bmc.power.onTime.minutes).toBe(3)
})

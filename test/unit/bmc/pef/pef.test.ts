import { expect, test } from 'vitest'
import { alertingBmc, anyEvent, overheat, petOf, setDestination, setPef } from '../../../support/alerting-bmc.ts'
import { ask } from '../../../support/ask.ts'
import { FakeMachine } from '../../../support/fake-machine.ts'
import { guest, testBmc } from '../../../support/test-bmc.ts'

const [ALERT, DOWN, RESET, CYCLE, NMI] = [0x01, 0x02, 0x04, 0x08, 0x20]

/** PEF action events: their second byte says what was done. */
function actions(bmc: ReturnType<typeof alertingBmc>['bmc']): number[] {
  return bmc.sel.records.filter((record) => record[10] === 0x12 && record[13] === 0xc4).map((record) => record[14])
}

async function running(...filters: readonly (readonly [number, number])[]) {
  const made = alertingBmc()
  await made.bmc.power.control('power up', 'test')
  await made.pass(0)
  made.machine.asked.length = 0
  for (const [number, action] of filters) anyEvent(made.bmc, number, action)
  return made
}

test.each([
  [
    'power down',
    [
      [1, CYCLE | RESET],
      [2, DOWN | NMI],
    ],
    ['powerOff'],
    DOWN,
  ],
  ['power cycle', [[1, CYCLE | RESET | NMI]], ['powerOff', 'powerOn'], CYCLE],
  ['reset', [[1, RESET | NMI]], ['reset'], RESET],
  ['diagnostic interrupt', [[1, NMI]], ['nmi'], NMI],
] as const)('%s: the highest of all filters that match, and only that', async (_, filters, verbs, reported) => {
  const { bmc, machine, pass } = await running(...filters)
  overheat(bmc)
  for (const [number] of filters) setPef(bmc, 7, number, 0)
  await pass(0)
  expect(machine.verbs).toEqual(verbs)
  expect(actions(bmc)).toEqual([reported])
})

test('alerts go out after the power is down, with the worst severity of their filters', async () => {
  const { bmc, machine, traps, pass } = await running()
  machine.slowOff = false
  anyEvent(bmc, 15, DOWN | ALERT, 0x20)
  overheat(bmc)
  setPef(bmc, 7, 15, 0)
  expect(traps).toHaveLength(0)
  await pass(0)
  expect(machine.power).toBe('off')
  expect(traps.map(({ variable }) => variable[26])).toEqual([0x20])
  expect(actions(bmc)).toEqual([DOWN | ALERT])
})

test('what caused a start is told, and a one-shot boot device is not for it', async () => {
  const { bmc, pass } = await running([1, RESET])
  bmc.boot.set(5, false, Uint8Array.of(0x80, 0x04, 0, 0, 0))
  overheat(bmc)
  setPef(bmc, 7, 1, 0)
  await pass(0)
  expect(bmc.power.restartCause).toBe('PEF reset')
  expect(bmc.boot.parameter(5, 0)?.data[0]).toBe(0)
})

test('a filter that feeds itself goes round once a second, and its own events do not', async () => {
  const { bmc, machine, pass } = await running([1, RESET])
  overheat(bmc)
  await pass(999)
  expect(machine.verbs).toEqual(['reset'])
  await pass(1)
  expect(machine.verbs).toEqual(['reset', 'reset'])
})

test('off by the global control, by the filter, by an action that is not allowed', async () => {
  const { bmc, machine, traps, pass } = await running([1, DOWN | ALERT])
  setPef(bmc, 2, 0x00)
  overheat(bmc)
  setPef(bmc, 2, 0x3f)
  setPef(bmc, 7, 1, 0)
  setPef(bmc, 9, 1, 0x10, 0x11, 0)
  overheat(bmc)
  setPef(bmc, 7, 1, 0x80)
  setPef(bmc, 1, 0x02)
  overheat(bmc)
  await pass(5000)
  expect({ verbs: machine.verbs, traps, actions: actions(bmc) }).toEqual({ verbs: [], traps: [], actions: [] })
})

test('no event of an action where parameter 1 says so', async () => {
  const { bmc, machine, pass } = await running([1, NMI])
  setPef(bmc, 1, 0x01)
  overheat(bmc)
  await pass(0)
  expect({ verbs: machine.verbs, actions: actions(bmc) }).toEqual({ verbs: ['nmi'], actions: [] })
})

test('Set Channel Access turns the alerts of a channel off', async () => {
  const { bmc, traps, pass } = alertingBmc()
  expect(await ask(bmc, guest, '06/40 01 a2 04')).toBe('00')
  overheat(bmc)
  await pass(0)
  expect(traps).toEqual([])
  expect(await ask(bmc, guest, '06/40 01 82 04')).toBe('00')
  overheat(bmc)
  await pass(0)
  expect(traps).toHaveLength(1)
})

test('an event-specific string is found by filter and set; a fixed one by its number', async () => {
  const { bmc, traps, pass } = alertingBmc()
  const texts = () => traps.map(({ variable }) => Buffer.from(variable.subarray(46)).toString('latin1'))
  setPef(bmc, 13, 3, 1, ...Buffer.from('very hot\0'))
  setPef(bmc, 12, 3, 1, 7)
  setPef(bmc, 9, 1, 0x18, 0x11, 0x87)
  overheat(bmc)
  await pass(0)
  setPef(bmc, 12, 3, 2, 7)
  overheat(bmc)
  await pass(0)
  setPef(bmc, 9, 1, 0x18, 0x11, 0x03)
  overheat(bmc)
  await pass(0)
  expect(texts()).toEqual(['\xc8very hot\xc1', '\xc1', '\xc8very hot\xc1'])
})

test('filters see what the full SEL, and logging that is off, drop', async () => {
  const { bmc, traps, pass } = alertingBmc()
  for (let i = 0; i < 8; i++) bmc.sel.event({ sensorType: 0xc0, sensorNumber: 1, eventType: 0x6f, data: [0, 0, 0] })
  overheat(bmc)
  bmc.messages.setEnables({ ...bmc.messages.enables, eventLogging: false })
  bmc.events.event({ sensorType: 1, sensorNumber: 1, eventType: 1, data: [0x59, 91, 90] })
  await pass(0)
  expect(traps).toHaveLength(2)
  expect(bmc.pef.progress.bmc).toBe(0)
})

test('the postpone timer counts from the first event; when it ends nothing is held back any more', async () => {
  const { bmc, traps, pass, clock } = alertingBmc()
  bmc.pef.arm(10)
  await pass(60_000)
  expect(bmc.pef.postpone.present).toBe(10)
  overheat(bmc)
  await pass(9500)
  expect(bmc.pef.postpone.present).toBe(1)
  expect(traps).toEqual([])
  await pass(500)
  expect({ traps: traps.length, present: bmc.pef.postpone.present }).toEqual({ traps: 1, present: 0 })
  overheat(bmc)
  await pass(0)
  expect({ traps: traps.length, timers: clock.waiting }).toEqual({ traps: 2, timers: 0 })
})

test('software that deals with the events in time has the timer armed again', async () => {
  const { bmc, traps, pass, clock } = alertingBmc()
  bmc.pef.arm(10)
  overheat(bmc)
  overheat(bmc)
  await pass(5000)
  bmc.pef.setLastProcessed('software', 1)
  expect(bmc.pef.postpone.present).toBe(5)
  bmc.pef.setLastProcessed('software', 2)
  expect({ present: bmc.pef.postpone.present, timers: clock.waiting }).toEqual({ present: 10, timers: 0 })
  await pass(60_000)
  expect(traps).toEqual([])
})

test('FEh holds everything back until the machine goes off', async () => {
  const { bmc, machine, traps, pass, clock } = await running()
  bmc.pef.arm(0xfe)
  overheat(bmc)
  await pass(3_600_000)
  expect({ present: bmc.pef.postpone.present, traps: traps.length, timers: clock.waiting }).toEqual({
    present: 0xfe,
    traps: 0,
    timers: 0,
  })
  machine.becomes('off', 'guest')
  await pass(0)
  expect({ present: bmc.pef.postpone.present, traps: traps.length }).toEqual({ present: 0, traps: 1 })
})

test('startup delays hold filtering, and alerts alone, after a start', async () => {
  const { bmc, machine, traps, pass } = alertingBmc()
  anyEvent(bmc, 15, NMI)
  setPef(bmc, 3, 5)
  setPef(bmc, 4, 20)
  setPef(bmc, 1, 0x0f)
  await bmc.power.control('power up', 'test')
  overheat(bmc)
  await pass(4000)
  expect(machine.verbs).not.toContain('nmi')
  await pass(1000)
  expect(machine.verbs).toContain('nmi')
  await pass(14_000)
  expect(traps).toEqual([])
  await pass(1000)
  expect(traps).toHaveLength(1)
})

test('an alert that a kill cut short is sent after the restart, no other action is, and both only once', async () => {
  const { bmc, options, traps, pass } = alertingBmc()
  setDestination(bmc, 1, { ack: true, retries: 7 })
  anyEvent(bmc, 15, DOWN)
  overheat(bmc)
  await pass(0)
  expect(traps).toHaveLength(1)

  bmc.alerts.close()
  const again = testBmc({ ...options, machine: new FakeMachine() })
  again.machine.power = 'on'
  again.bmc.second()
  await pass(0)
  expect(traps).toHaveLength(2)
  expect(traps[1].variable.subarray(18)).toEqual(traps[0].variable.subarray(18))
  expect(again.machine.verbs).toEqual([])
  await pass(1000)
  again.bmc.alerts.acknowledge(petOf(traps[2]))
  await pass(0)

  testBmc({ ...options }).bmc.second()
  await pass(20_000)
  expect(traps).toHaveLength(3)
})

test('the events of its own actions are behind it, also after a restart', async () => {
  const { bmc, options, traps, pass } = alertingBmc()
  anyEvent(bmc, 15, ALERT)
  overheat(bmc)
  await pass(0)
  expect(actions(bmc)).toEqual([ALERT])
  expect(bmc.pef.progress.bmc).toBe(bmc.pef.progress.newest)
  testBmc({ ...options }).bmc.second()
  await pass(0)
  expect(traps).toHaveLength(1)
})

test('what was configured survives; events of before PEF was enabled are over', async () => {
  const { bmc, options, traps, pass } = alertingBmc()
  setPef(bmc, 1, 0x02)
  overheat(bmc)
  setPef(bmc, 1, 0x03)
  setPef(bmc, 3, 33)
  const again = testBmc({ ...options }).bmc
  expect(again.pef.configuration.get(3, 0, 0)).toEqual(Uint8Array.of(33))
  expect(again.pef.configuration.get(9, 1, 0)).toEqual(Uint8Array.of(1, 0x18, 0x11, 0))
  again.second()
  await pass(0)
  expect(traps).toEqual([])
  expect(again.pef.progress.bmc).toBe(1)
})

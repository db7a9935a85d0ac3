import { expect, test } from 'vitest'
import { BmcError } from '../../../src/base/errors.ts'
import { ask } from '../../support/ask.ts'
import { lanRequester, testBmc, testSession } from '../../support/test-bmc.ts'

function operator() {
  const parts = testBmc()
  return { ...parts, by: lanRequester(testSession(parts.bmc, 'Operator')) }
}

test('the six actions are the verbs of the machine, a cycle being off and on', async () => {
  const { bmc, by, machine } = operator()
  const answers: string[] = []
  for (const action of ['01', '02', '03', '04', '05', '00']) answers.push(await ask(bmc, by, `00/02 ${action}`))
  expect(answers).toEqual(Array.from({ length: 6 }, () => '00'))
  expect(machine.verbs).toEqual(['powerOn', 'powerOff', 'powerOn', 'reset', 'nmi', 'softOff', 'powerOff'])
})

test.each(['02', '03', '04', '05'])('action %s while off is D5h', async (action) => {
  const { bmc, by, machine } = operator()
  expect(await ask(bmc, by, `00/02 ${action}`)).toBe('d5')
  expect(machine.asked).toEqual([])
})

test('status: power, policy, last event, identify and buttons', async () => {
  const { bmc, machine } = testBmc()
  const by = lanRequester(testSession(bmc))
  expect(await ask(bmc, by, '00/01')).toBe('00 60 00 40 f0')
  await ask(bmc, by, '00/06 02')
  await ask(bmc, by, '00/02 01')
  await ask(bmc, by, '00/04 00 01')
  await ask(bmc, by, '00/0a 03')
  expect(await ask(bmc, by, '00/01')).toBe('00 41 10 62 f3')
  machine.becomes('off', 'died')
  await ask(bmc, by, '00/04 00 00')
  expect(await ask(bmc, by, '00/01')).toBe('00 40 18 42 f3')
})

test.each([
  ['no data: 15 seconds', '00/04', 14_999, 'temporary'],
  ['no data: then out', '00/04', 15_000, 'off'],
  ['an interval', '00/04 02', 1_999, 'temporary'],
  ['0 seconds', '00/04 00', 0, 'off'],
  ["xCAT's on", '00/04 00 01', 9_999_999, 'indefinite'],
  ["xCAT's off", '00/04 00 00', 0, 'off'],
])('identify, %s', async (_, request, ms, state) => {
  const { bmc, by, clock } = operator()
  expect(await ask(bmc, by, request)).toBe('00')
  clock.advance(ms)
  expect(bmc.identify.state).toBe(state)
})

test('status and control ask a machine that must be asked, and pass on that it cannot tell', async () => {
  const { bmc, by, machine } = operator()
  machine.askPower = async () => machine.becomes('on', 'reported')
  expect(await ask(bmc, by, '00/01')).toBe('00 61 00 40 f0')
  machine.becomes('off', 'reported')
  expect(await ask(bmc, by, '00/02 03')).toBe('00')
  machine.askPower = async () => {
    throw new BmcError('timeout', 'the rack is on fire')
  }
  expect(await ask(bmc, by, '00/01')).toBe('c3')
})

test("identify tells a machine's own light, and answers that it failed", async () => {
  const { bmc, by, machine } = operator()
  const told: unknown[] = []
  machine.identify = async (...given) => {
    told.push(given)
  }
  for (const request of ['00/04', '00/04 07', '00/04 00 01']) expect(await ask(bmc, by, request)).toBe('00')
  expect(told).toEqual([
    [15, false],
    [7, false],
    [0, true],
  ])
  machine.identify = async () => {
    throw new BmcError('wrong-state', 'no bulb')
  }
  expect(await ask(bmc, by, '00/04 00')).toBe('d5')
})

test('restore policy: 3 only asks, 4 is reserved', async () => {
  const { bmc, by } = operator()
  expect(await ask(bmc, by, '00/06 03')).toBe('00 07')
  expect(bmc.power.restorePolicy).toBeUndefined()
  expect(await ask(bmc, by, '00/06 01')).toBe('00 07')
  expect(bmc.power.restorePolicy).toBe('previous')
  expect(await ask(bmc, by, '00/06 04')).toBe('cc')
})

test('restart cause names the channel', async () => {
  const { bmc, by } = operator()
  expect(await ask(bmc, by, '00/07')).toBe('00 00 00')
  await ask(bmc, by, '00/02 01')
  expect(await ask(bmc, by, '00/07')).toBe('00 01 01')
  await bmc.power.control('hard reset', 'the control socket')
  expect(await ask(bmc, by, '00/07')).toBe('00 05 00')
})

test('power-on time counts minutes', async () => {
  const { bmc, by, clock } = operator()
  await ask(bmc, by, '00/02 01')
  clock.advance(0x0102 * 60_000)
  expect(await ask(bmc, by, '00/0f')).toBe('00 01 02 01 00 00')
})

test('capabilities: set but for the NMI, which is as the machine can', async () => {
  const { bmc, machine } = testBmc()
  const by = lanRequester(testSession(bmc))
  expect(await ask(bmc, by, '00/00')).toBe('00 06 20 20 20 20 20')
  machine.abilities = { ...machine.abilities, nmi: false }
  expect(await ask(bmc, by, '00/00')).toBe('00 02 20 20 20 20 20')
  await ask(bmc, by, '00/05 00 22 24 26 28')
  expect(await ask(bmc, by, '00/00')).toBe('00 00 22 24 26 28 20')
  machine.abilities = { ...machine.abilities, nmi: true }
  await ask(bmc, by, '00/05 f9 22 24 26 28 2a')
  expect(await ask(bmc, by, '00/00')).toBe('00 05 22 24 26 28 2a')
})

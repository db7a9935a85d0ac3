import { expect, test, vi } from 'vitest'
import { BmcError, type Reason } from '../../../src/base/errors.ts'
import { silentLogger } from '../../../src/base/logger.ts'
import { execute } from '../../../src/commands/execute.ts'
import { guest, lanRequester, testBmc, testSession } from '../../support/test-bmc.ts'

const powerUp = Uint8Array.of(0x01)

test.each([
  ['group extension', 0x2c, 0x00],
  ['HPM.x', 0x2c, 0x3e],
  ['an unknown App command', 0x06, 0x7f],
  ['FRU, a number that has no command', 0x0a, 0x13],
])('%s is C1h, also for the guest', (_, netFn, cmd) => {
  const { bmc } = testBmc()
  expect(execute({ bmc, by: guest }, netFn, cmd, powerUp)).toMatchObject({ completionCode: 0xc1 })
  expect(bmc.counters).toEqual({ commands: 1, refused: 1 })
})

test('what needs no machine is answered without a Promise', () => {
  const { bmc } = testBmc()
  const reply = execute({ bmc, by: guest }, 0x06, 0x01, new Uint8Array())
  expect(reply).not.toBeInstanceOf(Promise)
  expect(bmc.counters).toEqual({ commands: 1, refused: 0 })
})

test('a value outside its list is CCh', () => {
  const { bmc } = testBmc()
  expect(execute({ bmc, by: guest }, 0x00, 0x02, Uint8Array.of(0x06))).toMatchObject({ completionCode: 0xcc })
})

test('a command that is on LUN 0 only is C2h on another; sensors have one of their own', () => {
  const { bmc } = testBmc()
  const onLun = (lun: number, netFn: number, cmd: number, ...data: number[]) =>
    execute({ bmc, by: guest, lun }, netFn, cmd, Uint8Array.from(data))
  expect(onLun(2, 0x06, 0x01)).toMatchObject({ completionCode: 0xc2 })
  expect(onLun(0, 0x06, 0x01)).toMatchObject({ completionCode: 0x00 })
  expect(onLun(1, 0x04, 0x2d, 1)).toMatchObject({ completionCode: 0xcb })
  expect(onLun(1, 0x04, 0x20)).toMatchObject({ completionCode: 0x00 })
})

test.each([
  ['wrong-state', 0xd5],
  ['powered-off', 0xd5],
  ['not-supported', 0xd6],
  ['invalid-field', 0xcc],
  ['out-of-range', 0xc9],
  ['not-found', 0xcb],
  ['forbidden', 0xd4],
  ['full', 0xc4],
  ['busy', 0xc0],
  ['timeout', 0xc3],
] as const satisfies readonly (readonly [Reason, number])[])('a machine that says %s is %i', async (reason, code) => {
  const { bmc, machine } = testBmc()
  machine.failure = new BmcError(reason, 'no')
  expect(await execute({ bmc, by: guest }, 0x00, 0x02, powerUp)).toMatchObject({ completionCode: code })
})

test('anything unexpected is FFh and goes to the log with its stack', async () => {
  const error = vi.fn()
  const { bmc, machine } = testBmc({ log: { ...silentLogger, error } })
  machine.failure = new TypeError('a mistake of ours')
  expect(await execute({ bmc, by: guest }, 0x00, 0x02, powerUp)).toMatchObject({ completionCode: 0xff })
  const facts = error.mock.calls.map(([first]) => first).find(({ command }) => command === 'Chassis Control')
  expect(facts).toMatchObject({ error: 'a mistake of ours' })
  expect(facts.stack).toContain('TypeError')
})

test('each command leaves one trace line where debugging is on', () => {
  const debug = vi.fn()
  const { bmc } = testBmc({ log: { ...silentLogger, debug, isDebug: () => true } })
  execute({ bmc, by: lanRequester(testSession(bmc)) }, 0x06, 0x01, new Uint8Array())
  expect(debug).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ completionCode: 0, user: 'admin', privilege: 'Administrator' }),
    'Get Device ID',
  )
})

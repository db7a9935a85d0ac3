import { describe, expect, test } from 'vitest'
import type { Requester } from '../../../src/commands/command.ts'
import { execute, type Reply } from '../../../src/commands/execute.ts'
import { commandTable, findCommand } from '../../../src/commands/table.ts'
import { type Privilege, PrivilegeLevel, privilegeOf } from '../../../src/ipmi/privilege.ts'
import { goldenRequests } from '../../support/golden-requests.ts'
import { guest, lanRequester, stranger, testBmc, testSession } from '../../support/test-bmc.ts'

const titled = goldenRequests.map((golden) => {
  return { ...golden, title: findCommand(golden.netFn, golden.cmd, golden.data[0])?.name ?? 'no command' }
})

/** Answers to a request with one byte less or more that have a meaning of their own; any other is C7h. */
const shorter: Readonly<Record<string, number>> = {
  'Chassis Identify': 0x00,
  'Set Channel Security Keys': 0x81,
  'Set System Info Parameters': 0x00,
  'Send Message': 0x00,
  'Master Write-Read': 0x00,
  'Write FRU Data': 0x00,
  'Partial Add SDR': 0xc5,
  'Partial Add SEL Entry': 0xc5,
}
const longer: Readonly<Record<string, number>> = {
  'Get Command Support': 0x00,
  'Get Configurable Commands': 0x00,
  'Get Command Enables': 0x00,
  'Get Command Sub-function Support': 0x00,
  'Get Configurable Command Sub-functions': 0x00,
  'Get Command Sub-function Enables': 0x00,
  'Set Command Enables': 0x00,
  'Send Message': 0x00,
  'Master Write-Read': 0x00,
  'Set Chassis Capabilities': 0x00,
  'Set User Access': 0x00,
  'Set Channel Security Keys': 0x82,
  'Get Device SDR Info': 0x00,
  'Write FRU Data': 0x00,
  'Partial Add SDR': 0xc5,
  'Partial Add SEL Entry': 0xc5,
}

/** A BMC that was just made has nothing to give here; everything else works. Without a console there is no SOL to use. */
const refused: Readonly<Record<string, number>> = {
  'Activate Payload': 0x81,
  'Deactivate Payload': 0x80,
  'Reset Watchdog Timer': 0x80,
  'Get Channel OEM Payload Info': 0x80,
  'Suspend/Resume Payload Encryption': 0x83,
  'Get Power Limit': 0x80,
  'Get Message': 0x80,
  'Read Event Message Buffer': 0x80,
  // Without a reservation nothing is changed; an empty SEL has no entry.
  'Partial Add SDR': 0xc5,
  'Exit SDR Repository Update Mode': 0xd5,
  'Partial Add SEL Entry': 0xc5,
  'Delete SDR': 0xc5,
  'Get SEL Entry': 0xcb,
  'Delete SEL Entry': 0xc5,
  // There is no Redfish host interface.
  'Get Manager Certificate Fingerprint': 0xc1,
  'Get Bootstrap Account Credentials': 0xc1,
}

/** The requester that a command of this name is meant for. */
function requesterFor(name: string, bmc: ReturnType<typeof testBmc>['bmc']): Requester {
  if (name === 'Get Session Challenge' || name === 'Activate Session') return stranger
  const row = commandTable.find((command) => command.name === name)
  const session = testSession(bmc)
  return row?.door === 'system' ? guest : lanRequester(session)
}

function ask(golden: { netFn: number; cmd: number; title: string }, data: Uint8Array): Promise<Reply> {
  const { bmc } = testBmc()
  const by = requesterFor(golden.title, bmc)
  return Promise.resolve(execute({ bmc, by }, golden.netFn, golden.cmd, data))
}

test('there is a golden request for every command', () => {
  expect(titled.map(({ title }) => title)).toEqual(commandTable.map(({ name }) => name))
})

test.each(titled)('$title is understood, and its answer has the exact size', async (golden) => {
  const reply = await ask(golden, golden.data)
  expect(reply.completionCode).not.toBe(0xc7)
  expect(reply.completionCode).not.toBe(0xff)
  if (reply.completionCode === 0 && golden.answerSize !== undefined) {
    expect(reply.data.length).toBe(golden.answerSize)
  }
  if (reply.completionCode !== 0) {
    expect(reply.completionCode).toBe(refused[golden.title])
    // The one code that goes with data.
    expect(reply.data.length).toBe(golden.title === 'Get Power Limit' ? golden.answerSize : 0)
  }
})

test.each(titled.filter(({ data }) => data.length > 0))('$title, one byte short', async (golden) => {
  const reply = await ask(golden, golden.data.subarray(0, -1))
  expect(reply.completionCode).toBe(shorter[golden.title] ?? 0xc7)
})

test.each(titled)('$title, one byte too many', async (golden) => {
  const reply = await ask(golden, Uint8Array.of(...golden.data, 0))
  expect(reply.completionCode).toBe(longer[golden.title] ?? 0xc7)
})

describe('one level too low is D4h, and nothing happens', () => {
  const levels = titled.flatMap((golden) => {
    const row = findCommand(golden.netFn, golden.cmd, golden.data[0])
    if (row === undefined || row.privilege === 'Unprotected' || row.privilege === 'Callback') return []
    const below = privilegeOf(PrivilegeLevel[row.privilege] - 1)
    return below === undefined || row.door === 'system' ? [] : [{ ...golden, below }]
  })

  test.each(levels)('$title as $below', async ({ netFn, cmd, data, below }) => {
    const { bmc, machine, store } = testBmc()
    const by = lanRequester(testSession(bmc, below satisfies Privilege))
    const reply = await execute({ bmc, by }, netFn, cmd, data)
    expect(reply).toEqual({ completionCode: 0xd4, data: new Uint8Array() })
    expect(machine.asked).toEqual([])
    expect(bmc.sessions.count).toBe(1)
    expect(store.get('boot.5') ?? store.get('user.5.name')).toBeUndefined()
  })
})

test.each(titled)('before a session: $title is answered only where Appendix G says so', async (golden) => {
  const { bmc } = testBmc()
  const reply = await execute({ bmc, by: stranger }, golden.netFn, golden.cmd, golden.data)
  const open = findCommand(golden.netFn, golden.cmd, golden.data[0])?.privilege === 'Unprotected'
  expect(reply.completionCode).toBe(open ? 0x00 : 0xd4)
})

test.each(commandTable.filter(({ door }) => door === 'system'))(
  '$name is not for the LAN',
  async ({ netFn, cmd, group = 0 }) => {
    const { bmc } = testBmc()
    const reply = await execute({ bmc, by: lanRequester(testSession(bmc)) }, netFn, cmd, Uint8Array.of(group))
    expect(reply.completionCode).toBe(0xd4)
  },
)

import { describe, expect, test } from 'vitest'
import { fromHex } from '../../../../src/base/bytes.ts'
import { oemNames } from '../../../../src/bmc/command-choice.ts'
import { execute } from '../../../../src/commands/execute.ts'
import { makersCommandsMarkdown } from '../../../../src/commands/oem/print.ts'
import { commandTable, findCommand, oemCommands } from '../../../../src/commands/table.ts'
import { PrivilegeLevel, privilegeOf } from '../../../../src/ipmi/privilege.ts'
import { makerBmc } from '../../../support/maker-bmc.ts'
import { lanRequester, testSession } from '../../../support/test-bmc.ts'

/**
 * Maker, NetFn/command, a request as ipmitool 1.8.19 and FreeIPMI 1.6.10 send it, size of the answer, and what one byte less
 * and one more are answered, where that is not C7h.
 */
const rows: readonly (readonly [string, string, string, number, number?, number?])[] = [
  ['dell', '06/59', '00 d1 00 00', 18, undefined, 0x00],
  ['dell', '06/58', 'e7 00 01 00 00', 0],
  ['dell', '30/24', '02', 0],
  ['dell', '30/25', '', 1],
  ['dell', '30/28', '02 03', 0],
  ['dell', '30/29', '', 2],
  ['dell', '30/30', '01 00', 0],
  ['dell', '30/32', '', 1],
  ['dell', '30/9c', '07 01', 24],
  ['dell', '30/9d', '07 01 01', 0],
  ['dell', '30/a4', '00 00', 12],
  ['dell', '30/b0', '0a 01', 23],
  ['dell', '30/b3', '0a 00', 7],
  ['dell', '30/ba', '01 ff', 1],
  ['dell', '30/bb', '', 4],
  ['dell', '30/c1', '00 00 00', 2],
  ['dell', '30/c9', '01', 13, undefined, 0x00],
  ['supermicro', '06/52', '07 70 01 0c', 1, 0xcc, 0x00],
  ['supermicro', '30/03', '', 0],
  ['supermicro', '30/21', '', 10, undefined, 0x00],
  ['supermicro', '30/45', '00', 1],
  ['supermicro', '30/70', 'f0 02', 1],
  ['supermicro', '3c/20', '', 26],
  ['openbmc', '2e/80', 'cf c2 00 00', 9],
]

const personalityOf: Readonly<Record<string, string>> = {
  dell: 'idrac-like',
  supermicro: 'supermicro-like',
  openbmc: 'openbmc',
}

const golden = rows.map(([maker, numbers, data, size, shorter, longer]) => {
  const [netFn, cmd] = fromHex(numbers.replace('/', ' '))
  const oem = oemNames.find((name) => name === maker)
  const row = findCommand(netFn, cmd, undefined, { oem, without: new Set() })
  return { maker, netFn, cmd, data: fromHex(data), size, shorter, longer, row, title: row?.name ?? numbers }
})

test.each(oemNames)('there is a row for every command of %s', (maker) => {
  const listed = golden.filter((one) => one.maker === maker).map(({ row }) => row)
  expect(new Set(listed)).toEqual(new Set(oemCommands[maker]))
})

describe.each(golden)('$maker: $title', ({ maker, netFn, cmd, data, size, shorter, longer, row }) => {
  const ask = async (bytes: Uint8Array, privilege = 'Administrator' as const) => {
    const { bmc } = makerBmc(personalityOf[maker])
    return execute({ bmc, by: lanRequester(testSession(bmc, privilege)) }, netFn, cmd, bytes)
  }

  test('is answered in full', async () => {
    const reply = await ask(data)
    expect(reply.completionCode).toBe(0)
    expect(reply.data.length).toBe(size)
  })

  if (data.length > 0) {
    test('one byte short', async () => {
      expect((await ask(data.subarray(0, -1))).completionCode).toBe(shorter ?? 0xc7)
    })
  }

  test('one byte too many', async () => {
    expect((await ask(Uint8Array.of(...data, 0))).completionCode).toBe(longer ?? 0xc7)
  })

  test('one level too low is D4h', async () => {
    if (row === undefined || row.privilege === 'Unprotected') throw new Error('it has a level')
    const below = privilegeOf(PrivilegeLevel[row.privilege] - 1)
    if (below === undefined) throw new Error('there is a lower one')
    const { bmc } = makerBmc(personalityOf[maker])
    const reply = await execute({ bmc, by: lanRequester(testSession(bmc, below)) }, netFn, cmd, data)
    expect(reply).toEqual({ completionCode: 0xd4, data: new Uint8Array() })
  })

  test('a BMC of no maker does not know it, or has its own', async () => {
    const { bmc } = makerBmc('generic')
    const by = lanRequester(testSession(bmc))
    const reply = await execute({ bmc, by }, netFn, cmd, data)
    const standard = commandTable.some((one) => one.netFn === netFn && one.cmd === cmd)
    if (standard) expect(reply.completionCode).not.toBe(0)
    else expect(reply.completionCode).toBe(0xc1)
  })
})

test('the table for the documentation names them all', () => {
  const text = makersCommandsMarkdown()
  for (const maker of oemNames) {
    for (const { name } of oemCommands[maker]) expect(text).toContain(`| ${name} | `)
  }
  expect(text).toContain('| 30h | 9Ch | Dell Get Power Consumption Data | User | dell |\n')
})

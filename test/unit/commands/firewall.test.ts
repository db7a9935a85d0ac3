import { expect, test } from 'vitest'
import { fromHex } from '../../../src/base/bytes.ts'
import { commandTable } from '../../../src/commands/table.ts'
import { ask } from '../../support/ask.ts'
import { guest, lanRequester, testBmc, testSession } from '../../support/test-bmc.ts'

/** The numbers of the bits that are set behind the completion code and `skip` bytes. */
function bitsOf(answer: string, skip = 0): number[] {
  const bytes = fromHex(answer).subarray(1 + skip)
  return Array.from({ length: bytes.length * 8 }, (_, i) => i).filter((i) => (bytes[i >> 3] & (1 << (i & 7))) !== 0)
}

const commandsOf = (netFn: number, absent: 'lan' | 'system') =>
  commandTable.filter((row) => row.netFn === netFn && row.door !== absent).map(({ cmd }) => cmd)

test('every network function with a command is named, on LUN 0', async () => {
  const { bmc } = testBmc()
  const answer = await ask(bmc, guest, '06/09 0e')
  expect(answer.slice(0, 5)).toBe('00 01')
  const pairs = [...new Set(commandTable.map(({ netFn }) => netFn >> 1))]
  expect(bitsOf(answer, 1)).toEqual(pairs)
  expect(await ask(bmc, guest, '06/09 05')).toBe('cc')
})

test('commands are told as the table has them, for the channel that is asked for', async () => {
  const { bmc } = testBmc()
  const by = lanRequester(testSession(bmc))
  expect(bitsOf(await ask(bmc, by, '06/61 0e 06 00'))).toEqual(commandsOf(0x06, 'system'))
  expect(bitsOf(await ask(bmc, by, '06/61 0f 06 00'))).toEqual(commandsOf(0x06, 'lan'))
  expect(bitsOf(await ask(bmc, by, '06/61 0e 46 00'))).toEqual([])
  expect(bitsOf(await ask(bmc, by, '06/61 0e 06 01'))).toEqual([])
  const missing = bitsOf(await ask(bmc, by, '06/0a 0e 06 00'))
  expect([...missing, ...commandsOf(0x06, 'system')].sort((a, b) => a - b)).toEqual(
    Array.from({ length: 128 }, (_, i) => i),
  )
  expect(await ask(bmc, by, '06/61 0e 86 00')).toBe('cc')
})

test('a group is asked for by its body', async () => {
  const { bmc } = testBmc()
  expect(bitsOf(await ask(bmc, guest, '06/61 0e 2c 00 dc'))).toEqual(commandsOf(0x2c, 'lan'))
  expect(bitsOf(await ask(bmc, guest, '06/61 0e 2c 00 00'))).toEqual([])
})

test('nothing can be switched off; leaving all as it is can be asked for', async () => {
  const { bmc } = testBmc()
  expect(bitsOf(await ask(bmc, guest, '06/0c 0e 00 00'))).toEqual([])
  const present = (await ask(bmc, guest, '06/61 0e 00 00')).slice(3)
  expect(await ask(bmc, guest, `06/60 0e 00 00 ${present}`)).toBe('00')
  expect(await ask(bmc, guest, `06/60 0e 00 00 ${'00 '.repeat(16).trim()}`)).toBe('d6')
})

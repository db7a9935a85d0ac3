import { expect, test } from 'vitest'
import { fromHex, hex } from '../../../src/base/bytes.ts'
import { Bmc } from '../../../src/bmc/bmc.ts'
import { commandTable } from '../../../src/commands/table.ts'
import { ask } from '../../support/ask.ts'
import { guest, lanRequester, testBmc, testSession } from '../../support/test-bmc.ts'

/** The numbers of the bits that are set behind the completion code and `skip` bytes. */
function bitsOf(answer: string, skip = 0): number[] {
  const bytes = fromHex(answer).subarray(1 + skip)
  return Array.from({ length: bytes.length * 8 }, (_, i) => i).filter((i) => (bytes[i >> 3] & (1 << (i & 7))) !== 0)
}

const commandsOf = (netFn: number, absent: 'lan' | 'system', group?: number) =>
  commandTable.filter((row) => row.netFn === netFn && row.group === group && row.door !== absent).map(({ cmd }) => cmd)

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
  expect(bitsOf(await ask(bmc, guest, '06/61 0e 2c 00 dc'))).toEqual(commandsOf(0x2c, 'lan', 0xdc))
  expect(bitsOf(await ask(bmc, guest, '06/61 0e 2c 00 52'))).toEqual(commandsOf(0x2c, 'lan', 0x52))
  expect(bitsOf(await ask(bmc, guest, '06/61 0e 2c 00 00'))).toEqual([])
})

const control = 2

test('a command that is switched off is D4h on its channel only, and stays so over a restart', async () => {
  const { bmc, options } = testBmc()
  const by = lanRequester(testSession(bmc))
  const present = (await ask(bmc, by, '06/61 0e 00 00')).slice(3)
  const bytes = fromHex(present)
  bytes[0] &= ~(1 << control)
  expect(bitsOf(await ask(bmc, by, '06/0c 0e 00 00'))).toContain(control)
  expect(await ask(bmc, by, `06/60 0e 00 00 ${hex(bytes)}`)).toBe('00')

  const again = new Bmc(options)
  for (const one of [bmc, again]) {
    const remote = lanRequester(testSession(one))
    expect(await ask(one, remote, '00/02 01')).toBe('d4')
    expect(await ask(one, guest, '00/02 05')).not.toBe('d4')
    expect(bitsOf(await ask(one, remote, '06/61 0e 00 00'))).not.toContain(control)
    expect(bitsOf(await ask(one, remote, '06/0a 0e 00 00'))).not.toContain(control)
    expect(await ask(one, remote, '06/63 0e 00 00 02')).toBe('00 00 00 00 00')
    expect((await ask(one, remote, '06/09 0e')).slice(0, 5)).toBe('00 02')
  }
  const remote = lanRequester(testSession(again))
  expect(await ask(again, remote, `06/60 01 00 00 ${present}`)).toBe('00')
  expect(await ask(again, remote, '00/02 01')).toBe('00')
  expect(await ask(again, remote, '06/63 0e 00 00 02')).toBe('00 ff ff ff ff')
})

test('what would lock out its own undoing cannot be switched off, and what is not there cannot be switched on', async () => {
  const { bmc } = testBmc()
  const by = lanRequester(testSession(bmc))
  const configurable = bitsOf(await ask(bmc, by, '06/0c 0e 06 00'))
  expect(configurable).toContain(0x04)
  // Device ID, capabilities, challenge, session level and end, cipher suites, and the firewall itself.
  for (const fixed of [0x01, 0x38, 0x39, 0x3b, 0x3c, 0x54, 0x09, 0x60, 0x61]) expect(configurable).not.toContain(fixed)
  const present = fromHex((await ask(bmc, by, '06/61 0e 06 00')).slice(3))
  const changed = (byte: number, bit: number) => hex(present.map((one, i) => (i === byte ? one ^ (1 << bit) : one)))
  expect(await ask(bmc, by, `06/60 0e 06 00 ${changed(0, 1)}`)).toBe('80')
  expect(await ask(bmc, by, `06/60 0e 06 00 ${changed(15, 7)}`)).toBe('80')
  expect(await ask(bmc, by, `06/60 0e 06 00 ${hex(present)}`)).toBe('00')
  expect(bmc.commandEnables.any).toBe(false)
})

test('sub-functions go with their command', async () => {
  const { bmc } = testBmc()
  const by = lanRequester(testSession(bmc))
  expect(await ask(bmc, by, '06/0b 0e 00 00 02')).toBe('00 00 20 11 00 00 00 00')
  expect(await ask(bmc, by, '06/0b 0e 00 00 03')).toBe('00 00 20 11 ff ff ff ff')
  expect(await ask(bmc, by, '06/0b 0e 2c 00 02 dc')).toBe('00 00 15 10 00 00 00 00')
  expect(await ask(bmc, by, '06/0d 0e 00 00 02')).toBe('00 00 00 00 00')
  expect(await ask(bmc, by, '06/62 0e 00 00 02 ff ff ff ff')).toBe('00')
  expect(await ask(bmc, by, '06/62 0e 2c 00 02 dc ff ff ff ff')).toBe('00')
  expect(await ask(bmc, by, '06/62 0e 00 00 02 fe ff ff ff')).toBe('80')
  expect(await ask(bmc, by, '06/62 0e 00 00 02 ff ff ff')).toBe('c7')
  expect(await ask(bmc, by, '06/0d 05 00 00 02')).toBe('cc')
})

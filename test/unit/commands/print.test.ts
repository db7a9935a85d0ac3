import { expect, test } from 'vitest'
import { absentCommands } from '../../../src/commands/absent.ts'
import { commandNumber } from '../../../src/commands/command.ts'
import { commandTableJson, commandTableMarkdown, commandTableText } from '../../../src/commands/print.ts'
import { commandTable } from '../../../src/commands/table.ts'

test('every form has every command, here or not, in order', () => {
  const count = commandTable.length + absentCommands.length
  const json: unknown = JSON.parse(commandTableJson())
  expect(json).toHaveLength(count)
  expect(json).toContainEqual({
    netFn: 0,
    cmd: 2,
    name: 'Chassis Control',
    privilege: 'Operator',
    door: 'any',
    section: '28.3',
    implemented: true,
  })
  expect(json).toContainEqual({
    netFn: 2,
    cmd: 0x20,
    name: 'BridgeRequest',
    privilege: 'Operator',
    door: 'any',
    section: 'ICMB 1.0',
    implemented: false,
    reason: expect.stringContaining('ICMB'),
  })
  const text = commandTableText().trimEnd().split('\n')
  expect(text).toHaveLength(count + 1)
  expect(text[3]).toMatch(/^00h +02h +Chassis Control +Operator +any +28\.3 +yes$/)
  expect(text[4]).toMatch(/^00h +03h +Chassis Reset +Operator +any +28\.4 +no: It is of IPMI 1\.0/)
  const markdown = commandTableMarkdown()
  expect(markdown).toContain('| 00h | 02h | Chassis Control | Operator | any | 28.3 |\n')
  expect(markdown).toMatch(/\| 06h \| 3Fh \| Get AuthCode \| Operator \| any \| 22\.21 \| It hands out/)
})

test('no number is declared twice, and none both here and not', () => {
  const numbers = commandTable.map(commandNumber)
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
  const all = [...numbers, ...absentCommands.map((row) => commandNumber({ ...row, group: undefined }))]
  expect(new Set(all).size).toBe(all.length)
})

test('a reason is one sentence', () => {
  for (const { reason } of absentCommands) expect(reason).toMatch(/^[A-Z].+\.$/)
})

import { expect, test } from 'vitest'
import { commandTableJson, commandTableMarkdown, commandTableText } from '../../../src/commands/print.ts'
import { commandTable } from '../../../src/commands/table.ts'

test('every form has every command, in order', () => {
  const json: unknown = JSON.parse(commandTableJson())
  expect(json).toHaveLength(commandTable.length)
  expect(json).toContainEqual({
    netFn: 0,
    cmd: 2,
    name: 'Chassis Control',
    privilege: 'Operator',
    door: 'any',
    section: '28.3',
  })
  const text = commandTableText().trimEnd().split('\n')
  expect(text).toHaveLength(commandTable.length + 1)
  expect(text[3]).toMatch(/^00h +02h +Chassis Control +Operator +any +28\.3$/)
  expect(commandTableMarkdown()).toContain('| 00h | 02h | Chassis Control | Operator | any | 28.3 |\n')
})

test('no number is declared twice', () => {
  const numbers = commandTable.map(({ netFn, cmd }) => (netFn << 8) | cmd)
  expect(new Set(numbers).size).toBe(numbers.length)
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
})

import { describe, expect, it } from 'vitest'
import { UsageError } from '../../../src/cli/exit-code.ts'
import { workersOption } from '../../../src/cli/workers-option.ts'

describe('--workers', () => {
  it.each([
    [undefined, 0],
    ['0', 0],
    ['1', 1],
    ['64', 64],
  ])('%j is %i', (text, workers) => expect(workersOption(text)).toBe(workers))

  it.each(['', ' ', 'two', '-1', '1.5', '65', '1e9', 'Infinity'])('%j is refused', (text) => {
    expect(() => workersOption(text)).toThrow(UsageError)
  })
})

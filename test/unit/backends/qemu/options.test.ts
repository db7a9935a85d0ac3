import { describe, expect, it } from 'vitest'
import { checkSocketPath } from '../../../../src/backends/qemu/options.ts'
import { SetupError } from '../../../../src/base/errors.ts'

describe('socket paths', () => {
  it('may have 107 bytes and not one more', () => {
    expect(() => checkSocketPath('/'.padEnd(107, 'x'))).not.toThrow()
    expect(() => checkSocketPath('/'.padEnd(108, 'x'))).toThrow(SetupError)
  })

  it('are counted in bytes, not characters', () => {
    expect(() => checkSocketPath('/'.padEnd(60, 'é'))).toThrow(/119 bytes/)
  })
})

import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { createLogger } from '../../../src/base/logger.ts'

it.skipIf(!existsSync('/dev/full'))('loses entries where the disk is full, and ends nothing', () => {
  const log = createLogger('info', '/dev/full')
  expect(() => {
    for (let i = 0; i < 3; i++) log.info({ node: 'cn01' }, 'power on')
  }).not.toThrow()
})

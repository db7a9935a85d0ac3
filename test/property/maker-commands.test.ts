import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { oemNames } from '../../src/bmc/command-choice.ts'
import { execute } from '../../src/commands/execute.ts'
import { oemCommands } from '../../src/commands/table.ts'
import { makerBmc } from '../support/maker-bmc.ts'
import { guest } from '../support/test-bmc.ts'

const personalities = { dell: 'idrac-like', supermicro: 'supermicro-like', openbmc: 'openbmc' } as const

describe.each(oemNames)('%s: whatever is asked', (maker) => {
  const { bmc } = makerBmc(personalities[maker])

  test('is answered, and never by a mistake of ours', async () => {
    const row = fc.constantFrom(...oemCommands[maker])
    const small = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 14 })
    const oemParameter = fc.tuple(fc.constantFrom(0x00, 0xc1, 0xc2, 0xda, 0xdd, 0xe7, 0xea), fc.nat(255), small)
    const data = fc.oneof(
      fc.uint8Array({ maxLength: 20 }),
      small.map((bytes) => Uint8Array.from(bytes)),
      oemParameter.map(([first, second, more]) => Uint8Array.of(first, second, ...more)),
    )
    await fc.assert(
      fc.asyncProperty(row, data, async ({ netFn, cmd }, bytes) => {
        const reply = await execute({ bmc, by: guest }, netFn, cmd, bytes)
        expect(reply.completionCode).not.toBe(0xff)
        if (reply.completionCode !== 0) expect(reply.data.length).toBe(0)
      }),
      { numRuns: 2000 },
    )
  })
})

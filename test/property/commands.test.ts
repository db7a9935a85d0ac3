import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DecodeError, hex } from '../../src/base/bytes.ts'
import { execute } from '../../src/commands/execute.ts'
import { commandTable } from '../../src/commands/table.ts'
import type { Codec } from '../../src/ipmi/layout.ts'
import { goldenRequests } from '../support/golden-requests.ts'
import { guest, lanRequester, stranger, testBmc, testSession } from '../support/test-bmc.ts'

const payload = fc.uint8Array({ maxLength: 48 })

/** Bytes give a value or a DecodeError, and a value gives bytes that give the same value. */
function roundTrips(codec: Codec<unknown>, bytes: Uint8Array): boolean {
  let value: unknown
  try {
    value = codec.decode(bytes)
  } catch (error) {
    expect(error).toBeInstanceOf(DecodeError)
    return false
  }
  const again = codec.encode(value).slice()
  expect(codec.decode(again)).toEqual(value)
  // Reserved bits aside, which are written as 0, these are the bytes that were read.
  expect(again.length).toBe(bytes.length)
  return true
}

describe.each(commandTable)('$name', ({ netFn, cmd, group, request, response }) => {
  const golden = goldenRequests.find(
    (one) => one.netFn === netFn && one.cmd === cmd && (group === undefined || one.data[0] === group),
  )

  test('requests round-trip', () => {
    expect(golden && roundTrips(request, golden.data)).toBe(true)
    fc.assert(
      fc.property(payload, (bytes) => {
        roundTrips(request, bytes)
      }),
      { numRuns: 60 },
    )
    const size = golden?.data.length ?? 0
    fc.assert(
      fc.property(fc.uint8Array({ minLength: size, maxLength: size }), (bytes) => {
        roundTrips(request, bytes)
      }),
      { numRuns: 60 },
    )
  })

  test('responses round-trip', () => {
    const size = golden?.answerSize ?? 3
    fc.assert(
      fc.property(fc.uint8Array({ minLength: size, maxLength: size }), (bytes) => {
        roundTrips(response, bytes)
      }),
      { numRuns: 60 },
    )
  })
})

test('whatever is sent by whomever, there is an answer, and never FFh', async () => {
  const netFn = fc.constantFrom(...new Set(commandTable.map((row) => row.netFn)), 0x04, 0x0a, 0x2c, 0x3e)
  const cmd = fc.oneof(fc.constantFrom(...commandTable.map((row) => row.cmd)), fc.nat(255))
  const who = fc.constantFrom('guest', 'stranger', 'session')
  await fc.assert(
    fc.asyncProperty(netFn, cmd, payload, who, async (number, code, data, name) => {
      const { bmc } = testBmc()
      const by = name === 'guest' ? guest : name === 'stranger' ? stranger : lanRequester(testSession(bmc))
      const before = hex(data)
      const reply = await execute({ bmc, by }, number, code, data)
      expect(reply.completionCode).not.toBe(0xff)
      if (reply.completionCode !== 0) expect(reply.data.length).toBe(0)
      expect(hex(data)).toBe(before)
    }),
    { numRuns: 1500 },
  )
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DecodeError, hex, Writer } from '../../src/base/bytes.ts'
import {
  decodeOpenSessionRequest,
  decodeRakp1,
  decodeRakp3,
  encodeOpenSessionResponse,
  encodeRakp2,
  encodeRakp4,
  encodeRefusal,
} from '../../src/ipmi/rakp.ts'

const u8 = fc.nat(255)
const u32 = fc.integer({ min: 0, max: 0xffffffff })
const sized = (size: number) => fc.uint8Array({ minLength: size, maxLength: size })
const proposal = fc.option(fc.nat(0x3f), { nil: undefined })

/** Every shorter form is a DecodeError of reason `length`. */
function noPrefixDecodes(bytes: Uint8Array, decode: (bytes: Uint8Array) => unknown, least = 0): void {
  for (let size = least; size < bytes.length; size++) {
    expect(() => decode(bytes.subarray(0, size))).toThrow(DecodeError)
  }
}

test('Open Session Request: each algorithm, or the choice left to us', () => {
  fc.assert(
    fc.property(u8, fc.nat(15), sized(4), proposal, proposal, proposal, (tag, privilege, consoleId, ...algorithms) => {
      const [authentication, integrity, confidentiality] = algorithms
      const writer = new Writer().u8(tag).u8(privilege).zeros(2).put(consoleId)
      for (const [type, algorithm] of algorithms.entries()) {
        writer
          .u8(type)
          .zeros(2)
          .u8(algorithm === undefined ? 0 : 8)
          .u8(algorithm ?? 0)
          .zeros(3)
      }
      const request = decodeOpenSessionRequest(writer.done())
      expect(request).toEqual({ tag, privilege, consoleId, authentication, integrity, confidentiality })
      noPrefixDecodes(writer.done(), decodeOpenSessionRequest)
    }),
  )
})

test('Open Session Response: 36 bytes, fields where Table 13-10 has them', () => {
  fc.assert(
    fc.property(u8, fc.nat(5), sized(4), sized(4), fc.nat(63), (tag, privilege, consoleId, managedId, algorithm) => {
      const bytes = encodeOpenSessionResponse({
        ...{ tag, privilege, consoleId, managedId },
        ...{ authentication: algorithm, integrity: algorithm ^ 1, confidentiality: algorithm ^ 2 },
      })
      expect(bytes).toHaveLength(36)
      expect([bytes[0], bytes[1], bytes[2]]).toEqual([tag, 0, privilege])
      expect([hex(bytes.subarray(4, 8)), hex(bytes.subarray(8, 12))]).toEqual([hex(consoleId), hex(managedId)])
      expect([bytes[12], bytes[16], bytes[20], bytes[24], bytes[28], bytes[32]]).toEqual([
        ...[0, algorithm, 1, algorithm ^ 1, 2, algorithm ^ 2],
      ])
    }),
  )
})

test('RAKP 1 and RAKP 3 read back, and no prefix of them does', () => {
  fc.assert(
    fc.property(u8, u32, sized(16), u8, fc.uint8Array({ maxLength: 20 }), (tag, managedId, random, role, userName) => {
      const rakp1 = new Writer().u8(tag).zeros(3).u32le(managedId).put(random).u8(role).zeros(2)
      rakp1.u8(userName.length).put(userName)
      expect(decodeRakp1(rakp1.done())).toEqual({ tag, managedId, consoleRandom: random, role, userName })
      noPrefixDecodes(rakp1.done(), decodeRakp1)

      const rakp3 = new Writer().u8(tag).u8(0).zeros(2).u32le(managedId).put(userName).done()
      expect(decodeRakp3(rakp3)).toEqual({ tag, status: 0, managedId, code: userName })
      noPrefixDecodes(rakp3.subarray(0, 8), decodeRakp3)
    }),
  )
})

test('RAKP 2, RAKP 4 and every refusal echo tag and console ID', () => {
  fc.assert(
    fc.property(
      u8,
      sized(4),
      sized(16),
      sized(16),
      fc.uint8Array({ maxLength: 32 }),
      (tag, consoleId, random, guid, code) => {
        const rakp2 = encodeRakp2({ tag, consoleId, managedRandom: random, guid, code })
        expect(hex(rakp2)).toBe(hex(Uint8Array.of(tag, 0, 0, 0, ...consoleId, ...random, ...guid, ...code)))
        const rakp4 = encodeRakp4({ tag, consoleId, checkValue: code })
        expect(hex(rakp4)).toBe(hex(Uint8Array.of(tag, 0, 0, 0, ...consoleId, ...code)))
        expect(hex(encodeRefusal(tag, 0x0d, consoleId))).toBe(hex(Uint8Array.of(tag, 0x0d, 0, 0, ...consoleId)))
      },
    ),
  )
})

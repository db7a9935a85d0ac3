import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DecodeError, hex } from '../../src/base/bytes.ts'
import { decodeRequest, encodeRequest, responseSize, writeResponse } from '../../src/ipmi/message.ts'
import { decodeOpenSessionRequest, decodeRakp1, decodeRakp3 } from '../../src/ipmi/rakp.ts'
import { pingTag, presencePong, rmcpClass } from '../../src/ipmi/rmcp.ts'
import { AuthType, decodePacket15, payloadOffset15, writeHeader15 } from '../../src/ipmi/session15.ts'
import {
  decodePacket20,
  HEADER20_SIZE,
  payloadOf20,
  trailerEnd,
  writeHeader20,
  writeTrailer20,
} from '../../src/ipmi/session20.ts'

const u32 = fc.integer({ min: 0, max: 0xffffffff })

test('an RMCP+ header reads back as it was written', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0x10, max: 0x3f }),
      fc.boolean(),
      fc.boolean(),
      u32,
      u32,
      fc.uint8Array({ maxLength: 300 }),
      (payloadType, encrypted, authenticated, sessionId, sequence, payload) => {
        const packet = new Uint8Array(HEADER20_SIZE + payload.length)
        packet.set(payload, HEADER20_SIZE)
        writeHeader20(packet, payloadType, encrypted, authenticated, sessionId, sequence, payload.length)
        const read = decodePacket20(packet)
        expect({ ...read, payload: hex(payloadOf20(packet, read)) }).toEqual({
          payloadType,
          encrypted,
          authenticated,
          sessionId,
          sequence,
          payloadLength: payload.length,
          payload: hex(payload),
        })
      },
    ),
  )
})

test('a session trailer ends where it was written, on a multiple of four', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 280 }), fc.constantFrom(12, 16), (length, codeSize) => {
      const packet = new Uint8Array(HEADER20_SIZE + length + 5 + codeSize)
      const end = writeTrailer20(packet, length)
      expect((end - 4) % 4).toBe(0)
      expect(trailerEnd(packet.subarray(0, end + codeSize), length, codeSize)).toBe(end)
    }),
  )
})

test('an IPMI 1.5 header reads back as it was written, with and without the legacy pad byte', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(AuthType.none, AuthType.md5, AuthType.straight),
      u32,
      u32,
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc.uint8Array({ maxLength: 200 }),
      fc.boolean(),
      (authType, sequence, sessionId, authCode, payload, legacyPad) => {
        const at = payloadOffset15(authType)
        const packet = new Uint8Array(at + payload.length + (legacyPad ? 1 : 0))
        packet.set(payload, at)
        writeHeader15(packet, authType, sequence, sessionId, authCode, payload.length)
        const read = decodePacket15(packet)
        expect([read.authType, read.sequence, read.sessionId]).toEqual([authType, sequence, sessionId])
        expect(hex(read.payload)).toBe(hex(payload))
        expect(hex(read.authCode)).toBe(authType === AuthType.none ? '' : hex(authCode))
      },
    ),
  )
})

test('a response carries both checksums and swaps the addresses', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 250 }), fc.nat(63), fc.nat(3), (data, sequence, lun) => {
      const request = {
        responder: 0x20,
        netFn: 6,
        responderLun: lun,
        requester: 0x81,
        sequence,
        requesterLun: 3 - lun,
        cmd: 1,
        data: new Uint8Array(0),
      }
      const out = new Uint8Array(responseSize(data.length))
      writeResponse(out, 0, request, 0xc1, data)
      // A response has the form of a request from the other side, the completion code leading the data.
      const read = decodeRequest(out)
      expect([read.responder, read.netFn, read.responderLun]).toEqual([0x81, 7, 3 - lun])
      expect([read.requester, read.sequence, read.requesterLun]).toEqual([0x20, sequence, lun])
      expect(hex(read.data)).toBe(hex(Uint8Array.of(0xc1, ...data)))
      expect(hex(encodeRequest(read))).toBe(hex(out))
    }),
  )
})

test('any bytes at all give a value or a DecodeError', () => {
  const decoders = [
    rmcpClass,
    pingTag,
    decodePacket15,
    decodePacket20,
    decodeRequest,
    decodeOpenSessionRequest,
    decodeRakp1,
    decodeRakp3,
    (bytes: Uint8Array) => trailerEnd(bytes, 10, 12),
  ]
  fc.assert(
    fc.property(fc.constantFrom(...decoders), fc.uint8Array({ maxLength: 120 }), (decode, bytes) => {
      try {
        decode(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError)
      }
    }),
    { numRuns: 2000 },
  )
})

test('a presence ping is answered with its own tag', () => {
  const ping = Uint8Array.of(6, 0, 0xff, 6, 0, 0, 0x11, 0xbe, 0x80, 0x42, 0, 0)
  expect(rmcpClass(ping)).toBe(6)
  expect(pingTag(ping)).toBe(0x42)
  expect(hex(presencePong(0x42))).toBe(
    '06 00 ff 06 00 00 11 be 40 42 00 10 00 00 11 be 00 00 00 00 81 00 00 00 00 00 00 00',
  )
})

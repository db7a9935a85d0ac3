import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeVmControl, encodeVmMessage, VmDecoder, type VmFrame, vmFrameLimit } from '../../src/ipmi/vm-codec.ts'

const byte = fc.integer({ min: 0, max: 255 })
// Bytes that must be escaped, or look like escaped ones, come up as often as all others together.
const tricky = fc.oneof(byte, fc.constantFrom(0xa0, 0xa1, 0xaa, 0xb0, 0xb1, 0xba))
const data = fc
  .uint8Array({ maxLength: 40 })
  .chain((plain) => fc.array(tricky, { maxLength: 20 }).map((more) => Uint8Array.of(...plain, ...more)))

const message = fc
  .record({
    seq: tricky,
    netFn: fc.integer({ min: 0, max: 63 }),
    lun: fc.integer({ min: 0, max: 3 }),
    cmd: tricky,
    data,
  })
  .map((fields): VmFrame => ({ kind: 'message', ...fields }))
const control = fc.record({ command: tricky, data }).map((fields): VmFrame => ({ kind: 'control', ...fields }))
const frames = fc.array(fc.oneof(message, control), { maxLength: 8 })

function encode(frame: VmFrame): Uint8Array {
  return frame.kind === 'message' ? encodeVmMessage(frame) : encodeVmControl(frame.command, ...frame.data)
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

/** Cuts `bytes` at the given places, in order, and feeds the pieces. */
function inPieces(decoder: VmDecoder, bytes: Uint8Array, cuts: readonly number[]): VmFrame[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  return places.slice(1).flatMap((end, i) => decoder.push(bytes.subarray(places[i], end)))
}

test('frames come out as they went in, however the stream is cut', () => {
  fc.assert(
    fc.property(frames, fc.array(fc.nat(), { maxLength: 12 }), (given, cuts) => {
      const decoder = new VmDecoder()
      expect(inPieces(decoder, joined(given.map(encode)), cuts)).toEqual(given)
      expect(decoder.dropped).toEqual({ length: 0, checksum: 0, escape: 0 })
    }),
  )
})

test('a frame has no terminator before its end', () => {
  fc.assert(
    fc.property(fc.oneof(message, control), (frame) => {
      const wire = encode(frame)
      const ends = [...wire].flatMap((value, i) => (value === 0xa0 || value === 0xa1 ? [i] : []))
      expect(ends).toEqual([wire.length - 1])
    }),
  )
})

test('one changed byte of a message never passes as the message', () => {
  fc.assert(
    fc.property(message, fc.nat(), fc.integer({ min: 1, max: 255 }), (frame, place, change) => {
      const wire = encode(frame).slice()
      const at = place % wire.length
      wire[at] ^= change
      // AAh may escape a byte that has bit 4 already: the same value in other clothes, which is no change.
      fc.pre(!(wire[at - 1] === 0xaa && change === 0x10))
      expect(new VmDecoder().push(wire)).not.toContainEqual(frame)
    }),
  )
})

test('after any rubbish and one terminator the next frame is read', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: vmFrameLimit * 2 }), message, (rubbish, frame) => {
      const decoder = new VmDecoder()
      decoder.push(rubbish)
      decoder.push(Uint8Array.of(0xa0))
      expect(decoder.push(encode(frame))).toEqual([frame])
    }),
  )
})

/**
 * Texts with a type/length byte in front: the ID strings of SDRs (IPMI 2.0 §43.15, five bits of length) and the fields of
 * FRU areas (FRU Information Storage Definition §13, six bits).
 */
const ASCII = 3
const BCD_PLUS = 1
const SIX_BIT = 2
const bcdPlus = '0123456789 -.:,_'

const SDR_LENGTH = 0x1f
const FRU_LENGTH = 0x3f

/** An SDR's ID string: at most 16 characters (§43.15), Latin-1. */
export function idString(text: string): Uint8Array {
  return typed(text.slice(0, 16))
}

/** A field of a FRU area. One character would look like the end of the area (C1h), so it gets a blank behind it. */
export function fruField(text: string): Uint8Array {
  return typed((text.length === 1 ? `${text} ` : text).slice(0, FRU_LENGTH))
}

/** What an SDR's ID string says, whatever it is written in; a record that is cut short says as much as it has. */
export function idStringText(field: Uint8Array): string {
  if (field.length === 0) return ''
  const bytes = field.subarray(1, 1 + (field[0] & SDR_LENGTH))
  return packedText(field[0], bytes) ?? Buffer.from(bytes).toString('utf16le')
}

/** What a field of a FRU area says; bytes that are no text (type 0) are shown as hex digits. */
export function fruFieldText(field: Uint8Array): string {
  const bytes = field.subarray(1, 1 + fruFieldLength(field[0]))
  return (packedText(field[0], bytes) ?? Buffer.from(bytes).toString('hex')).trimEnd()
}

/** Of the bytes behind the first. */
export function fruFieldLength(typeLength: number): number {
  return typeLength & FRU_LENGTH
}

/** Undefined for type 0, which means something else in an SDR than in a FRU. */
function packedText(typeLength: number, bytes: Uint8Array): string | undefined {
  switch (typeLength >> 6) {
    case BCD_PLUS:
      return Array.from(bytes, (byte) => bcdPlus[byte >> 4] + bcdPlus[byte & 0x0f]).join('')
    case SIX_BIT:
      return sixBitText(bytes)
    case ASCII:
      return Buffer.from(bytes).toString('latin1')
    default:
      return undefined
  }
}

function typed(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'latin1')
  return Uint8Array.of((ASCII << 6) | bytes.length, ...bytes)
}

/** Four characters in three bytes, the first in the lowest bits, each 20h below its ASCII number. */
function sixBitText(bytes: Uint8Array): string {
  let text = ''
  let left = 0
  let width = 0
  for (const byte of bytes) {
    left |= byte << width
    width += 8
    while (width >= 6) {
      text += String.fromCharCode((left & 0x3f) + 0x20)
      left >>= 6
      width -= 6
    }
  }
  return text
}

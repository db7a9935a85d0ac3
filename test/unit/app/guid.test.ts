import { describe, expect, it } from 'vitest'
import { guidOfName, uuidText } from '../../../src/app/guid.ts'

describe('the GUID of a node without one', () => {
  it('is the same at every start, and another for another name', () => {
    expect(guidOfName('cn01')).toEqual(guidOfName('cn01'))
    expect(guidOfName('cn01')).not.toEqual(guidOfName('cn02'))
  })

  it('is a UUID of version 5, variant 10 (RFC 9562 §4)', () => {
    expect(uuidText(guidOfName('cn01'))).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
  })
})

describe('GUID bytes as text', () => {
  it('turns the first three fields, as SMBIOS has them', () => {
    const wire = Uint8Array.from([
      0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
    ])
    expect(uuidText(wire)).toBe('00112233-4455-6677-8899-aabbccddeeff')
  })
})

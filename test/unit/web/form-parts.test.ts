import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundaryOf, formParts } from '../../../src/web/form-parts.ts'

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(bytes: Buffer, size = 7) {
  const parts: { name: string; fileName?: string; type?: string; content: string }[] = []
  for await (const { name, fileName, contentType, content } of formParts(pieces(bytes, size), 'B')) {
    const all: Uint8Array[] = []
    for await (const piece of content) all.push(piece)
    parts.push({
      ...{ name, content: Buffer.concat(all).toString('latin1') },
      ...(fileName !== undefined && { fileName }),
      ...(contentType !== undefined && { type: contentType }),
    })
  }
  return parts
}

const form = Buffer.from(
  [
    'preamble',
    '--B',
    'Content-Disposition: form-data; name="Parameters"',
    'Content-Type: application/json; charset=utf-8',
    '',
    '{"WriteProtected":true}',
    '--B',
    'content-disposition: form-data; name=Image; filename="a \\"b\\".iso"',
    '',
    'line\r\n--b\r\n--BB is not it: -',
    '--B--',
    'epilogue',
  ].join('\r\n'),
)

describe('the parts of a form', () => {
  it('are the same however the bytes arrive', async () => {
    // A delimiter is recognized by its beginning (RFC 2046 §5.1.1): "--BB" is one with a fault.
    const whole = Buffer.from(form.toString().replace('\r\n--BB is not it: -', '\r\n-'))
    const expected = [
      { name: 'Parameters', type: 'application/json', content: '{"WriteProtected":true}' },
      { name: 'Image', fileName: 'a "b".iso', content: 'line\r\n--b\r\n-' },
    ]
    for (let size = 1; size <= whole.length; size++) expect(await read(whole, size)).toEqual(expected)
  })

  it('hold any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 60 }), async (bytes, size) => {
        const content = Buffer.from(bytes).toString('latin1').replaceAll('\r\n--B', '')
        const head = '--B\r\nContent-Disposition: form-data; name="f"\r\n\r\n'
        const text = Buffer.from(`${head}${content}\r\n--B--\r\n`, 'latin1')
        expect(await read(text, size)).toEqual([{ name: 'f', content }])
      }),
      { numRuns: 200 },
    )
  })

  it('are skipped where nobody reads them, or not to their end', async () => {
    const big = 'x'.repeat(500)
    const one = (name: string) => `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${big}\r\n`
    const bytes = Buffer.from(`${one('a')}${one('b')}${one('c')}--B--\r\n`)
    const names: string[] = []
    for await (const { name, content } of formParts(pieces(bytes, 64), 'B')) {
      names.push(name)
      if (name === 'b') for await (const _ of content) break
    }
    expect(names).toEqual(['a', 'b', 'c'])
  })

  it('are refused where the form is cut off, or no form', async () => {
    const cut = form.toString().replace('\r\n--BB is not it: -', '')
    for (const text of [
      cut.slice(0, -20),
      'nothing',
      '',
      '--Bx\r\n\r\n\r\n--B--',
      '--B\r\nContent-Type: text/plain\r\n\r\nno name\r\n--B--\r\n',
      `--B\r\nX: ${'y'.repeat(10_000)}\r\n\r\n\r\n--B--\r\n`,
    ]) {
      await expect(read(Buffer.from(text)), text.slice(0, 30)).rejects.toMatchObject({ status: 400 })
    }
  })

  it('are divided by what the content type names', () => {
    expect(boundaryOf('multipart/form-data; boundary=abc')).toBe('abc')
    expect(boundaryOf('multipart/form-data; boundary="a b"; charset=x')).toBe('a b')
    expect(boundaryOf('multipart/form-data')).toBeUndefined()
  })
})

import { expect, test } from 'vitest'
import { hex } from '../../../src/base/bytes.ts'
import { md2 } from '../../../src/ipmi/md2.ts'

// RFC 1319, appendix A.5.
test.each([
  ['', '8350e5a3e24c153df2275c9f80692773'],
  ['a', '32ec01ec4a6dac72c0ab96fb34c0b5d1'],
  ['abc', 'da853b0d3f88d99b30283a69e6ded6bb'],
  ['message digest', 'ab4f496bfb2a530b219ff33031fe06b0'],
  ['abcdefghijklmnopqrstuvwxyz', '4e8ddff3650292ab5a4108c3aa47940b'],
])('MD2 of "%s"', (message, digest) => {
  expect(hex(md2(Buffer.from(message)), '')).toBe(digest)
})

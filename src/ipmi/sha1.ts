import { type BlockHash, rotateLeft, straightLine, word } from './block-hash.ts'

/** What each twenty rounds mix b, c and d by, and their constant (FIPS 180-4 §4.1.1, §4.2.1). */
const parts = [
  { mix: (b: string, c: string, d: string) => `((${c} ^ ${d}) & ${b} ^ ${d})`, constant: 0x5a827999 },
  { mix: (b: string, c: string, d: string) => `(${b} ^ ${c} ^ ${d})`, constant: 0x6ed9eba1 },
  { mix: (b: string, c: string, d: string) => `(${b} & ${c} | ${d} & (${b} | ${c}))`, constant: 0x8f1bbcdc },
  { mix: (b: string, c: string, d: string) => `(${b} ^ ${c} ^ ${d})`, constant: 0xca62c1d6 },
] as const

let made: BlockHash | undefined

/** SHA-1 (FIPS 180-4 §6.1), made for whoever wants it first. */
export function sha1(): BlockHash {
  made ??= {
    words: 5,
    initial: Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0),
    compress: straightLine({ count: 80, words: 5, schedule, round }),
  }
  return made
}

function schedule(i: number): string {
  const x = `${word(i - 3)} ^ ${word(i - 8)} ^ ${word(i - 14)} ^ ${word(i - 16)}`
  return `x = ${x}; ${word(i)} = ${rotateLeft('x', 1)}`
}

function round(i: number, [a, b, c, d, e]: readonly string[]): string {
  const { mix, constant } = parts[Math.floor(i / 20)]
  const sum = `(${rotateLeft(a, 5)} + ${mix(b, c, d)} + ${e} + ${constant | 0} + ${word(i)}) | 0`
  return `${e} = ${sum}; ${b} = ${rotateLeft(b, 30)}`
}

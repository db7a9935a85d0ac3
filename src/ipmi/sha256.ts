import { type BlockHash, rotateLeft, straightLine, word } from './block-hash.ts'

let made: BlockHash | undefined

/** SHA-256 (FIPS 180-4 §6.2), made for whoever wants it first. */
export function sha256(): BlockHash {
  made ??= {
    words: 8,
    // The first 32 bits of the fractional parts of the square roots of the first eight primes (§5.3.3).
    initial: Int32Array.from(firstPrimes(8), (prime) => fraction(Math.sqrt(prime))),
    compress: straightLine({ count: 64, words: 8, schedule, round: roundWith(constants()) }),
  }
  return made
}

/** The same of the cube roots of the first 64 primes (§4.2.2). */
function constants(): readonly number[] {
  return firstPrimes(64).map((prime) => fraction(Math.cbrt(prime)))
}

function schedule(i: number): string {
  const small0 = `(${rotateRight('x', 7)} ^ ${rotateRight('x', 18)} ^ x >>> 3)`
  const small1 = `(${rotateRight('y', 17)} ^ ${rotateRight('y', 19)} ^ y >>> 10)`
  const sum = `(${word(i - 16)} + ${small0} + ${word(i - 7)} + ${small1}) | 0`
  return `x = ${word(i - 15)}; y = ${word(i - 2)}; ${word(i)} = ${sum}`
}

function roundWith(k: readonly number[]) {
  return (i: number, [a, b, c, d, e, f, g, h]: readonly string[]): string => {
    const large1 = `(${rotateRight(e, 6)} ^ ${rotateRight(e, 11)} ^ ${rotateRight(e, 25)})`
    const large0 = `(${rotateRight(a, 2)} ^ ${rotateRight(a, 13)} ^ ${rotateRight(a, 22)})`
    const choice = `(${g} ^ ${e} & (${f} ^ ${g}))`
    const majority = `(${a} & ${b} | ${c} & (${a} | ${b}))`
    const sum = `(${h} + ${large1} + ${choice} + ${k[i]} + ${word(i)}) | 0`
    return `x = ${sum}; ${d} = (${d} + x) | 0; ${h} = (x + ${large0} + ${majority}) | 0`
  }
}

function rotateRight(name: string, bits: number): string {
  return rotateLeft(name, 32 - bits)
}

function firstPrimes(count: number): number[] {
  const primes: number[] = []
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n)
  return primes
}

function fraction(root: number): number {
  return Math.floor((root - Math.floor(root)) * 2 ** 32) | 0
}

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextSequence, SequenceWindow } from '../../../src/lan/sequence-window.ts'

const take = (window: SequenceWindow, sequence: number) => {
  const good = window.plausible(sequence)
  if (good) window.accept(sequence)
  return good
}

describe('the RMCP+ window, 15 ahead and 16 behind', () => {
  test('numbers in order, then a replay of each is refused', () => {
    const window = new SequenceWindow(0, 15, 16)
    for (let n = 1; n <= 40; n++) expect(take(window, n)).toBe(true)
    for (let n = 1; n <= 40; n++) expect(take(window, n)).toBe(false)
  })

  test('a late packet inside the window is taken once', () => {
    const window = new SequenceWindow(0, 15, 16)
    for (const n of [1, 2, 3, 10]) expect(take(window, n)).toBe(true)
    expect(take(window, 5)).toBe(true)
    expect(take(window, 5)).toBe(false)
  })

  test('15 ahead is taken, 16 ahead is not; 16 behind is taken, 17 behind is not', () => {
    expect(take(new SequenceWindow(100, 15, 16), 115)).toBe(true)
    expect(take(new SequenceWindow(100, 15, 16), 116)).toBe(false)
    expect(take(new SequenceWindow(100, 15, 16), 84)).toBe(true)
    expect(take(new SequenceWindow(100, 15, 16), 83)).toBe(false)
  })

  test('wraps past FFFFFFFFh and never accepts 0', () => {
    const window = new SequenceWindow(0xfffffffe, 15, 16)
    expect(take(window, 0xffffffff)).toBe(true)
    expect(take(window, 0)).toBe(false)
    expect(take(window, 1)).toBe(true)
    expect(take(window, 0xffffffff)).toBe(false)
    expect(nextSequence(0xffffffff)).toBe(1)
  })

  test('asking changes nothing', () => {
    const window = new SequenceWindow(0, 15, 16)
    expect(window.plausible(3)).toBe(true)
    expect(window.plausible(3)).toBe(true)
  })

  test('whatever comes, no number is accepted twice', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 200 }), (numbers) => {
        const window = new SequenceWindow(0, 15, 16)
        const taken = numbers.filter((n) => take(window, n))
        expect(new Set(taken).size).toBe(taken.length)
      }),
    )
  })
})

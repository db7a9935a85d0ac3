import { describe, expect, test } from 'vitest'
import { Wheel } from '../../../src/base/wheel.ts'
import { FakeClock } from '../../support/fake-clock.ts'

/** Counts its seconds and minutes; restless for as many seconds as it is told. */
class One {
  seconds = 0
  minutes = 0
  left = 0

  second(): boolean {
    this.seconds++
    return --this.left > 0
  }

  minute(): void {
    this.minutes++
  }
}

function wheelAndClock() {
  const clock = new FakeClock()
  return { clock, wheel: new Wheel(clock) }
}

describe('seconds', () => {
  test('one is looked after until nothing is left, and then there is no timer', () => {
    const { clock, wheel } = wheelAndClock()
    const one = new One()
    one.left = 3
    wheel.stir(one)
    wheel.stir(one)
    clock.advance(10_000)
    expect([one.seconds, clock.waiting]).toEqual([3, 0])
    wheel.stir(one)
    clock.advance(10_000)
    expect([one.seconds, clock.waiting]).toEqual([4, 0])
  })

  test('one goes on while another has ended', () => {
    const { clock, wheel } = wheelAndClock()
    const [a, b] = [new One(), new One()]
    b.left = 5
    wheel.stir(a)
    wheel.stir(b)
    clock.advance(10_000)
    expect([a.seconds, b.seconds]).toEqual([1, 5])
  })

  test('one may stir itself in its second', () => {
    const { clock, wheel } = wheelAndClock()
    let count = 0
    const one = {
      second: () => {
        if (++count < 4) wheel.stir(one)
        return false
      },
    }
    wheel.stir(one)
    clock.advance(10_000)
    expect([count, clock.waiting]).toEqual([4, 0])
  })
})

describe('minutes', () => {
  test.each([1, 2, 39, 40, 41, 500, 2400, 5000])('each of %i has its turn once a minute', (count) => {
    const { clock, wheel } = wheelAndClock()
    const all = Array.from({ length: count }, () => new One())
    for (const one of all) wheel.join(one)
    for (let minute = 1; minute <= 3; minute++) {
      clock.advance(60_000)
      for (const { minutes } of all) expect(Math.abs(minutes - minute)).toBeLessThanOrEqual(1)
    }
  })

  test('few at a time: 400 have ten turns', () => {
    const { clock, wheel } = wheelAndClock()
    const all = Array.from({ length: 400 }, () => new One())
    for (const one of all) wheel.join(one)
    const done = () => all.filter(({ minutes }) => minutes > 0).length
    const turns = Array.from({ length: 60 }, () => {
      const before = done()
      clock.advance(1_000)
      return done() - before
    })
    expect(turns.filter((count) => count > 0)).toEqual(Array(10).fill(40))
  })

  test('who leaves has no turn, and the others keep theirs', () => {
    const { clock, wheel } = wheelAndClock()
    const all = Array.from({ length: 100 }, () => new One())
    for (const one of all) wheel.join(one)
    clock.advance(25_000)
    const gone = all.filter((_, i) => i % 3 === 0)
    const stay = all.filter((_, i) => i % 3 !== 0)
    const counted = gone.map(({ minutes }) => minutes)
    for (const one of gone) wheel.leave(one)
    clock.advance(120_000)
    expect(gone.map(({ minutes }) => minutes)).toEqual(counted)
    for (const { minutes } of stay) expect(minutes).toBeGreaterThanOrEqual(1)
    for (const one of stay) wheel.leave(one)
    expect(clock.waiting).toBe(0)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DelayLine } from '../../../../src/net/segment/delay-line.ts'
import { type LinkConditions, noConditions } from '../../../../src/net/segment/lane.ts'
import { Link } from '../../../../src/net/segment/link.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

interface Arrival {
  readonly to: 'nic' | 'network'
  readonly at: number
  readonly number: number
}

/** A cable between a NIC and a network, and what arrived at either end and when. */
function made(conditions: Partial<LinkConditions> = {}, seed = 1) {
  const clock = new FakeClock()
  const line = new DelayLine(clock)
  const arrived: Arrival[] = []
  const arrive = (to: Arrival['to']) => (frame: Uint8Array) => {
    arrived.push({ to, at: clock.monotonic(), number: (frame[0] << 8) | frame[1] })
  }
  const link = new Link({
    clock,
    random: seededRandom(seed),
    line,
    toNic: arrive('nic'),
    toNetwork: arrive('network'),
  })
  link.conditions = { ...noConditions, ...conditions }
  return { clock, line, link, arrived }
}

/** A frame that can be told from others. */
function numbered(number: number, size = 1000): Uint8Array {
  const frame = new Uint8Array(size)
  frame[0] = number >> 8
  frame[1] = number & 0xff
  return frame
}

const times = (arrived: readonly Arrival[]) => arrived.map(({ at }) => at)

describe('a cable', () => {
  it('hands on at once, without a timer', () => {
    const { clock, link, arrived } = made()
    link.fromNic(numbered(1))
    link.fromNetwork(numbered(2))
    expect(arrived).toEqual([
      { to: 'network', at: 0, number: 1 },
      { to: 'nic', at: 0, number: 2 },
    ])
    expect(clock.waiting).toBe(0)
    expect(link.sent).toEqual({ frames: 1, bytes: 1000, down: 0, lost: 0, overflowed: 0 })
  })

  it('delays each way, with one timer for all', () => {
    const { clock, line, link, arrived } = made({ delayMs: 100 })
    link.fromNic(numbered(1))
    clock.advance(30)
    for (let i = 2; i < 50; i++) link.fromNetwork(numbered(i))
    expect([line.length, clock.waiting, arrived.length]).toEqual([49, 1, 0])
    clock.advance(99.9)
    expect(times(arrived)).toEqual([100])
    clock.advance(0.1)
    expect(arrived).toHaveLength(49)
    expect(new Set(times(arrived).slice(1))).toEqual(new Set([130]))
    expect([line.length, clock.waiting]).toEqual([0, 0])
  })

  it('spreads delays by the jitter, and lets no frame overtake another', () => {
    const { clock, link, arrived } = made({ delayMs: 50, jitterMs: 20 })
    for (let i = 0; i < 300; i++) {
      link.fromNic(numbered(i))
      clock.advance(10)
    }
    clock.advance(100)
    const late = arrived.map(({ at, number }) => at - number * 10)
    expect(arrived.map(({ number }) => number)).toEqual(Array.from({ length: 300 }, (_, i) => i))
    expect(Math.min(...late)).toBeGreaterThanOrEqual(30)
    expect(Math.min(...late)).toBeLessThan(35)
    expect(Math.max(...late)).toBeGreaterThan(65)
    expect(Math.max(...late)).toBeLessThanOrEqual(70)
  })

  it('loses as many as it should, and the same ones for the same chance', () => {
    const run = (seed: number) => {
      const { link, arrived } = made({ lossPercent: 25 }, seed)
      for (let i = 0; i < 4000; i++) link.fromNic(numbered(i))
      expect(link.sent).toMatchObject({ frames: 4000, lost: 4000 - arrived.length })
      return arrived.map(({ number }) => number)
    }
    expect(run(5)).toEqual(run(5))
    expect(run(5)).not.toEqual(run(6))
    expect(run(5).length).toBeGreaterThan(2850)
    expect(run(5).length).toBeLessThan(3150)
    const { link, arrived } = made({ lossPercent: 100 })
    for (let i = 0; i < 100; i++) link.fromNic(numbered(i))
    expect(arrived).toEqual([])
  })

  it('sends at a rate, one frame behind the other, and each way its own', () => {
    // 1000 bytes at 1 Mbit/s take 8 ms.
    const { clock, link, arrived } = made({ rateBps: 1e6 })
    for (let i = 0; i < 3; i++) link.fromNic(numbered(i))
    link.fromNetwork(numbered(9))
    clock.advance(100)
    link.fromNic(numbered(3))
    clock.advance(100)
    expect(times(arrived.filter(({ to }) => to === 'network'))).toEqual([8, 16, 24, 108])
    expect(times(arrived.filter(({ to }) => to === 'nic'))).toEqual([8])
  })

  it('has a queue with an end', () => {
    const { clock, link, arrived } = made({ rateBps: 1e6 })
    for (let i = 0; i < 1000; i++) link.fromNic(numbered(i))
    clock.advance(10_000)
    expect(arrived.length).toBe(Math.floor((256 * 1024) / 1000))
    expect(link.sent.overflowed).toBe(1000 - arrived.length)
    link.conditions = { ...noConditions, delayMs: 10_000 }
    for (let i = 0; i < 20_000; i++) link.fromNetwork(numbered(i))
    expect(link.received.overflowed).toBe(20_000 - Math.floor((16 * 1024 * 1024) / 1000))
    clock.advance(10_000)
    link.fromNetwork(numbered(1))
    clock.advance(10_000)
    expect(link.received.frames).toBe(Math.floor((16 * 1024 * 1024) / 1000) + 1)
  })

  it('carries nothing while it is down, and what was on its way is lost', () => {
    const { clock, link, arrived } = made({ delayMs: 10 })
    link.fromNic(numbered(1))
    link.up = false
    link.fromNic(numbered(2))
    link.fromNetwork(numbered(3))
    link.up = true
    clock.advance(5)
    link.fromNic(numbered(4))
    clock.advance(50)
    expect(arrived).toEqual([{ to: 'network', at: 15, number: 4 }])
    expect([link.sent.down, link.received.down]).toEqual([1, 1])
  })

  it('holds nothing back when a delay ends', () => {
    const { clock, link, arrived } = made({ delayMs: 1000 })
    link.fromNic(numbered(1))
    link.conditions = { ...noConditions, delayMs: 10 }
    link.fromNic(numbered(2))
    clock.advance(2000)
    expect(arrived.map(({ at, number }) => [number, at])).toEqual([
      [2, 10],
      [1, 1000],
    ])
  })

  it('shows the NIC’s end to whoever looks: what it sends though it gets lost, what it receives when it does', () => {
    const { clock, link } = made({ delayMs: 20 })
    const seen: number[][] = []
    const stop = link.watch((frame) => seen.push([frame[1], clock.monotonic()]))
    link.fromNic(numbered(1))
    link.fromNetwork(numbered(2))
    clock.advance(50)
    link.conditions = { ...noConditions, lossPercent: 100 }
    link.fromNic(numbered(3))
    link.fromNetwork(numbered(4))
    link.up = false
    link.fromNic(numbered(5))
    link.up = true
    stop()
    link.fromNic(numbered(6))
    expect(seen).toEqual([
      [1, 0],
      [2, 20],
      [3, 50],
    ])
  })
})

describe('frames on their way', () => {
  it('arrive in the order of their times, and those of one time in the order in which they left', () => {
    const event = fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 5 }))
    fc.assert(
      fc.property(fc.array(event, { maxLength: 120 }), (events) => {
        const clock = new FakeClock()
        const line = new DelayLine(clock)
        const out: number[] = []
        const due: { at: number; mark: number }[] = []
        for (const [mark, [later, pass]] of events.entries()) {
          const at = clock.monotonic() + later
          due.push({ at, mark })
          line.add(at, new Uint8Array(), mark, (_, it) => out.push(it))
          clock.advance(pass)
        }
        clock.advance(100)
        expect(out).toEqual(due.toSorted((a, b) => a.at - b.at || a.mark - b.mark).map(({ mark }) => mark))
        expect([line.length, clock.waiting]).toEqual([0, 0])
      }),
    )
  })

  it('may bring others into being, and are lost when the line closes', () => {
    const clock = new FakeClock()
    const line = new DelayLine(clock)
    const at: number[] = []
    const again = (frame: Uint8Array, left: number) => {
      at.push(clock.monotonic())
      if (left > 0) line.add(clock.monotonic() + 5, frame, left - 1, again)
    }
    line.add(5, new Uint8Array(), 2, again)
    clock.advance(100)
    expect(at).toEqual([5, 10, 15])
    line.add(200, new Uint8Array(), 0, again)
    line.close()
    clock.advance(1000)
    expect([at.length, clock.waiting]).toEqual([3, 0])
  })
})

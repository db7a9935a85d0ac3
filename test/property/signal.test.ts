import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AnalogSignal, type Anchor, courseOf, stepped, targetOf } from '../../src/bmc/sensors/signal.ts'
import { noWork, type Work } from '../../src/bmc/sensors/workload.ts'

const part = fc.double({ min: 0, max: 1, noNaN: true })
const work: fc.Arbitrary<Work> = fc.record({ cpu: part, memory: part, disk: part, network: part })
const amount = fc.double({ min: -50, max: 50, noNaN: true })
const signal: fc.Arbitrary<AnalogSignal> = fc.record({
  kind: fc.constant('analog' as const),
  on: fc.double({ min: 0, max: 200, noNaN: true }),
  off: fc.constant(undefined),
  start: fc.constant(undefined),
  wobble: fc.constant(0),
  settleMs: fc.integer({ min: 0, max: 600_000 }),
  load: fc.record({ cpu: amount, memory: amount, disk: amount, network: amount }),
})
const stretches = fc.array(fc.record({ ms: fc.integer({ min: 1000, max: 3_600_000 }), work }), { minLength: 1 })

/** Where a value is after stretches of work, each looked at as often as `looks` says. */
function after(one: AnalogSignal, all: readonly { ms: number; work: Work }[], looks: number): number {
  let anchor: Anchor | undefined
  let before = noWork
  let now = 0
  for (const { ms, work } of all) {
    for (let look = 0; look < looks; look++) {
      const toMs = now + ms / looks
      anchor = stepped(one, 'on', anchor, { fromMs: now, toMs, work, before })
      before = work
      now = toMs
    }
  }
  return courseOf(one, 'on', anchor, now, before) ?? Number.NaN
}

test('however often a value is looked at, the same work brings it to the same place', () => {
  fc.assert(
    fc.property(signal, stretches, fc.integer({ min: 2, max: 20 }), (one, all, looks) => {
      expect(after(one, all, looks)).toBeCloseTo(after(one, all, 1), 6)
    }),
  )
})

test('a value never leaves the range of where it was to be', () => {
  fc.assert(
    fc.property(signal, stretches, (one, all) => {
      const targets = [noWork, ...all.map(({ work }) => work)].map((each) => targetOf(one, 'on', each) ?? Number.NaN)
      const value = after(one, all, 1)
      expect(value).toBeGreaterThanOrEqual(Math.min(...targets) - 1e-9)
      expect(value).toBeLessThanOrEqual(Math.max(...targets) + 1e-9)
    }),
  )
})

import { expect, test } from 'vitest'
import { noWork, Workload, type WorkStep } from '../../../../src/bmc/sensors/workload.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { FakeMachine } from '../../../support/fake-machine.ts'
import { FakeVitals } from '../../../support/fake-vitals.ts'

function workloadOf(more: { visible?: boolean } = {}) {
  const clock = new FakeClock()
  const machine = new FakeMachine()
  const vitals = new FakeVitals(clock)
  if (more.visible !== false) machine.vitals = () => vitals.look()
  machine.power = 'on'
  const workload = new Workload({ name: 'cn01', clock, machine })
  const steps: WorkStep[] = []
  workload.onStep((step) => steps.push(step))
  return { clock, machine, vitals, workload, steps }
}

test('work is the mean of what was done since the last look', () => {
  const { clock, vitals, workload, steps } = workloadOf()
  vitals.work({ cpu: 0.8, memory: 0.3, diskBytes: 100_000, networkBytes: 12_500 })
  clock.advance(10_000)
  vitals.work({ cpu: 0, memory: 0.5, diskBytes: 0, networkBytes: 0 })
  clock.advance(10_000)
  const work = workload.look()
  expect(work.cpu).toBeCloseTo(0.4, 9)
  expect(work).toMatchObject({ memory: 0.5, disk: 0.25, network: 0.05 })
  expect(steps).toEqual([{ fromMs: 0, toMs: 20_000, work, before: noWork }])
})

test('it is looked at once a second at most, however often somebody asks, and never while nobody does', () => {
  const { clock, vitals, workload } = workloadOf()
  const looks = vitals.looks
  for (let i = 0; i < 100; i++) {
    workload.look()
    clock.advance(100)
  }
  expect(vitals.looks - looks).toBe(9)
  clock.advance(3_600_000)
  expect(vitals.looks - looks).toBe(9)
  expect(clock.waiting).toBe(0)
})

test('a count that begins again says nothing; one that stands still keeps what was known', () => {
  const { clock, vitals, workload } = workloadOf()
  vitals.work({ cpu: 0.5 })
  clock.advance(5000)
  expect(workload.look().cpu).toBeCloseTo(0.5, 9)
  clock.advance(5000)
  vitals.restart()
  expect(workload.look().cpu).toBeCloseTo(0.5, 9)
  vitals.work({ cpu: 1 })
  clock.advance(5000)
  expect(workload.look().cpu).toBeCloseTo(1, 9)
})

test('more than a machine can do is all that it can do; what is not counted is no work', () => {
  const { clock, vitals, workload } = workloadOf()
  vitals.work({ cpu: 3, diskBytes: 900_000 })
  vitals.blind = ['networkBytes', 'memory']
  clock.advance(5000)
  expect(workload.look()).toEqual({ cpu: 1, memory: 0, disk: 1, network: 0 })
})

test('a machine that cannot be seen has work of its own, the same at every run', () => {
  const course = () => {
    const { clock, workload } = workloadOf({ visible: false })
    return Array.from({ length: 30 }, () => {
      clock.advance(10_000)
      return workload.look()
    })
  }
  expect(course()).toEqual(course())
  expect(new Set(course().map(({ cpu }) => cpu)).size).toBe(30)
})

test('a machine that comes into sight starts anew: what it did before was not seen', () => {
  const { clock, machine, vitals, workload } = workloadOf({ visible: false })
  clock.advance(5000)
  const made = workload.look()
  vitals.work({ cpu: 1 })
  machine.vitals = () => vitals.look()
  clock.advance(5000)
  expect(workload.look()).toEqual(made)
  clock.advance(5000)
  expect(workload.look().cpu).toBeCloseTo(1, 9)
})

test('off, nothing is done and nothing looked at', () => {
  const { clock, machine, vitals, workload } = workloadOf()
  vitals.work({ cpu: 1 })
  clock.advance(5000)
  workload.look()
  machine.power = 'off'
  workload.powerChanged('off')
  const looks = vitals.looks
  clock.advance(60_000)
  expect([workload.look(), vitals.looks]).toEqual([noWork, looks])
})

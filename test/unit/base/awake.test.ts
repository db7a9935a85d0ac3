import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { goToSleep, stayAwake } from '../../../src/base/awake.ts'
import { systemClock } from '../../../src/base/clock.ts'

/** The loop looks again by setImmediate; time stands still unless a test moves it. */
describe('staying awake', () => {
  let now = 1_000_000
  const pending: (() => void)[] = []

  beforeEach(() => {
    vi.spyOn(systemClock, 'monotonic').mockImplementation(() => now)
    vi.spyOn(globalThis, 'setImmediate').mockImplementation(((fn: () => void) => {
      pending.push(fn)
    }) as never)
  })

  afterEach(() => {
    now += 1000
    look()
    vi.restoreAllMocks()
    expect(pending).toEqual([])
  })

  const look = () => {
    for (const fn of pending.splice(0)) fn()
  }

  it('begins with the packets of a conversation, and not before', () => {
    for (let i = 0; i < 4; i++) stayAwake()
    expect(pending).toHaveLength(0)
    stayAwake()
    expect(pending).toHaveLength(1)
    stayAwake()
    expect(pending).toHaveLength(1)
  })

  it('looks again until nothing has come for a moment', () => {
    for (let i = 0; i < 6; i++) stayAwake()
    now += 0.1
    look()
    expect(pending).toHaveLength(1)
    stayAwake()
    now += 0.1
    look()
    expect(pending).toHaveLength(1)
    now += 0.1
    look()
    expect(pending).toHaveLength(0)
  })

  it('ends, and begins afresh, where a log-in comes between', () => {
    for (let i = 0; i < 6; i++) stayAwake()
    expect(pending).toHaveLength(1)
    goToSleep()
    look()
    expect(pending).toHaveLength(0)
    for (let i = 0; i < 4; i++) stayAwake()
    expect(pending).toHaveLength(0)
    goToSleep()
    stayAwake()
    expect(pending).toHaveLength(0)
  })

  it('does nothing for packets that come alone', () => {
    for (let i = 0; i < 20; i++) {
      now += 1
      stayAwake()
    }
    expect(pending).toHaveLength(0)
  })
})

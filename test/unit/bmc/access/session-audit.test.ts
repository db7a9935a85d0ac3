import { describe, expect, test } from 'vitest'
import { hex } from '../../../../src/base/bytes.ts'
import { loggedEvents, testBmc, testSession } from '../../../support/test-bmc.ts'
import { testStorage } from '../../../support/test-storage.ts'

function audited(capacity = 40, sessionAudit = true) {
  const storage = testStorage()
  const parts = testBmc({ storage: { ...storage, sel: { capacity, support: 0x0f, records: [], sessionAudit } } })
  const events = loggedEvents(parts.bmc)
  return {
    ...parts,
    seen: () => events.splice(0).map(({ sensorType, data }) => hex(Uint8Array.of(sensorType, ...data))),
  }
}

describe('session audit (Table 42-3, type 2Ah)', () => {
  test('names the user, the channel and why a session ended', () => {
    const { bmc, clock, attend, seen } = audited()
    attend()
    bmc.logins.succeeded(2, 1)
    expect(seen()).toEqual(['2a f0 02 01'])
    for (const why of ['closed', 'timed out', 'user changed', 'link gone', 'reset'] as const) {
      bmc.sessions.end(testSession(bmc), why)
    }
    expect(seen()).toEqual(['2a f1 02 11', '2a f1 02 21', '2a f1 02 31', '2a f1 02 31', '2a f1 02 01'])
    testSession(bmc)
    clock.advance(64_000)
    expect(seen()).toEqual(['2a f1 02 21'])
    testSession(bmc)
    bmc.users.setEnabled(2, false)
    expect(seen()).toEqual(['2a f1 02 31'])
  })

  test('tells a failed login of one user and channel once a minute', () => {
    const { bmc, clock, seen } = audited()
    for (let i = 0; i < 1000; i++) {
      bmc.logins.unknownName(1)
      bmc.logins.wrongPassword(2, 1)
    }
    expect(seen()).toEqual(['2a f2 00 01', '2a f2 02 01'])
    clock.advance(59_000)
    bmc.logins.unknownName(1)
    expect(seen()).toEqual([])
    clock.advance(2_000)
    bmc.logins.unknownName(1)
    expect(seen()).toEqual(['2a f2 00 01'])
  })

  test('leaves half of the SEL to everything else', () => {
    const { bmc } = audited(8)
    for (let i = 0; i < 100; i++) bmc.logins.succeeded(2, 1)
    expect(bmc.sel.count).toBe(4)
    bmc.sel.event({ sensorType: 1, sensorNumber: 1, eventType: 1, data: [0, 0, 0] })
    expect([bmc.sel.count, bmc.sel.overflow]).toEqual([5, false])
    bmc.sel.clear()
    bmc.logins.succeeded(2, 1)
    expect(bmc.sel.count).toBe(1)
  })

  test('is off unless it was asked for', () => {
    const { bmc, seen } = audited(40, false)
    bmc.logins.succeeded(2, 1)
    bmc.logins.unknownName(1)
    bmc.logins.wrongPassword(2, 1)
    bmc.sessions.end(testSession(bmc), 'closed')
    expect(seen()).toEqual([])
  })
})

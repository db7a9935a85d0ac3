import { describe, expect, test } from 'vitest'
import { hex } from '../../../../src/base/bytes.ts'
import { ask } from '../../../support/ask.ts'
import { guest, lanRequester, loggedEvents, testBmc, testSession } from '../../../support/test-bmc.ts'

/** LAN parameter 26: event, threshold, reset and lock-out interval in tens of seconds. */
async function guarded(threshold: number, reset: number, lockout: number, event = 1) {
  const parts = testBmc()
  parts.attend()
  // With nothing to look after, nobody looks.
  parts.clock.advance(5_000)
  const asked = (request: string) => ask(parts.bmc, guest, request)
  const parameter = hex(Uint8Array.of(event, threshold, reset, reset >> 8, lockout, lockout >> 8))
  expect(await asked(`0c/01 01 1a ${parameter}`)).toBe('00')
  expect(await asked('0c/02 01 1a 00 00')).toBe(`00 11 ${parameter}`)
  const wrong = (times: number, user = 2) => {
    for (let i = 0; i < times; i++) parts.bmc.logins.wrongPassword(user, 1)
  }
  const mayLogIn = (name = 'admin') => parts.bmc.users.find(name, 1) !== undefined
  const pass = (ms: number) => parts.clock.advance(ms)
  return { ...parts, asked, wrong, mayLogIn, pass, events: loggedEvents(parts.bmc) }
}

describe('the bad password threshold (LAN parameter 26)', () => {
  test('of 0, as it is at first, locks nobody out', async () => {
    const { bmc, wrong, mayLogIn } = await guarded(0, 0, 0)
    wrong(1000)
    expect([mayLogIn(), bmc.sel.count]).toEqual([true, 0])
  })

  test('takes a user off the channel for the interval, and says so in the SEL', async () => {
    const { bmc, wrong, mayLogIn, pass, events } = await guarded(3, 0, 6)
    const session = testSession(bmc)
    wrong(2)
    expect(mayLogIn()).toBe(true)
    wrong(1)
    expect([mayLogIn(), mayLogIn('ops')]).toEqual([false, true])
    expect(events.map(({ sensorType, data }) => [sensorType, ...data])).toEqual([[0x2a, 0xf3, 2, 1]])
    expect(bmc.sessions.all, 'a session that runs goes on').toContain(session)
    pass(1000)
    pass(58_000)
    expect(mayLogIn()).toBe(false)
    pass(2000)
    expect(mayLogIn()).toBe(true)
    wrong(2)
    expect(mayLogIn()).toBe(true)
  })

  test('lets the user back in though nobody else is there', async () => {
    const { wrong, mayLogIn, pass } = await guarded(3, 0, 6)
    wrong(3)
    pass(59_000)
    expect(mayLogIn()).toBe(false)
    pass(3_000)
    expect(mayLogIn()).toBe(true)
  })

  test('counts wrong passwords in a row, and forgets them after its interval', async () => {
    const { bmc, wrong, mayLogIn, pass } = await guarded(3, 2, 6)
    wrong(2)
    bmc.logins.succeeded(2, 1)
    wrong(2)
    expect(mayLogIn()).toBe(true)
    pass(20_000)
    wrong(2)
    expect(mayLogIn()).toBe(true)
    pass(19_000)
    wrong(1)
    expect(mayLogIn()).toBe(false)
  })

  test('with an interval of 0 locks out until somebody sets the access, also over a restart', async () => {
    const { asked, wrong, mayLogIn, pass, options, events } = await guarded(1, 0, 0, 0)
    wrong(1)
    pass(10_000_000)
    expect([mayLogIn(), events.length]).toEqual([false, 0])
    expect(testBmc({ store: options.store }).bmc.users.find('admin', 1)).toBeUndefined()
    expect((await asked('06/44 01 02')).slice(-2), 'messaging reads as off').toBe('04')
    expect(await asked('06/43 01 02 04'), 'a new limit alone opens nothing').toBe('00')
    expect(mayLogIn()).toBe(false)
    expect(await asked('06/43 91 02 04')).toBe('00')
    expect([mayLogIn(), testBmc({ store: options.store }).bmc.users.find('admin', 1)?.id]).toEqual([true, 2])
  })

  test('a user that is enabled comes back, and the limit set meanwhile holds', async () => {
    const { bmc, asked, wrong, mayLogIn } = await guarded(1, 0, 0)
    wrong(1)
    expect(await asked('06/43 01 02 03')).toBe('00')
    expect(await asked('06/47 02 01')).toBe('00')
    expect(mayLogIn()).toBe(true)
    expect(bmc.users.get(2)?.access(1)).toMatchObject({ privilege: 'Operator', ipmiMessaging: true })
    expect((await ask(bmc, lanRequester(testSession(bmc)), '06/44 01 02')).slice(-2)).toBe('13')
  })
})

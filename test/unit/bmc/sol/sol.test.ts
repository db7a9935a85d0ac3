import { beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../../../../src/base/logger.ts'
import { Sessions } from '../../../../src/bmc/access/sessions.ts'
import { Sol } from '../../../../src/bmc/sol/sol.ts'
import { MemoryStore } from '../../../../src/bmc/store.ts'
import { ConsoleHub } from '../../../../src/console/hub.ts'
import { MemoryScrollback } from '../../../../src/console/scrollback.ts'
import { encodeSol } from '../../../../src/ipmi/sol.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { FakePort } from '../../../support/fake-port.ts'
import { solSession } from '../../../support/sol-session.ts'

const wishes = { encrypted: true, authenticated: true }
const typed = (sequence: number, text: string) =>
  encodeSol({ sequence, ack: 0, accepted: 0, flags: 0, data: Buffer.from(text, 'latin1') })
const ack = (number: number, accepted: number) =>
  encodeSol({ sequence: 0, ack: number, accepted, flags: 0, data: new Uint8Array() })

let clock: FakeClock
let store: MemoryStore
let sessions: Sessions
let port: FakePort
let sol: Sol

beforeEach(() => {
  clock = new FakeClock()
  store = new MemoryStore()
  sessions = new Sessions(clock)
  port = new FakePort()
  sol = make()
})

function make(withConsole = true) {
  const hub = new ConsoleHub({ port, scrollback: new MemoryScrollback(0), log: silentLogger })
  const openConsole = withConsole ? () => hub.open() : undefined
  return new Sol({ clock, log: silentLogger, store, sessions, openConsole, channel: 1 })
}

function logIn(facts = {}) {
  const made = solSession(facts)
  sessions.add(made.session)
  return made
}

describe('one session', () => {
  it('reads and types, and its timer ends with the payload', () => {
    const { session, sent } = logIn()
    expect(sol.activate(session, wishes)).toBe('activated')
    expect(clock.waiting).toBe(0)
    sol.receive(session, typed(1, 'ls\r'))
    expect(port.written).toBe('ls\r')
    expect(sent()).toMatchObject([{ ack: 1, accepted: 3 }])
    port.say('file')
    expect(clock.waiting).toBe(1)
    clock.advance(5)
    expect(sent()).toMatchObject([{ sequence: 1, text: 'file' }])
    sol.receive(session, ack(1, 4))
    clock.advance(100)
    expect(clock.waiting).toBe(0)
    port.say('more')
    sol.close()
    expect(clock.waiting).toBe(0)
  })

  it('shows nothing that was said before, and starts its numbers afresh with each activation', () => {
    const { session, sent } = logIn()
    port.say('old')
    sol.activate(session, wishes)
    port.say('new')
    clock.advance(5)
    sol.receive(session, typed(1, 'a'))
    expect(sol.deactivate(session)).toBe(true)
    sol.activate(session, wishes)
    port.say('again')
    clock.advance(5)
    sol.receive(session, typed(1, 'b'))
    expect(port.written).toBe('ab')
    expect(sent().filter((packet) => packet.sequence !== 0)).toMatchObject([
      { sequence: 1, text: 'new' },
      { sequence: 1, text: 'again' },
    ])
  })

  it('is told nothing when it ends its own payload', () => {
    const { session, sent } = logIn()
    sol.activate(session, wishes)
    port.say('x')
    expect(sol.deactivate(session)).toBe(true)
    clock.advance(10_000)
    expect(sent()).toEqual([])
    expect(sol.deactivate(session)).toBe(false)
  })

  it('drops nonsense', () => {
    const { session, sent } = logIn()
    sol.activate(session, wishes)
    sol.receive(session, Uint8Array.of(1, 2))
    sol.receive(session, new Uint8Array(300))
    expect(sent()).toEqual([])
  })

  it('may activate again what it has: the first answer was lost', () => {
    const { session } = logIn()
    sol.activate(session, wishes)
    expect(sol.activate(session, wishes)).toBe('activated')
  })

  it('holds the serial port back while its client is slow, and lets go at the end', () => {
    const { session } = logIn()
    sol.activate(session, wishes)
    port.say('x'.repeat(20_000))
    expect(port.paused).toBe(true)
    sessions.end(session, 'closed')
    expect(port.paused).toBe(false)
  })

  it('keeps its payload over a machine that goes and comes back', () => {
    const { session, sent } = logIn()
    sol.activate(session, wishes)
    port.setUp(false)
    sol.receive(session, typed(1, 'nobody reads this'))
    port.setUp(true)
    sol.receive(session, typed(2, 'hello'))
    expect(port.written).toBe('hello')
    expect(sent().map((packet) => packet.flags)).toEqual([0x20, 0])
    expect(sol.active?.session).toBe(session)
  })
})

describe('two sessions', () => {
  it('the second is refused, takes over by deactivation, and the first is told and no longer heard', () => {
    const first = logIn({ id: 1 })
    const second = logIn({ id: 2, handle: 2 })
    sol.activate(first.session, wishes)
    expect(sol.activate(second.session, wishes)).toBe('already active')
    sol.receive(second.session, typed(1, 'x'))
    expect(second.sent()).toEqual([])
    expect(sol.deactivate(second.session)).toBe(true)
    expect(first.sent()).toMatchObject([{ sequence: 0, ack: 0, flags: 0x10 }])
    expect(sol.activate(second.session, wishes)).toBe('activated')
    sol.receive(first.session, typed(1, 'x'))
    expect(port.written).toBe('')
    expect(first.sent()).toEqual([])
  })

  it("an old session's end does not touch the payload that another owns by then", () => {
    const first = logIn({ id: 1 })
    const second = logIn({ id: 2, handle: 2 })
    sol.activate(first.session, wishes)
    sol.deactivate(second.session)
    sol.activate(second.session, wishes)
    sessions.end(first.session, 'timed out')
    expect(sol.active?.session).toBe(second.session)
    sessions.end(second.session, 'timed out')
    expect(sol.active).toBeUndefined()
  })

  it('a client that is gone frees the payload when its session times out', () => {
    const first = logIn()
    sol.activate(first.session, wishes)
    port.say('anybody?')
    clock.advance(61_000)
    sessions.second()
    expect(sol.active).toBeUndefined()
    expect(clock.waiting).toBe(0)
  })
})

describe('who may', () => {
  it('not without a console, and not while disabled', () => {
    const { session } = logIn()
    expect(make(false).activate(session, wishes)).toBe('disabled')
    sol.config.change({ enabled: false })
    expect(sol.activate(session, wishes)).toBe('disabled')
  })

  it('only with what the cipher suite can do, and what the configuration insists on', () => {
    const plain = logIn({ encrypted: false }).session
    expect(sol.activate(plain, wishes)).toBe('cannot encrypt')
    const bare = logIn({ authenticated: false, encrypted: false }).session
    expect(sol.activate(bare, { encrypted: false, authenticated: true })).toBe('cannot encrypt')
    sol.config.change({ forceEncryption: true })
    expect(sol.activate(plain, { encrypted: false, authenticated: true })).toBe('must encrypt')
    expect(sol.activate(logIn().session, wishes)).toBe('activated')
  })

  it('only at the level of parameter 2, and where the user is not shut out', () => {
    sol.config.change({ privilege: 'Operator' })
    const user = logIn({ privilege: 'User' }).session
    expect(() => sol.activate(user, wishes)).toThrow(expect.objectContaining({ reason: 'forbidden' }))
    sol.access.setSol(2, 1, false)
    expect(() => sol.activate(logIn().session, wishes)).toThrow(expect.objectContaining({ reason: 'forbidden' }))
  })
})

describe('configuration', () => {
  it('outlives a restart, all but the volatile bit rate', () => {
    sol.config.change({ retryCount: 3, retryInterval: 25, privilege: 'Operator', enabled: false })
    sol.config.volatileBitRate = 6
    const next = make()
    expect(next.config.parameters).toMatchObject({ retryCount: 3, privilege: 'Operator', enabled: false })
    expect(next.config.timings).toMatchObject({ retries: 3, retryMs: 250 })
    expect(next.config.volatileBitRate).toBe(10)
  })

  it('falls back to what it knows where the state file was spoilt', () => {
    store.set('sol', { retryCount: 'many', privilege: 99, enabled: 1 })
    expect(make().config.parameters).toEqual(sol.config.parameters)
  })
})

import { silentLogger } from '../../src/base/logger.ts'
import { Wheel } from '../../src/base/wheel.ts'
import { Session } from '../../src/bmc/access/session.ts'
import { Bmc, type BmcOptions } from '../../src/bmc/bmc.ts'
import type { BmcEvent } from '../../src/bmc/events.ts'
import type { ChannelSeed, UserSeed } from '../../src/bmc/seeds.ts'
import { MemoryJournal } from '../../src/bmc/storage/journal.ts'
import { MemoryStore } from '../../src/bmc/store.ts'
import type { Requester } from '../../src/commands/command.ts'
import type { Privilege } from '../../src/ipmi/privilege.ts'
import { FakeClock } from './fake-clock.ts'
import { FakeMachine } from './fake-machine.ts'
import { testStorage } from './test-storage.ts'

/** A BMC of nothing but memory: fake clock, fake machine, channel 1, user 2 "admin" and user 3 "ops". */
export const testGuid = Uint8Array.from({ length: 16 }, (_, i) => 0xa0 + i)

export function userSeed(id: number, name: string, password: string, more: Partial<UserSeed> = {}): UserSeed {
  const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))
  return {
    id,
    enabled: true,
    name: bytes(name),
    password: bytes(password),
    privilege: 'admin',
    maxSessions: 0,
    ...more,
  }
}

export function channelSeed(more: Partial<ChannelSeed> = {}): ChannelSeed {
  return {
    number: 1,
    addresses: [{ host: '127.0.0.7', port: 623 }],
    mac: Uint8Array.of(0x02, 0x11, 0x22, 0x33, 0x44, 0x55),
    privilegeLimit: 'admin',
    authTypes: { callback: [], user: ['md5'], operator: ['md5'], admin: ['md5', 'straight'] },
    perMessageAuthentication: true,
    pefAlerting: false,
    kg: undefined,
    allowCipherSuite0: false,
    ...more,
  }
}

export function testBmc(more: Partial<BmcOptions> = {}) {
  const clock = new FakeClock()
  const machine = more.machine instanceof FakeMachine ? more.machine : new FakeMachine()
  const store = new MemoryStore()
  const options: BmcOptions = {
    name: 'cn01',
    clock,
    random: { fill: (into, from, to) => into.fill(7, from, to) },
    log: silentLogger,
    store,
    journal: new MemoryJournal(),
    storage: testStorage(),
    machine,
    device: {
      deviceId: 0x20,
      deviceRevision: 1,
      providesDeviceSdrs: false,
      firmwareMajor: 9,
      firmwareMinor: 0x08,
      deviceSupport: 0x80,
      manufacturerId: 0x001291,
      productId: 0x0f02,
    },
    guid: testGuid,
    users: [userSeed(2, 'admin', 'secret'), userSeed(3, 'ops', 'ops', { privilege: 'operator' })],
    channels: [channelSeed()],
    openConsole: undefined,
    ...more,
  }
  const bmc = new Bmc(options)
  /** From here on the clock's time passes for the BMC too. */
  const attend = () => bmc.attend(new Wheel(options.clock))
  return { bmc, clock, machine, store, options, attend }
}

const isOfThePower = (sensorType: number, eventType: number) =>
  eventType === 0x6f && (sensorType === 0x09 || sensorType === 0x1d)

/** The events that reach the SEL from now on, but for those that go with every power change. */
export function loggedEvents(bmc: Bmc): BmcEvent[] {
  const events: BmcEvent[] = []
  bmc.sel.onEvent(({ sensorType, sensorNumber, eventType, data }) => {
    if (isOfThePower(sensorType, eventType)) return
    const [first, second, third] = data
    events.push({ sensorType, sensorNumber, eventType, data: [first, second, third] })
  })
  return events
}

let nextId = 0x1000

/** A session that is simply there, at its maximum. */
export function testSession(
  bmc: Bmc,
  privilege: Privilege = 'Administrator',
  userId = 2,
  sendMessage: (message: Uint8Array) => void = () => {},
): Session {
  const session = new Session({
    id: nextId++,
    version: '2.0',
    handle: bmc.sessions.freeHandle(),
    channel: 1,
    userId,
    userName: 'admin',
    maximum: privilege,
    privilege,
    peer: { address: '127.0.0.1', port: 4242 },
    lastSeen: bmc.clock.monotonic(),
    authenticated: true,
    encrypted: true,
    localPort: 623,
    sendSol: () => {},
    sendMessage,
  })
  bmc.sessions.add(session)
  return session
}

export function lanRequester(session: Session): Requester {
  return { door: 'lan', channel: session.channel, session, privilege: session.privilege }
}

export const guest: Requester = { door: 'system', channel: 0x0f, session: undefined, privilege: 'OEM' }

export const stranger: Requester = {
  door: 'lan',
  channel: 1,
  session: undefined,
  privilege: undefined,
  login15: {
    challenge: () => ({ sessionId: 1, challenge: new Uint8Array(16) }),
    activate: ({ authType, maximum }) => ({ authType, sessionId: 2, inboundSequence: 1, maximum }),
  },
}

import { systemClock } from '../../src/base/clock.ts'
import { silentLogger } from '../../src/base/logger.ts'
import { Bmc } from '../../src/bmc/bmc.ts'
import { MemoryJournal } from '../../src/bmc/storage/journal.ts'
import { MemoryStore } from '../../src/bmc/store.ts'
import { LanListener } from '../../src/lan/listener.ts'
import { FakeMachine } from '../support/fake-machine.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { testStorage } from '../support/test-storage.ts'

export const KG = Buffer.from('bmcsim key number 1!')
const every = ['none', 'md2', 'md5', 'straight'] as const

export interface BmcUnderTest {
  readonly bmc: Bmc
  readonly listener: LanListener
  readonly address: string
  readonly port: number
  close(): void
}

/** A BMC whose every answer is decided by what it is asked: fixed GUID, seeded randomness, a machine that is off. */
export async function bmcUnderTest(
  options: { readonly kg?: boolean; readonly seed?: number } = {},
): Promise<BmcUnderTest> {
  const random = seededRandom(options.seed ?? 0x1b3c)
  const machine = new FakeMachine()
  const bmc = new Bmc({
    name: 'golden',
    clock: systemClock,
    random,
    log: silentLogger,
    store: new MemoryStore(),
    journal: new MemoryJournal(),
    storage: testStorage(),
    machine,
    device: {
      deviceId: 0x20,
      deviceRevision: 1,
      providesDeviceSdrs: false,
      firmwareMajor: 1,
      firmwareMinor: 0x02,
      deviceSupport: 0x80,
      manufacturerId: 0,
      productId: 0x0001,
    },
    guid: Buffer.from('a123456789abcdefa123456789abcdef', 'hex'),
    users: [
      { id: 1, name: '', password: 'null', privilege: 'user' as const },
      { id: 2, name: 'admin', password: 'password', privilege: 'admin' as const },
      { id: 3, name: 'operator', password: 'a password of twenty', privilege: 'operator' as const },
    ].map((user) => ({
      ...user,
      enabled: true,
      name: Buffer.from(user.name),
      password: Buffer.from(user.password),
      maxSessions: 0,
    })),
    channels: [
      {
        number: 1,
        addresses: [],
        mac: new Uint8Array(6),
        privilegeLimit: 'admin',
        authTypes: { callback: every, user: every, operator: every, admin: every },
        perMessageAuthentication: true,
        pefAlerting: false,
        kg: options.kg ? KG : undefined,
        allowCipherSuite0: true,
      },
    ],
    openConsole: undefined,
  })
  const listener = new LanListener({
    bmc,
    channel: 1,
    host: '127.0.0.1',
    port: 0,
    clock: systemClock,
    random,
    log: silentLogger,
  })
  const { address, port } = await listener.listen()
  return {
    bmc,
    listener,
    address,
    port,
    close() {
      listener.close()
      bmc.close()
    },
  }
}

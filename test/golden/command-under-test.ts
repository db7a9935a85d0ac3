import { silentLogger } from '../../src/base/logger.ts'
import type { Bmc } from '../../src/bmc/bmc.ts'
import type { Command, Requester } from '../../src/commands/command.ts'
import { execute } from '../../src/commands/execute.ts'
import { ConsoleHub } from '../../src/console/hub.ts'
import { MemoryScrollback } from '../../src/console/scrollback.ts'
import type { Privilege } from '../../src/ipmi/privilege.ts'
import { FakePort } from '../support/fake-port.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { solSession } from '../support/sol-session.ts'
import { guest, lanRequester, stranger, testBmc } from '../support/test-bmc.ts'
import { type Exchange, rowOf } from './command-file.ts'

/** A BMC whose every answer is decided by what it is asked: a clock that stands still, seeded randomness, a console. */
export interface CommandsUnderTest {
  readonly bmc: Bmc
  /** Completion code and data. */
  ask(exchange: Pick<Exchange, 'netFn' | 'cmd' | 'data'>, by?: Requester): Promise<Uint8Array>
}

/** Its one session has ID 01020304h and handle 1, and the level that is given. */
export function commandsUnderTest(privilege: Privilege = 'Administrator'): CommandsUnderTest {
  const hub = new ConsoleHub({ port: new FakePort(), scrollback: new MemoryScrollback(0), log: silentLogger })
  const { bmc } = testBmc({
    random: seededRandom(0x1b3c),
    openConsole: () => hub.open(),
    hostInterface: { certificate: async () => Uint8Array.of(0x30, 0x00) },
  })
  const { session } = solSession({ id: 0x01020304, userName: 'admin', maximum: privilege, privilege })
  bmc.sessions.add(session)
  const remote = lanRequester(session)
  return {
    bmc,
    async ask(exchange, by = requesterFor(rowOf(exchange), remote)) {
      const { completionCode, data } = await execute({ bmc, by }, exchange.netFn, exchange.cmd, exchange.data)
      return Uint8Array.of(completionCode, ...data)
    },
  }
}

/** Whom a command is for: the guest, a console that logs in, a console that has. */
function requesterFor({ door, name }: Command, remote: Requester): Requester {
  if (name === 'Get Session Challenge' || name === 'Activate Session') return stranger
  return door === 'system' ? guest : remote
}

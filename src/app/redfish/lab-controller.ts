import { join } from 'node:path'
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import type { Random } from '../../base/random.ts'
import type { SecretBox } from '../../base/secret-box.ts'
import { Bmc } from '../../bmc/bmc.ts'
import { MemoryJournal } from '../../bmc/storage/journal.ts'
import { FileStore, MemoryStore } from '../../bmc/store.ts'
import type { LabRedfishConfig } from '../../config/config.ts'
import { defaultIdentity } from '../../config/defaults.ts'
import { SimulatedMachine } from '../../machine/simulated.ts'
import { emptyStorage } from '../emulator/emulator-storage.ts'
import { guidOfName } from '../guid.ts'

/** Beside the nodes' folders, whose names do not begin with a dot. */
const FOLDER = '.redfish'
const CHANNEL = 1
/** The one whom the lab file names. */
export const FIRST_USER = 2
const OWNER = 'redfish'

export interface ControllerParts {
  readonly config: LabRedfishConfig
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** Where the lab keeps its state; undefined: nowhere. */
  readonly folder: string | undefined
  readonly secrets: SecretBox | undefined
}

/** Whose users and sessions those of the lab's own Redfish are: a controller without a machine that anybody sees, and without a door for IPMI. */
export function labController({ config, clock, random, log, folder, secrets }: ControllerParts): Bmc {
  const { user } = config
  const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'utf8'))
  // Who is let in by a file of users is not remembered beside it.
  const kept = folder !== undefined && config.authFile === undefined
  const box = secrets && { box: secrets, owner: OWNER }
  return new Bmc({
    name: OWNER,
    clock,
    random,
    log,
    store: kept ? new FileStore(join(folder, FOLDER, 'state.json'), box) : new MemoryStore(),
    journal: new MemoryJournal(),
    storage: emptyStorage,
    machine: new SimulatedMachine({ name: OWNER, clock, log }),
    device: defaultIdentity,
    guid: guidOfName('bmcsim redfish'),
    users: [
      {
        id: FIRST_USER,
        enabled: config.authFile === undefined,
        name: bytes(user?.name ?? 'admin'),
        password: user === undefined ? random.fill(new Uint8Array(16)) : bytes(user.password),
        privilege: 'admin',
        maxSessions: 0,
      },
    ],
    channels: [
      {
        number: CHANNEL,
        addresses: [],
        mac: new Uint8Array(6),
        privilegeLimit: 'admin',
        authTypes: { callback: [], user: [], operator: [], admin: [] },
        perMessageAuthentication: true,
        pefAlerting: false,
        kg: undefined,
        allowCipherSuite0: false,
      },
    ],
    openConsole: undefined,
  })
}

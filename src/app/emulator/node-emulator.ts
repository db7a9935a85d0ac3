import { join } from 'node:path'
import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import { Bmc } from '../../bmc/bmc.ts'
import { FileJournal, type Journal, MemoryJournal } from '../../bmc/storage/journal.ts'
import type { Store } from '../../bmc/store.ts'
import type { NodeConfig, PlacedCommand } from '../../config/config.ts'
import { guidOfName } from '../guid.ts'
import { Controllers } from './controllers.ts'
import { Emulator } from './emulator.ts'
import { noMachine } from './no-machine.ts'
import { type Persistence, partOfStore } from './persistence.ts'

/** A file's commands before its first `sleep` say what a node starts as; the others happen to it while it runs. */
export function untilSleep(commands: readonly PlacedCommand[]): {
  readonly before: readonly PlacedCommand[]
  readonly after: readonly PlacedCommand[]
} {
  const first = commands.findIndex(({ kind }) => kind === 'sleep')
  const at = first < 0 ? commands.length : first
  return { before: commands.slice(0, at), after: commands.slice(at) }
}

/** The controllers behind a node's BMC, and what runs the emulator's commands on all of them. */
export function makeEmulator(parts: {
  readonly config: NodeConfig
  readonly folder: string | undefined
  readonly around: { readonly clock: Clock; readonly random: Random; readonly quit?: (() => void) | undefined }
  readonly bmc: Bmc
  readonly store: Store
  readonly persistence: Persistence
}): { readonly emulator: Emulator; readonly controllers: Controllers } {
  const { config, folder, around, bmc, store, persistence } = parts
  const { clock, random } = around
  const { log } = bmc
  const controllers = new Controllers(bmc, config.ipmbAddress, (mc, identity, storage) => {
    const address = mc.toString(16).padStart(2, '0')
    const name = `${config.name}/${address}`
    return new Bmc({
      name,
      clock,
      random,
      log: log.child({ mc: address }),
      store: partOfStore(store, `mc${address}.`),
      journal: persistence.journal(openJournal(folder, `sel-${address}.log`)),
      storage,
      machine: noMachine(),
      device: identity,
      guid: guidOfName(name),
      users: [],
      channels: [],
      openConsole: undefined,
      address: mc,
      reportsTo: eventsOver(bmc),
    })
  })
  const { before } = untilSleep(config.emulator)
  controllers.addAll(before, config.cwd)
  const emulator = new Emulator({
    node: config.name,
    cwd: config.cwd,
    clock,
    log,
    controllers,
    persistence,
    variables: config.emulatorVariables ?? noVariables,
    quit: around.quit,
  })
  emulator.begin(before)
  return { emulator, controllers }
}

const noVariables: ReadonlyMap<string, string> = new Map()

/** `isNew`: the folder is not there yet, and nothing in it. */
export function openJournal(folder: string | undefined, name: string, isNew = false): Journal {
  return folder === undefined ? new MemoryJournal() : new FileJournal(join(folder, name), isNew)
}

/** Event messages of another controller go to the BMC, which is everybody's event receiver (IPMI 2.0 §29.1). */
function eventsOver(bmc: Bmc) {
  return { event: (event: Parameters<Bmc['sel']['event']>[0]) => bmc.sel.event(event) }
}

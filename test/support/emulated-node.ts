import { Controllers } from '../../src/app/emulator/controllers.ts'
import { Emulator } from '../../src/app/emulator/emulator.ts'
import { noMachine } from '../../src/app/emulator/no-machine.ts'
import { Persistence, partOfStore } from '../../src/app/emulator/persistence.ts'
import { silentLogger } from '../../src/base/logger.ts'
import { Bmc } from '../../src/bmc/bmc.ts'
import { MemoryJournal } from '../../src/bmc/storage/journal.ts'
import { testBmc } from './test-bmc.ts'

/** A BMC of memory with the emulator on it, as a node has them. */
export function emulatedNode(more: { cwd?: string; quit?: () => void } = {}) {
  const { bmc, clock, store, options } = testBmc()
  const cwd = more.cwd ?? '/'
  const persistence = new Persistence()
  const controllers = new Controllers(bmc, 0x20, (mc, device, storage) => {
    return new Bmc({
      ...options,
      store: partOfStore(store, `mc${mc}.`),
      journal: new MemoryJournal(),
      storage,
      machine: noMachine(),
      device,
      users: [],
      channels: [],
      address: mc,
      reportsTo: bmc.sel,
    })
  })
  const emulator = new Emulator({
    node: 'cn01',
    cwd,
    clock,
    log: silentLogger,
    controllers,
    persistence,
    variables: new Map([['MC', '0x20']]),
    quit: more.quit,
  })
  const line = (text: string) => emulator.line(text, { files: true, programs: true })
  return { bmc, clock, store, controllers, emulator, persistence, line }
}

import { BmcError } from '../../base/errors.ts'
import { LazyMap } from '../../base/lazy-map.ts'
import type { Bmc } from '../../bmc/bmc.ts'
import type { StorageSeed } from '../../bmc/seeds.ts'
import { satellite } from '../../commands/satellite.ts'
import type { EmulatorCommand, IdentityConfig } from '../../config/config.ts'
import type { KnownMcs } from '../../config/emu/state.ts'
import { emptyStorage, emulatorStorage } from './emulator-storage.ts'

/** Makes a controller behind the BMC, not yet enabled. */
export type MakeController = (mc: number, identity: IdentityConfig, storage: StorageSeed) => Bmc

/** Every controller of one node by its IPMB address: the BMC, and those behind it that the emulator has added. */
export class Controllers implements KnownMcs {
  readonly bmc: number
  readonly running = true
  readonly #main: Bmc
  readonly #make: MakeController
  readonly #others = new LazyMap<number, Bmc>()

  constructor(main: Bmc, address: number, make: MakeController) {
    this.#main = main
    this.bmc = address
    this.#make = make
  }

  get(mc: number): Bmc {
    const found = mc === this.bmc ? this.#main : this.#others.get(mc)
    if (found === undefined) throw new BmcError('not-found', `there is no MC 0x${mc.toString(16)}`)
    return found
  }

  add(mc: number, identity: IdentityConfig, storage: StorageSeed = emptyStorage): Bmc {
    if (this.hasMc(mc)) throw new BmcError('wrong-state', `there is an MC 0x${mc.toString(16)} already`)
    const made = this.#make(mc, identity, storage)
    made.enabled = false
    this.#others.set(mc, made)
    this.#main.ipmb.attach(mc, satellite(made))
    return made
  }

  /** Those that a file adds and does not delete again, with all that it says about them. */
  addAll(commands: readonly EmulatorCommand[], cwd: string): void {
    for (const [i, one] of commands.entries()) {
      if (one.kind === 'mc-delete') this.delete(one.mc)
      if (one.kind !== 'mc-add' || one.mc === this.bmc) continue
      // What was said about an MC of this address before it was deleted is about another one.
      const others = commands.slice(0, i).filter((before) => !ofMc(before, one.mc))
      const rest = commands.slice(i)
      const end = rest.findIndex((later) => later.kind === 'mc-delete' && later.mc === one.mc)
      const about = [...others, ...(end < 0 ? rest : rest.slice(0, end))]
      this.add(one.mc, one.identity, emulatorStorage(about, one.mc, emptyStorage, { cwd, bmc: this.bmc }))
    }
  }

  delete(mc: number): void {
    this.#main.ipmb.detach(mc)
    this.#others.get(mc)?.close()
    this.#others.delete(mc)
  }

  close(): void {
    for (const mc of [...this.#others.keys()]) this.delete(mc)
  }

  hasMc(mc: number): boolean {
    return mc === this.bmc || this.#others.has(mc)
  }

  isAdded(mc: number): boolean {
    return this.hasMc(mc)
  }

  hasDeviceSdrs(mc: number): boolean {
    return this.hasMc(mc) && this.get(mc).device.providesDeviceSdrs
  }

  hasSel(mc: number): boolean {
    return this.hasMc(mc) && this.get(mc).sel.capacity > 0
  }

  eventType(mc: number, lun: number, number: number): number | undefined {
    if (!this.hasMc(mc)) return undefined
    return this.get(mc).sensors.seeds.find((seed) => seed.lun === lun && seed.number === number)?.eventType
  }
}

function ofMc(command: EmulatorCommand, mc: number): boolean {
  return 'mc' in command && command.mc === mc
}

import type { BytePort } from '../base/byte-port.ts'
import type { Clock } from '../base/clock.ts'
import { BmcError } from '../base/errors.ts'
import { Listeners } from '../base/listeners.ts'
import type { Logger } from '../base/logger.ts'
import type { MachineInventory } from './inventory.ts'
import type {
  BootChoice,
  BootDeviceFacts,
  Machine,
  MachineAbilities,
  PowerCause,
  PowerState,
  StartOptions,
} from './machine.ts'
import { cdDrive, type Medium } from './media.ts'
import type { MachineSettings, SettingsFacts } from './settings.ts'
import { SimulatedConsole } from './simulated-console.ts'
import { SimulatedGuest } from './simulated-guest.ts'
import {
  plainServer,
  type SimulatedParts,
  simulatedBootDevices,
  simulatedInventory,
  simulatedSettings,
  withSettings,
} from './simulated-inventory.ts'
import { SimulatedWork } from './simulated-work.ts'
import type { MachineVitals } from './vitals.ts'

/**
 * A machine made of nothing, on the clock it is given: it POSTs, boots and gives a login prompt on its serial port.
 * It stands in where no QEMU is installed and in tests, and says on its console what it is.
 */
export class SimulatedMachine implements Machine {
  readonly kind = 'simulated'
  readonly abilities: MachineAbilities = { powerOn: true, reset: true, nmi: true, softOff: true, boot: true }
  readonly mediaDrives = [cdDrive]
  readonly adopted: boolean
  readonly #name: string
  readonly #parts: SimulatedParts
  readonly #clock: Clock
  readonly #log: Logger
  readonly #console: SimulatedConsole
  readonly #listeners = new Listeners<[power: PowerState, cause: PowerCause]>()
  readonly #resets = new Listeners<[]>()
  /** NICs whose link is down. */
  readonly #pulled = new Set<number>()
  readonly #media = new Map<string, Medium>()
  /** Those that it was started with last. */
  #settings: MachineSettings | undefined
  #guest: SimulatedGuest | undefined
  #work: SimulatedWork | undefined
  /** Verbs happen one after another; each waits for the one before. */
  #turn: Promise<void> = Promise.resolve()
  #closed = false

  /** `isUp`: it was on when the process before this one was killed, and goes on. */
  constructor(options: { name: string; clock: Clock; log: Logger; parts?: SimulatedParts; isUp?: boolean }) {
    const { name, clock, log, parts = plainServer, isUp = false } = options
    this.#parts = parts
    this.adopted = isUp
    this.#name = name
    this.#clock = clock
    this.#log = log
    this.#console = new SimulatedConsole((bytes) => this.#guest?.type(bytes))
    if (isUp) this.#on(undefined, true)
  }

  get power(): PowerState {
    return this.#guest ? 'on' : 'off'
  }

  get bootDevices(): readonly BootDeviceFacts[] {
    return simulatedBootDevices(this.#parts)
  }

  get settings(): SettingsFacts {
    return simulatedSettings(this.#parts)
  }

  get console(): BytePort {
    return this.#console
  }

  powerOn({ boot, settings }: StartOptions): Promise<void> {
    return this.#inTurn(() => {
      if (this.#closed) throw new BmcError('wrong-state', `${this.#name} is being closed`)
      if (this.#guest) return
      this.#settings = settings
      this.#on(boot)
    })
  }

  powerOff(): Promise<void> {
    return this.#inTurn(() => this.#off('request'))
  }

  reset({ boot, settings }: StartOptions): Promise<void> {
    return this.#inTurn(() => {
      this.#running('reset')
      this.#settings = settings
      this.#boot(boot)
    })
  }

  nmi(): Promise<void> {
    return this.#inTurn(() => this.#running('diagnostic interrupt').nmi())
  }

  softOff(): Promise<void> {
    return this.#inTurn(() => this.#running('soft shutdown').powerButton())
  }

  onPower(fn: (power: PowerState, cause: PowerCause) => void): () => void {
    return this.#listeners.add(fn)
  }

  onReset(fn: () => void): () => void {
    return this.#resets.add(fn)
  }

  setLink(nic: number, up: boolean): Promise<void> {
    if (up) this.#pulled.delete(nic)
    else this.#pulled.add(nic)
    return Promise.resolve()
  }

  async setMedium(drive: string, medium: Medium | undefined): Promise<void> {
    if (medium === undefined) this.#media.delete(drive)
    else this.#media.set(drive, medium)
  }

  inventory(): MachineInventory {
    return this.#inventory()
  }

  vitals(): MachineVitals | undefined {
    return this.#work?.vitals()
  }

  close(): Promise<void> {
    this.#closed = true
    this.#off('request')
    this.#console.close()
    return Promise.resolve()
  }

  #inTurn(verb: () => void | Promise<void>): Promise<void> {
    const done = this.#turn.then(verb)
    this.#turn = done.catch(() => {})
    return done
  }

  #running(what: string): SimulatedGuest {
    if (this.#guest) return this.#guest
    throw new BmcError('powered-off', `${what}: ${this.#name} is off, power it on first`)
  }

  #on(boot: BootChoice | undefined, isUp = false): void {
    this.#work = new SimulatedWork(this.#name, this.#clock, 'firmware')
    this.#console.setUp(true)
    this.#boot(boot, isUp)
    this.#listeners.call('on', 'request')
  }

  #inventory(): MachineInventory {
    return simulatedInventory(withSettings(this.#parts, this.#settings), (nic) => !this.#pulled.has(nic))
  }

  #off(cause: PowerCause): void {
    const guest = this.#guest
    if (!guest) return
    guest.stop()
    this.#guest = undefined
    this.#work = undefined
    this.#console.setUp(false)
    this.#listeners.call('off', cause)
  }

  #boot(boot: BootChoice | undefined, isUp = false): void {
    this.#guest?.stop()
    this.#log.debug({ boot: boot?.device ?? 'none' }, 'the simulated machine starts')
    const { processors, memoryMiB } = this.#inventory()
    this.#guest = new SimulatedGuest({
      name: this.#name,
      clock: this.#clock,
      boot: boot?.device ?? 'none',
      parts: { sockets: processors?.sockets ?? 1, memoryMiB: memoryMiB ?? 0 },
      isUp,
      print: (output) => this.#console.print(output),
      onPhase: (phase) => this.#work?.begin(phase),
      onPowerOff: () => this.#off('guest'),
      // What was chosen for one start only is over when the guest starts again by itself.
      onReset: () => {
        this.#boot(boot?.persistent ? boot : undefined)
        this.#resets.call()
      },
    })
  }
}

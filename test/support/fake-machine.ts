import { Listeners } from '../../src/base/listeners.ts'
import type { Machine, MachineAbilities, PowerCause, PowerState, StartOptions } from '../../src/machine/machine.ts'
import { cdDrive, type MediaDrive, type Medium } from '../../src/machine/media.ts'

/** A machine that does at once what it is told and remembers it. */
export class FakeMachine implements Machine {
  readonly kind = 'simulated'
  readonly console = undefined
  abilities: MachineAbilities = { powerOn: true, reset: true, nmi: true, softOff: true, boot: true }
  power: PowerState = 'off'
  /** Every verb, with what it was given. */
  readonly asked: { readonly verb: string; readonly options?: StartOptions }[] = []
  /** Given by tests of machines that have them. */
  identify?: Machine['identify']
  askPower?: Machine['askPower']
  vitals?: Machine['vitals']
  setLink?: Machine['setLink']
  setHostLink?: Machine['setHostLink']
  limitWork?: Machine['limitWork']
  bootDevices?: Machine['bootDevices']
  settings?: Machine['settings']
  secureBootKeys?: Machine['secureBootKeys']
  inventory?: Machine['inventory']
  readonly mediaDrives: readonly MediaDrive[]
  /** What is in its drives. */
  readonly media = new Map<string, Medium>()
  /** Thrown by the next verb. */
  failure: Error | undefined
  /** Thrown by every use of one verb. */
  refuses: { readonly verb: string; readonly error: Error } | undefined
  /** True: `powerOff` is only under way until the test says `becomes('off')`. */
  slowOff = false
  readonly #listeners = new Listeners<[PowerState, PowerCause]>()
  readonly #resets = new Listeners<[]>()

  constructor(mediaDrives: readonly MediaDrive[] = [cdDrive]) {
    this.mediaDrives = mediaDrives
  }

  async powerOn(options: StartOptions): Promise<void> {
    this.#ask('powerOn', options)
    this.becomes('on', 'request')
  }
  async powerOff(): Promise<void> {
    this.#ask('powerOff')
    if (!this.slowOff) this.becomes('off', 'request')
  }
  async reset(options: StartOptions): Promise<void> {
    this.#ask('reset', options)
  }
  async nmi(): Promise<void> {
    this.#ask('nmi')
  }
  async softOff(): Promise<void> {
    this.#ask('softOff')
  }
  async close(): Promise<void> {}

  async setMedium(drive: string, medium: Medium | undefined): Promise<void> {
    if (medium === undefined) this.media.delete(drive)
    else this.media.set(drive, medium)
  }

  onPower(fn: (power: PowerState, cause: PowerCause) => void): () => void {
    return this.#listeners.add(fn)
  }

  onReset(fn: () => void): () => void {
    return this.#resets.add(fn)
  }

  /** As by its guest. */
  wasReset(): void {
    this.#resets.call()
  }

  becomes(power: PowerState, cause: PowerCause): void {
    if (this.power === power) return
    this.power = power
    this.#listeners.call(power, cause)
  }

  get verbs(): readonly string[] {
    return this.asked.map(({ verb }) => verb)
  }

  #ask(verb: string, options?: StartOptions): void {
    const failure = this.failure
    this.failure = undefined
    if (this.refuses?.verb === verb) throw this.refuses.error
    if (failure !== undefined) throw failure
    this.asked.push(options === undefined ? { verb } : { verb, options })
  }
}

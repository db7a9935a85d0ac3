import type { BytePort } from '../../base/byte-port.ts'
import { Listeners } from '../../base/listeners.ts'
import type { BootStage } from '../../bmc/power/boot-progress.ts'
import type { Power } from '../../bmc/power/power.ts'
import type { ConsoleHub } from '../../console/hub.ts'
import type { Machine } from '../../machine/machine.ts'
import { TextSearch } from './text-search.ts'

/** How far a node is on its way up; `ready`: its `ready` checks hold. */
export type Stage = BootStage

/** What SeaBIOS and OVMF say when they hand over, and a Linux when it begins. */
const bootWords = ['Booting from ', 'BdsDxe: starting ', 'Linux version ', '] Command line: '] as const

/** Follows one machine from power on. It costs nothing while the machine is off, and no timer at all. */
export class Progress {
  readonly #machine: Machine
  readonly #hub: ConsoleHub | undefined
  readonly #changes = new Listeners<[Stage]>()
  readonly #asks = new Listeners<[]>()
  #stage: Stage = 'off'
  /** What the console had said when the machine was started. */
  #from = 0
  #viewer: BytePort | undefined
  #asked = false
  /** "On" was told, and the verb behind it has not come back. */
  #beginning = false

  constructor(parts: { machine: Machine; hub: ConsoleHub | undefined; power: Pick<Power, 'onStarted'> }) {
    this.#machine = parts.machine
    this.#hub = parts.hub
    if (parts.machine.power === 'on') this.#begin()
    if (parts.machine.adopted) this.#goOn()
    parts.machine.onPower((power, cause) => {
      this.#beginning = power === 'on' && cause === 'request'
      if (power === 'on') this.#begin()
      else this.#end()
    })
    parts.machine.onReset?.(() => this.#begin())
    parts.power.onStarted(() => {
      // A start was told by `onPower` already; a reset is told only here.
      if (!this.#beginning && this.#machine.power === 'on') this.#begin()
      this.#beginning = false
    })
  }

  get stage(): Stage {
    return this.#stage
  }

  get guestAsked(): boolean {
    return this.#asked
  }

  onChange(fn: (stage: Stage) => void): () => void {
    return this.#changes.add(fn)
  }

  onGuestAsked(fn: () => void): () => void {
    return this.#asks.add(fn)
  }

  /** What the console has said since the start, as far as it is kept. */
  said(): Uint8Array {
    const count = this.#hub === undefined ? 0 : this.#hub.count - this.#from
    if (this.#hub === undefined || count === 0) return new Uint8Array()
    const kept = this.#hub.backlog()
    return kept.subarray(Math.max(0, kept.length - count))
  }

  /** What it says from now on; undefined where the node has no console. */
  listen(fn: (bytes: Uint8Array) => void): (() => void) | undefined {
    const viewer = this.#hub?.open()
    viewer?.onData(fn)
    return viewer && (() => viewer.close())
  }

  /** The guest has asked its BMC something. Called for every request: the first is what counts. */
  guestAsks(): void {
    if (this.#asked) return
    this.#asked = true
    this.#reach('boot')
    this.#asks.call()
  }

  ready(): void {
    this.#reach('ready')
  }

  #begin(): void {
    this.#leave()
    this.#asked = false
    this.#from = this.#hub?.count ?? 0
    this.#become('start')
    const words = new TextSearch(...bootWords)
    const viewer = this.#hub?.open()
    this.#viewer = viewer
    viewer?.onData((bytes) => {
      this.#reach('firmware')
      if (!words.feed(bytes)) return
      viewer.close()
      this.#reach('boot')
    })
  }

  /** It was started long before: what its console has said is taken for what it has said since then. */
  #goOn(): void {
    this.#from = -(this.#hub?.backlog().length ?? 0)
    this.#leave()
    this.#reach('boot')
  }

  #end(): void {
    this.#leave()
    this.#asked = false
    this.#become('off')
  }

  #leave(): void {
    this.#viewer?.close()
    this.#viewer = undefined
  }

  /** Stages are not gone back but by a new start. */
  #reach(stage: Stage): void {
    if (order.indexOf(stage) > order.indexOf(this.#stage) && this.#stage !== 'off') this.#become(stage)
  }

  #become(stage: Stage): void {
    this.#stage = stage
    this.#changes.call(stage)
  }
}

const order: readonly Stage[] = ['off', 'start', 'firmware', 'boot', 'ready']

import type { Clock } from '../base/clock.ts'
import { seedOf, wave, waveArea } from '../base/waves.ts'
import type { MachineVitals } from './vitals.ts'

/** What a start consists of, as far as it shows from outside. */
export type WorkPhase = 'firmware' | 'boot' | 'system' | 'leaving'

/** At least so much, and up to so much more in waves. */
type Level = readonly [least: number, swing: number]

/** Processors at work, part of the memory, bytes a millisecond. */
const phases: Readonly<Record<WorkPhase, Readonly<Record<'cpu' | 'memory' | 'disk' | 'network', Level>>>> = {
  firmware: { cpu: [0.5, 0], memory: [0.02, 0], disk: [500, 0], network: [0, 0] },
  boot: { cpu: [0.9, 0], memory: [0.1, 0], disk: [80_000, 0], network: [200, 0] },
  system: { cpu: [0.03, 0.45], memory: [0.15, 0.25], disk: [200, 20_000], network: [100, 12_000] },
  leaving: { cpu: [0.4, 0], memory: [0.1, 0], disk: [20_000, 0], network: [0, 0] },
}

const counted = ['cpu', 'disk', 'network'] as const

/** Work that nobody does: its counts are a matter of the name, the phase and the time alone, whenever one looks. */
export class SimulatedWork {
  readonly #clock: Clock
  readonly #seeds: Readonly<Record<'cpu' | 'memory' | 'disk' | 'network', number>>
  readonly #totals = { cpu: 0, disk: 0, network: 0 }
  #phase: WorkPhase
  #since: number

  constructor(name: string, clock: Clock, phase: WorkPhase) {
    const seed = (what: string) => seedOf(`${name} ${what}`)
    this.#clock = clock
    this.#seeds = { cpu: seed('cpu'), memory: seed('memory'), disk: seed('disk'), network: seed('network') }
    this.#phase = phase
    this.#since = clock.monotonic()
  }

  begin(phase: WorkPhase): void {
    for (const what of counted) this.#totals[what] = this.#total(what)
    this.#since = this.#clock.monotonic()
    this.#phase = phase
  }

  vitals(): MachineVitals {
    const atMs = this.#clock.monotonic()
    const [least, swing] = phases[this.#phase].memory
    return {
      cpuMs: { total: this.#total('cpu'), atMs },
      cpus: 1,
      memory: least + swing * wave(this.#seeds.memory, atMs),
      diskBytes: { total: this.#total('disk'), atMs },
      networkBytes: { total: this.#total('network'), atMs },
    }
  }

  #total(what: 'cpu' | 'disk' | 'network'): number {
    const now = this.#clock.monotonic()
    const [least, swing] = phases[this.#phase][what]
    const seed = this.#seeds[what]
    const area = waveArea(seed, now) - waveArea(seed, this.#since)
    return this.#totals[what] + least * (now - this.#since) + swing * area
  }
}

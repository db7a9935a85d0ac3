import type { Clock } from '../../src/base/clock.ts'
import type { Count, MachineVitals } from '../../src/machine/vitals.ts'

interface Rates {
  /** Processors at work, out of one. */
  readonly cpu: number
  readonly memory: number
  /** A millisecond. */
  readonly diskBytes: number
  readonly networkBytes: number
}

const none: Rates = { cpu: 0, memory: 0, diskBytes: 0, networkBytes: 0 }

/** A machine that works as hard as the test says, from when it says so. */
export class FakeVitals {
  /** How often somebody looked. */
  looks = 0
  /** What cannot be seen of it. */
  blind: readonly (keyof MachineVitals)[] = []
  readonly #clock: Clock
  #rates = none
  #since: number
  #totals = { cpu: 0, diskBytes: 0, networkBytes: 0 }

  constructor(clock: Clock) {
    this.#clock = clock
    this.#since = clock.monotonic()
  }

  work(rates: Partial<Rates>): void {
    this.#totals = this.#now()
    this.#since = this.#clock.monotonic()
    this.#rates = { ...none, ...rates }
  }

  /** As another process would: all counts from zero. */
  restart(): void {
    this.work({})
    this.#totals = { cpu: 0, diskBytes: 0, networkBytes: 0 }
  }

  look(): MachineVitals {
    this.looks++
    const atMs = this.#clock.monotonic()
    const { cpu, diskBytes, networkBytes } = this.#now()
    const seen = <T>(name: keyof MachineVitals, value: T) => (this.blind.includes(name) ? undefined : value)
    const count = (name: keyof MachineVitals, total: number): Count | undefined => seen(name, { total, atMs })
    return {
      cpuMs: count('cpuMs', cpu),
      cpus: 1,
      memory: seen('memory', this.#rates.memory),
      diskBytes: count('diskBytes', diskBytes),
      networkBytes: count('networkBytes', networkBytes),
    }
  }

  #now() {
    const ms = this.#clock.monotonic() - this.#since
    return {
      cpu: this.#totals.cpu + this.#rates.cpu * ms,
      diskBytes: this.#totals.diskBytes + this.#rates.diskBytes * ms,
      networkBytes: this.#totals.networkBytes + this.#rates.networkBytes * ms,
    }
  }
}

import type { Clock } from '../../base/clock.ts'
import { Listeners } from '../../base/listeners.ts'
import type { Machine, PowerState } from '../../machine/machine.ts'
import { SimulatedWork } from '../../machine/simulated-work.ts'
import { type MachineVitals, rateBetween } from '../../machine/vitals.ts'

/** How hard each part of a machine works: 0 not at all, 1 as hard as it can. Of memory, how much of it is in use. */
export const kindsOfWork = ['cpu', 'memory', 'disk', 'network'] as const
export type Work = Readonly<Record<(typeof kindsOfWork)[number], number>>

export const noWork: Work = { cpu: 0, memory: 0, disk: 0, network: 0 }

/** Traffic that counts as full work, in bytes a millisecond: a SATA drive's, and that of a gigabit in one direction. */
const FULL_DISK = 200_000
const FULL_NETWORK = 125_000

/** Two looks are at least so far apart, however often somebody asks. */
const LOOK_MS = 1000

/** What the machine did from one look to the next: as much at every moment as in the mean. */
export interface WorkStep {
  readonly fromMs: number
  readonly toMs: number
  readonly work: Work
  /** What was taken for true since `fromMs`. */
  readonly before: Work
}

/**
 * What the machine does, looked up when somebody reads what depends on it and never otherwise. Between looks the last one
 * holds; a look corrects what it can tell of the time since the last. Where a machine cannot be seen its work is made up.
 */
export class Workload {
  readonly #clock: Clock
  readonly #machine: Machine
  readonly #madeUp: SimulatedWork
  readonly #steps = new Listeners<[WorkStep]>()
  #power: PowerState
  #work = noWork
  #seen: { readonly vitals: MachineVitals; readonly real: boolean }
  #lookedMs: number

  constructor({ name, clock, machine }: { name: string; clock: Clock; machine: Machine }) {
    this.#clock = clock
    this.#machine = machine
    this.#madeUp = new SimulatedWork(name, clock, 'system')
    this.#power = machine.power
    this.#lookedMs = clock.monotonic()
    this.#seen = this.#vitals()
  }

  /** Called with every look, before anything that depends on it is read. */
  onStep(fn: (step: WorkStep) => void): () => void {
    return this.#steps.add(fn)
  }

  /** Looks, unless that has just been done. */
  look(): Work {
    const toMs = this.#clock.monotonic()
    const fromMs = this.#lookedMs
    if (this.#power === 'off' || toMs - fromMs < LOOK_MS) return this.#work
    const before = this.#work
    const [then, now] = [this.#seen, this.#vitals()]
    this.#lookedMs = toMs
    this.#seen = now
    // Counts of a new process, or of another source, say nothing about the time before.
    if (then.real === now.real) this.#work = workBetween(then.vitals, now.vitals, before)
    this.#steps.call({ fromMs, toMs, work: this.#work, before })
    return this.#work
  }

  powerChanged(power: PowerState): void {
    this.#power = power
    this.#work = noWork
    this.#lookedMs = this.#clock.monotonic()
    this.#seen = this.#vitals()
  }

  #vitals(): { vitals: MachineVitals; real: boolean } {
    const vitals = this.#power === 'on' ? this.#machine.vitals?.() : undefined
    return vitals === undefined ? { vitals: this.#madeUp.vitals(), real: false } : { vitals, real: true }
  }
}

/** A count that did not move on keeps its last level; what is not counted at all is no work. */
function workBetween(then: MachineVitals, now: MachineVitals, before: Work): Work {
  const level = (what: 'cpuMs' | 'diskBytes' | 'networkBytes', full: number, last: number) => {
    if (now[what] === undefined) return 0
    const rate = rateBetween(then[what], now[what])
    return rate === undefined ? last : Math.min(rate / full, 1)
  }
  return {
    cpu: level('cpuMs', now.cpus, before.cpu),
    memory: now.memory ?? 0,
    disk: level('diskBytes', FULL_DISK, before.disk),
    network: level('networkBytes', FULL_NETWORK, before.network),
  }
}

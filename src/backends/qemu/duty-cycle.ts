import type { Clock, Timer } from '../../base/clock.ts'

const TICK_MS = 50
/** What may be saved up of a time in which less was used, in milliseconds of full share. */
const SAVED_MS = 200

export interface Worker {
  /** Milliseconds of processor time so far; undefined: it has ended. */
  readonly cpuMs: () => number | undefined
  /** SIGSTOP or SIGCONT. */
  readonly stop: (stopped: boolean) => void
}

/**
 * Holds the processor time of a process down where no control group can be made: it is stopped whenever it has used more than it may, until
 * that is made up for. One that uses less is never stopped.
 */
export class DutyCycle {
  readonly #clock: Clock
  readonly #worker: Worker
  #processors = 0
  #timer: Timer | undefined
  #stopped = false
  #saved = 0
  #then: { readonly ms: number; readonly cpuMs: number } | undefined

  constructor(clock: Clock, worker: Worker) {
    this.#clock = clock
    this.#worker = worker
  }

  /** `processors`: how many it may keep busy, a part of one too; undefined: as many as there are. */
  set(processors: number | undefined): void {
    if (processors === undefined) {
      this.close()
      return
    }
    this.#processors = processors
    if (this.#timer !== undefined) return
    this.#saved = 0
    this.#then = this.#now()
    this.#timer = this.#clock.every(TICK_MS, () => this.#tick())
  }

  /** It runs on, as fast as it can. */
  close(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#stop(false)
  }

  #tick(): void {
    const now = this.#now()
    if (now === undefined || this.#then === undefined) {
      this.close()
      return
    }
    const granted = (now.ms - this.#then.ms) * this.#processors
    const used = now.cpuMs - this.#then.cpuMs
    this.#then = now
    this.#saved = Math.min(this.#saved + granted - used, SAVED_MS * this.#processors)
    this.#stop(this.#saved < 0)
  }

  #now() {
    const cpuMs = this.#worker.cpuMs()
    return cpuMs === undefined ? undefined : { ms: this.#clock.monotonic(), cpuMs }
  }

  #stop(stopped: boolean): void {
    if (this.#stopped === stopped) return
    this.#stopped = stopped
    this.#worker.stop(stopped)
  }
}

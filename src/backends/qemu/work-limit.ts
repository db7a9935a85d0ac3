import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import { cpuMsOf } from '../../base/process-counts.ts'
import { CpuGroup } from './cpu-group.ts'
import { DutyCycle } from './duty-cycle.ts'
import type { QemuProcess } from './process.ts'

/** A process that has ended is in its group until its parent knows. */
const AGAIN_MS = 500

/** Holds one QEMU down to a share of its processors: by a control group where root can make one, else by stopping it for moments. */
export class WorkLimit {
  readonly #qemu: QemuProcess
  readonly #cpus: number
  readonly #clock: Clock
  readonly #log: Logger
  #by: CpuGroup | DutyCycle | undefined

  constructor(qemu: QemuProcess, cpus: number, { clock, log }: { clock: Clock; log: Logger }) {
    this.#qemu = qemu
    this.#cpus = cpus
    this.#clock = clock
    this.#log = log
    void qemu.exited.then(() => this.#ended())
  }

  /** Undefined: as hard as it can. */
  set(share: number | undefined): void {
    if (this.#qemu.exit) return
    this.#by ??= CpuGroup.of(this.#qemu.pid)
    if (share === undefined && this.#by === undefined) return
    const processors = share === undefined ? undefined : share * this.#cpus
    this.#by ??= CpuGroup.make(this.#qemu.pid) ?? this.#dutyCycle()
    try {
      this.#by.set(processors)
    } catch (error) {
      this.#log.warn({ error: messageOf(error), share }, 'the VM could not be slowed')
    }
  }

  /** It is about to end, or to go on without us: nobody may be left stopped. */
  letGo(): void {
    if (this.#by instanceof DutyCycle) this.#by.close()
  }

  #dutyCycle(): DutyCycle {
    const { pid } = this.#qemu
    return new DutyCycle(this.#clock, {
      cpuMs: () => cpuMsOf(pid),
      stop: (stopped) => this.#qemu.signal(stopped ? 'SIGSTOP' : 'SIGCONT'),
    })
  }

  #ended(): void {
    const by = this.#by
    if (by instanceof DutyCycle) by.close()
    else if (by?.remove() === false) this.#clock.after(AGAIN_MS, () => by.remove())
  }
}

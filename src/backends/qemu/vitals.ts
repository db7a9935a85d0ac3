import type { Clock } from '../../base/clock.ts'
import { cpuMsOf, interfaceBytes, memoryBytesOf, tapsOf } from '../../base/process-counts.ts'
import type { Count, MachineVitals } from '../../machine/vitals.ts'
import type { QemuNic } from './options.ts'
import type { QmpClient } from './qmp.ts'

const bytesPerMiB = 1024 * 1024

/** A look a second is all that anybody asks for; QEMU answers within one. */
const driveAnswerMs = 5000

/**
 * What one QEMU does, from the kernel's counts of its process and its taps, from those of the cables in its other NICs and from
 * QEMU's counts of its drives. QEMU
 * answers later than it is asked, so what is known of the drives is what it said after the look before. Of a user
 * network nobody counts the bytes (QEMU 7.2 has no command for them), so there they are missing.
 */
export class QemuVitals {
  readonly #pid: number
  readonly #cpus: number
  readonly #memoryBytes: number
  readonly #nics: readonly QemuNic[]
  readonly #qmp: QmpClient
  readonly #clock: Clock
  readonly #ownBytes: number
  #taps: readonly string[] | undefined
  #drives: Count | undefined
  #asking = false

  constructor(given: {
    pid: number
    /** QEMU's own memory, before the guest has touched any. */
    ownBytes: number
    cpus: number
    memoryMiB: number
    nics: readonly QemuNic[]
    qmp: QmpClient
    clock: Clock
  }) {
    this.#pid = given.pid
    this.#cpus = given.cpus
    this.#memoryBytes = given.memoryMiB * bytesPerMiB
    this.#nics = given.nics
    this.#qmp = given.qmp
    this.#clock = given.clock
    this.#ownBytes = given.ownBytes
  }

  look(): MachineVitals | undefined {
    const cpuMs = cpuMsOf(this.#pid)
    if (cpuMs === undefined) return undefined
    const atMs = this.#clock.monotonic()
    void this.#askDrives()
    const used = memoryBytesOf(this.#pid)
    return {
      cpuMs: { total: cpuMs, atMs },
      cpus: this.#cpus,
      memory: used && Math.min(Math.max((used - this.#ownBytes) / this.#memoryBytes, 0), 1),
      diskBytes: this.#drives,
      networkBytes: this.#network(atMs),
    }
  }

  #network(atMs: number): Count | undefined {
    this.#taps ??= tapsOf(this.#pid)
    const taps = this.#taps.flatMap((tap) => interfaceBytes(tap) ?? [])
    const counts = [...taps, ...this.#nics.flatMap((nic) => nic.bytes?.() ?? [])]
    return counts.length === 0 ? undefined : { total: counts.reduce((sum, bytes) => sum + bytes, 0), atMs }
  }

  async #askDrives(): Promise<void> {
    if (this.#asking) return
    this.#asking = true
    try {
      const answer = await this.#qmp.execute('query-blockstats', {}, driveAnswerMs)
      this.#drives = { total: transferred(answer), atMs: this.#clock.monotonic() }
    } catch {
      // It is ending, or too busy to say: what it said before stays the last word.
    } finally {
      this.#asking = false
    }
  }
}

/** `query-blockstats`: for each drive, what its guest read and wrote (QEMU QMP Reference Manual, BlockDeviceStats). */
function transferred(answer: unknown): number {
  if (!Array.isArray(answer)) return 0
  return answer.reduce((sum: number, drive: unknown) => {
    const stats = fieldOf(drive, 'stats')
    return sum + numberOf(fieldOf(stats, 'rd_bytes')) + numberOf(fieldOf(stats, 'wr_bytes'))
  }, 0)
}

function fieldOf(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null ? Object.getOwnPropertyDescriptor(of, name)?.value : undefined
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0
}

import { readFileSync } from 'node:fs'
import type { Clock } from '../../base/clock.ts'
import { cpuMsOf, interfaceBytes, ioBytesOf, memoryBytesOf, tapsOf } from '../../base/process-counts.ts'
import type { MachineVitals } from '../../machine/vitals.ts'
import { allMembers } from './group-members.ts'

/**
 * The group's processes are looked for among all of the host's, which costs on a host with thousands: again when one of
 * those known has gone, and otherwise after ever longer times.
 */
const FIRST_SEARCH_MS = 1000
const LAST_SEARCH_MS = 60_000

/**
 * What a start command's processes do, all of them together. The biggest of them is taken for the VM: as a QEMU it says on
 * its command line how many processors and how much memory it gives its guest. What it reads and writes is counted with
 * what is no drive, a tap above all.
 */
export class GroupVitals {
  readonly #id: number
  readonly #clock: Clock
  #members: readonly number[] = []
  #vm: { readonly pid: number; readonly shape: VmShape; readonly taps: readonly string[] } | undefined
  #searchAt = Number.NEGATIVE_INFINITY
  #searchMs = FIRST_SEARCH_MS

  constructor(id: number, clock: Clock) {
    this.#id = id
    this.#clock = clock
  }

  look(): MachineVitals | undefined {
    const atMs = this.#clock.monotonic()
    let times = this.#members.map(cpuMsOf)
    if (atMs >= this.#searchAt || times.includes(undefined)) {
      this.#search(atMs)
      times = this.#members.map(cpuMsOf)
    }
    const vm = this.#vm
    if (vm === undefined) return undefined
    const { cpus, memoryBytes } = vm.shape
    const used = memoryBytesOf(vm.pid)
    const disk = this.#members.flatMap((pid) => ioBytesOf(pid) ?? [])
    const network = vm.taps.flatMap((tap) => interfaceBytes(tap) ?? [])
    return {
      cpuMs: { total: sum(times.map((ms) => ms ?? 0)), atMs },
      cpus,
      memory: used !== undefined && memoryBytes !== undefined ? Math.min(used / memoryBytes, 1) : undefined,
      diskBytes: disk.length === 0 ? undefined : { total: sum(disk), atMs },
      networkBytes: network.length === 0 ? undefined : { total: sum(network), atMs },
    }
  }

  #search(atMs: number): void {
    this.#members = allMembers(this.#id) ?? []
    this.#searchAt = atMs + this.#searchMs
    this.#searchMs = Math.min(this.#searchMs * 2, LAST_SEARCH_MS)
    const sizes = this.#members.map((pid) => memoryBytesOf(pid) ?? 0)
    const pid = this.#members[sizes.indexOf(Math.max(...sizes))]
    // The same pid is a shell first and then the QEMU that it has become, which opens its taps a little later still.
    this.#vm = pid === undefined ? undefined : { pid, shape: shapeOf(commandLineOf(pid)), taps: tapsOf(pid) }
  }
}

export interface VmShape {
  readonly cpus: number
  readonly memoryBytes: number | undefined
}

const units: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 }

/** `-smp` and `-m` of a QEMU (qemu(1)); of anything else one processor, and nobody knows the memory. */
export function shapeOf(words: readonly string[]): VmShape {
  const behind = (option: string) => words[words.lastIndexOf(option) + 1 || words.length] ?? ''
  const cpus = Number(/^(?:cpus=)?(\d+)/.exec(behind('-smp'))?.[1] ?? 1)
  const [, size, unit] = /^(?:size=)?(\d+)([KMGT]?)/i.exec(behind('-m')) ?? []
  const memoryBytes = size === undefined ? undefined : Number(size) * units[unit.toUpperCase() || 'M']
  return { cpus: Math.max(cpus, 1), memoryBytes: memoryBytes === 0 ? undefined : memoryBytes }
}

function commandLineOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return []
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0)
}

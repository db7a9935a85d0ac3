import type { EmulatorCommand, IdentityConfig } from '../config.ts'
import type { Variables } from '../lan-conf/arguments.ts'
import { DEFAULT_BMC } from '../lan-conf/document.ts'
import type { Problems } from '../problems.ts'

/** What the commands of a .emu file have said so far: later ones are checked against earlier ones. */
export class EmulatorState {
  readonly problems: Problems
  readonly variables: Variables
  readonly commands: EmulatorCommand[] = []
  /** Which MC is the BMC. */
  bmc = DEFAULT_BMC
  /** MCs that commands may name: the BMC, those of lan.conf's set_working_mc, and those added. */
  readonly mcs: Set<number>
  /** What mc_add gave each. */
  readonly identities = new Map<number, IdentityConfig>()
  readonly guids = new Map<number, Uint8Array>()
  /** MCs with a SEL. */
  readonly sels = new Set<number>()
  /** Sensors added, by `sensorKey`. */
  readonly sensors = new Set<string>()

  constructor(problems: Problems, variables: Variables, knownMcs: readonly number[]) {
    this.problems = problems
    this.variables = variables
    this.mcs = new Set([DEFAULT_BMC, ...knownMcs])
  }
}

export function sensorKey(mc: number, lun: number, number: number): string {
  return `${mc}/${lun}/${number}`
}

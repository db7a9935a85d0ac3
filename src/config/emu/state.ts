import type { IdentityConfig } from '../config.ts'
import type { Variables } from '../lan-conf/arguments.ts'
import type { Problems } from '../problems.ts'
import type { SourceRange } from '../source.ts'

/** What is there before the first line: of a file, what lan.conf names; of a live console, the node as it runs. */
export interface KnownMcs {
  /** IPMB address of the BMC. */
  readonly bmc: number
  /** True where the BMC runs already: which one it is cannot be chosen any more. */
  readonly running: boolean
  /** Commands may name it. */
  hasMc(mc: number): boolean
  /** mc_add was done for it. */
  isAdded(mc: number): boolean
  hasDeviceSdrs(mc: number): boolean
  hasSel(mc: number): boolean
  /** Of a sensor that is there: its event/reading type code, 01h for thresholds (IPMI 2.0 §42.1). */
  eventType(mc: number, lun: number, number: number): number | undefined
}

/** What a line may make this computer do on its behalf. */
export interface Trust {
  /** Read and write files that it names. */
  readonly files: boolean
  /** Run programs that it names. */
  readonly programs: boolean
}

/** What the lines so far have said, over what was there before: later ones are checked against earlier ones. */
export class EmulatorState implements KnownMcs {
  readonly problems: Problems
  readonly variables: Variables
  readonly trust: Trust
  /** Relative paths start here. */
  readonly cwd: string
  bmc: number
  /** A sleep was read: what follows happens later. */
  slept = false
  readonly #before: KnownMcs
  readonly #named = new Set<number>()
  readonly #deleted = new Set<number>()
  readonly #identities = new Map<number, IdentityConfig>()
  readonly #sels = new Set<number>()
  /** Event types by LUN and number, by MC. */
  readonly #sensors = new Map<number, Map<string, number>>()

  constructor(problems: Problems, variables: Variables, before: KnownMcs, trust: Trust, cwd: string) {
    this.cwd = cwd
    this.problems = problems
    this.variables = variables
    this.trust = trust
    this.bmc = before.bmc
    this.#before = before
  }

  get running(): boolean {
    return this.#before.running
  }

  hasMc(mc: number): boolean {
    return this.#named.has(mc) || (!this.#deleted.has(mc) && this.#before.hasMc(mc))
  }

  isAdded(mc: number): boolean {
    return this.#identities.has(mc) || (!this.#deleted.has(mc) && this.#before.isAdded(mc))
  }

  hasDeviceSdrs(mc: number): boolean {
    const identity = this.#identities.get(mc)
    return identity?.providesDeviceSdrs ?? (!this.#deleted.has(mc) && this.#before.hasDeviceSdrs(mc))
  }

  hasSel(mc: number): boolean {
    return this.#sels.has(mc) || (!this.#deleted.has(mc) && this.#before.hasSel(mc))
  }

  eventType(mc: number, lun: number, number: number): number | undefined {
    const added = this.#sensors.get(mc)?.get(`${lun}.${number}`)
    return added ?? (this.#deleted.has(mc) ? undefined : this.#before.eventType(mc, lun, number))
  }

  chooseBmc(mc: number): void {
    this.bmc = mc
    this.#named.add(mc)
  }

  addMc(mc: number, identity: IdentityConfig): void {
    this.#named.add(mc)
    this.#identities.set(mc, identity)
  }

  deleteMc(mc: number): void {
    this.#deleted.add(mc)
    this.#named.delete(mc)
    this.#identities.delete(mc)
    this.#sels.delete(mc)
    this.#sensors.delete(mc)
  }

  enableSel(mc: number): void {
    this.#sels.add(mc)
  }

  addSensor(mc: number, lun: number, number: number, eventType: number): void {
    const sensors = this.#sensors.get(mc) ?? new Map<string, number>()
    this.#sensors.set(mc, sensors.set(`${lun}.${number}`, eventType))
  }

  /** False, with a problem at `at`, where this line may not name files (or programs). */
  allows(what: keyof Trust, at: SourceRange): boolean {
    if (this.trust[what]) return true
    const how = what === 'files' ? 'files are named' : 'programs are named'
    this.problems.add(at, `${how} in .emu files and with "bmcsim emu" only: anyone may connect to this console`)
    return false
  }
}

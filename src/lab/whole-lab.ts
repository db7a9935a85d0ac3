import type { Login } from '../app/login.ts'
import type { NodeStatus } from '../app/node-status.ts'
import type { Stage } from '../app/ready/progress.ts'
import type { WaitOptions, WaitResult } from '../app/ready/wait.ts'
import type { PowerCause, PowerState } from '../machine/machine.ts'
import type { Applied } from './change.ts'
import type { LabContent } from './plan.ts'

/** A lab as whoever started it sees it, whether it runs in this thread (`Lab`) or spread over others (`SpreadLab`). */
export interface WholeLab {
  readonly name: string
  /** In the order of the file; all of them once it has started, and at times less in the middle of a change. */
  readonly nodes: readonly LabNode[]
  /** What the user should know though nothing failed: another port than asked for, a machine that did not start. */
  readonly notes: readonly string[]

  /**
   * Once. Resolves when every BMC answers and every machine that is to run from the start was asked to. Either all BMCs
   * answer or the whole start fails, naming every node that could not: half a lab helps nobody. `stop` is due in
   * either case.
   */
  start(): Promise<void>
  /** In the order of the file. */
  status(): NodeStatus[] | Promise<NodeStatus[]>
  /** `fn` is told of every change of power from now on. */
  onPower(fn: PowerListener): void
  /** The same of how far a node is; `disk` comes before a node is there. */
  onStage(fn: StageListener): void
  /**
   * From what it is to what `wanted` makes of that. What stays the same is not touched: its machines and sessions go on. Rejects with a
   * SetupError where that cannot be had, and the lab is as it was. Changes happen one after another.
   */
  apply(wanted: (now: LabContent) => LabContent): Promise<Applied>
  /** As `bmcsim wait` does; without a time, as long as the node's own `ready` says. Rejects where that is nothing to wait for. */
  waitFor(node: string, goal: string, options: Omit<WaitOptions, 'timeoutMs'>): Promise<WaitResult>
  /** Ends every VM that was started here and closes every door, also in the middle of a start. Calling it again waits for the same end. */
  stop(): Promise<void>
  /** In place of `stop`: the VMs go on, for a later process that adopts them. */
  detach(): Promise<void>
}

export type PowerListener = (node: string, power: PowerState, cause: PowerCause) => void

/** `disk`: its disks are being made. */
export type LabStage = Stage | 'disk'

export type StageListener = (node: string, stage: LabStage) => void

/** What the user is shown of a node besides its status. */
export interface LabNode {
  readonly name: string
  /** The file that describes it. */
  readonly source: string
  /** The program that a simulated machine stands in for, and the Debian package that has it. */
  readonly missing: { readonly program: string; readonly debianPackage: string } | undefined
  /** Its VM was started by an earlier process. */
  readonly adopted: boolean
  /** How to log in now; for showing to the user who started this process, and to nobody else. */
  readonly login: Login | undefined
}

/** The way in for the other commands. */
export interface ControlDoor {
  listen(path: string): Promise<void>
  close(): void
}

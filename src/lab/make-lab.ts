import { systemClock } from '../base/clock.ts'
import type { Logger, LogTarget } from '../base/logger.ts'
import { pooledRandom } from '../base/pooled-random.ts'
import { systemRandom } from '../base/random.ts'
import { ControlServer } from './control-server.ts'
import { Lab } from './lab.ts'
import { LabChanges } from './lab-changes.ts'
import type { LabFile } from './lab-file.ts'
import { undoOfOthers } from './ledgers.ts'
import type { LabPlan } from './plan.ts'
import type { ControlDoor, WholeLab } from './whole-lab.ts'

export interface LabSurroundings {
  readonly runFolder: string
  readonly log: Logger
  /** Where `log` writes to: a worker thread has a logger of its own. */
  readonly logTarget: LogTarget
  /** The process before this one was killed, or let go of its VMs. */
  readonly resumed: boolean
  /** The lab file that it runs by, and what nodes are that do not say: it can be applied again. */
  readonly by?: { readonly file: LabFile; readonly personality: string | undefined } | undefined
  /** `bmcsim down` */
  down(): void
  /** The emulator's `quit`, where that is its node's own process. */
  quit(): void
  /** An error that nobody caught, in another thread; one of this thread is the caller's to catch. */
  mistake(error: unknown): void
}

export interface MadeLab {
  readonly lab: WholeLab
  readonly control: ControlDoor
  /** Undefined: it runs by no lab file. */
  readonly changes: LabChanges | undefined
}

/** A lab and its control socket: in this thread, or spread over `workers` others. */
export async function makeLab(plan: LabPlan, workers: number, around: LabSurroundings): Promise<MadeLab> {
  const { runFolder, log, logTarget, resumed, by, down, quit, mistake } = around
  const changesOf = (lab: WholeLab) => by && new LabChanges(lab, by.file, by.personality)
  const random = pooledRandom(systemRandom)
  await undoOfOthers(plan, systemClock, log)
  if (workers > 0) {
    const { SpreadLab } = await import('./workers/spread-lab.ts')
    const { ControlRouter } = await import('./workers/control-router.ts')
    const lab = new SpreadLab({ plan, workers, runFolder, resumed, random, log: logTarget, on: { quit, mistake } })
    const changes = changesOf(lab)
    return { lab, changes, control: new ControlRouter({ workers: lab, log, down, changes }) }
  }
  const lab = new Lab({
    name: plan.name,
    nodes: plan.nodes,
    networks: plan.networks,
    seeds: plan.seeds,
    redfish: plan.redfish,
    ledger: plan.ledger,
    around: { runFolder, resumed, clock: systemClock, random, log, ...(plan.nodes.length === 1 ? { quit } : {}) },
  })
  const changes = changesOf(lab)
  return { lab, changes, control: new ControlServer({ lab, log, down, changes }) }
}

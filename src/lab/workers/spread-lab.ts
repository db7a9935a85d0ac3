import { dirname, join } from 'node:path'
import { NetworkServices } from '../../app/boot/network-services.ts'
import { NodeShelves } from '../../app/http/node-shelf.ts'
import { Networks } from '../../app/nics/networks.ts'
import type { NodeStatus } from '../../app/node-status.ts'
import { mustBeAllowed } from '../../app/privileges.ts'
import type { WaitOptions, WaitResult } from '../../app/ready/wait.ts'
import { systemClock } from '../../base/clock.ts'
import { SetupError } from '../../base/errors.ts'
import { createLogger, type LogTarget } from '../../base/logger.ts'
import type { Random } from '../../base/random.ts'
import type { Applied } from '../change.ts'
import { type LabDigest, labDigest } from '../differences.ts'
import { openKeyFiles } from '../key-files.ts'
import { noSuchNode } from '../lab.ts'
import { Ledgers } from '../ledgers.ts'
import { type LabPlan, removeOld } from '../plan.ts'
import { openSshKeys } from '../ssh-key-file.ts'
import { askWait } from '../wait-client.ts'
import type { LabNode, PowerListener, StageListener, WholeLab } from '../whole-lab.ts'
import { LabWorker, type WorkerEvents } from './lab-worker.ts'
import { type Share, shareOut } from './shares.ts'

export interface SpreadOptions {
  readonly plan: LabPlan
  /** From 1. */
  readonly workers: number
  readonly runFolder: string
  readonly resumed: boolean
  readonly random: Random
  readonly log: LogTarget
  readonly on: Pick<WorkerEvents, 'quit' | 'mistake'>
}

/**
 * A lab whose nodes are spread over worker threads: each worker is a `Lab` of its share. What is shared with other processes
 * (the lock, the run folder, the key file) is this thread's.
 */
export class SpreadLab implements WholeLab {
  readonly name: string
  readonly #options: SpreadOptions
  readonly #shares: readonly Share[]
  /** The bridges of this machine: each segment is on one worker, and QEMU's own networks are on all. */
  readonly #networks: Networks
  readonly #notes: string[] = []
  readonly #powerListeners: PowerListener[] = []
  readonly #stageListeners: StageListener[] = []
  #nodes: readonly LabNode[] = []
  #workers: readonly LabWorker[] = []
  #starting: Promise<void> | undefined
  #stopped: Promise<void> | undefined

  constructor(options: SpreadOptions) {
    this.name = options.plan.name
    this.#options = options
    const { plan, runFolder, random, log } = options
    const ofMachine = plan.networks.filter(({ kind }) => kind === 'bridge' || kind === 'isolated')
    const ledger = new Ledgers().at(plan.ledger)
    const logger = createLogger(log.level, log.destination)
    const around = { runFolder, clock: systemClock, random, ledger, log: logger }
    const services = new NetworkServices({
      ...around,
      shelves: new NodeShelves(systemClock),
      stateFolder: plan.ledger && dirname(plan.ledger),
    })
    this.#networks = new Networks(ofMachine, { ...around, services })
    this.#shares = shareOut(options.plan.nodes, options.plan.networks, options.workers)
  }

  get nodes(): readonly LabNode[] {
    return this.#nodes
  }

  get notes(): readonly string[] {
    return this.#notes
  }

  start(): Promise<void> {
    this.#starting ??= this.#start().catch((error) => {
      // What a start says that was stopped in its middle is of no interest.
      if (this.#stopped === undefined) throw error
    })
    return this.#starting
  }

  async #start(): Promise<void> {
    const { plan, workers, random } = this.#options
    const configs = plan.nodes.map(({ config }) => config)
    mustBeAllowed(configs, plan.networks)
    removeOld(plan.nodes)
    // Here, so that no two threads make the same file; each worker reads it again.
    openKeyFiles(plan.nodes, random)
    openSshKeys(plan.nodes, plan.name, random)
    await this.#networks.open(configs)
    this.#workers = this.#shares.map((share, i) => this.#worker(share, i))
    await allOrReasons(this.#workers.map((worker) => worker.made()))
    // One worker after another, so that nodes which share an address and look for a free port get them in their order.
    const failures: string[] = []
    for (const worker of this.#workers) failures.push(...(await worker.openDoors()))
    if (failures.length > 0) throw new SetupError(failures.join('\n'))
    const started = await allOrReasons(this.#workers.map((worker) => worker.startMachines()))
    this.#nodes = inOrder(
      plan,
      started.flatMap(({ nodes }) => nodes),
    )
    this.#notes.push(...started.flatMap(({ notes }) => notes))
    if (this.#workers.length < workers) this.#notes.push(fewerWorkers(this.#workers.length, workers))
  }

  async status(): Promise<NodeStatus[]> {
    const statuses = await Promise.all(this.#workers.map((worker) => worker.status()))
    return inOrder(this.#options.plan, statuses.flat())
  }

  onPower(fn: PowerListener): void {
    this.#powerListeners.push(fn)
  }

  onStage(fn: StageListener): void {
    this.#stageListeners.push(fn)
  }

  async waitFor(
    node: string,
    goal: string,
    { cancelled, onStage, onMissing }: Omit<WaitOptions, 'timeoutMs'>,
  ): Promise<WaitResult> {
    for await (const event of askWait(this.controlSocketOf(node), node, { goal, timeoutMs: undefined, cancelled })) {
      if ('stage' in event) onStage(event.stage)
      else if ('missing' in event) onMissing(event.missing)
      else return event.result
    }
    throw new SetupError('not waited for')
  }

  /** What it was made of. */
  digest(): LabDigest {
    return labDigest(this.#options.plan)
  }

  /** What two workers would have to hand to each other (an address, a segment) is in neither's hand. */
  async apply(): Promise<Applied> {
    throw new SetupError(
      'a lab with --workers cannot be changed while it runs: bmcsim down, then bmcsim up; or start it without --workers',
    )
  }

  /** Of the worker that has the node. */
  controlSocketOf(node: string): string {
    const worker = this.#workers.find(({ names }) => names.includes(node))
    if (worker === undefined) throw noSuchNode(node, this)
    return worker.controlSocket
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#end('stop')
    return this.#stopped
  }

  detach(): Promise<void> {
    this.#stopped ??= this.#end('detach')
    return this.#stopped
  }

  async #end(how: 'stop' | 'detach'): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.end(how)))
    await this.#starting?.catch(() => {})
    await (how === 'stop' ? this.#networks.close() : this.#networks.detach())
  }

  #worker({ nodes, networks }: Share, i: number): LabWorker {
    const { plan, runFolder, resumed, log, on } = this.#options
    const task = {
      lab: plan.name,
      nodes,
      networks,
      ledger: plan.ledger,
      runFolder,
      resumed,
      controlSocket: join(runFolder, `worker-${i + 1}.sock`),
      log,
      mayQuit: plan.nodes.length === 1,
    }
    const power: PowerListener = (...change) => {
      for (const fn of this.#powerListeners) fn(...change)
    }
    const stage: StageListener = (...change) => {
      for (const fn of this.#stageListeners) fn(...change)
    }
    return new LabWorker(`worker ${i + 1}`, task, { ...on, power, stage })
  }
}

function inOrder<T extends { readonly name: string }>(plan: LabPlan, found: readonly T[]): T[] {
  const byName = new Map(found.map((one) => [one.name, one]))
  return plan.nodes.map(({ config }) => byName.get(config.name)).filter((one) => one !== undefined)
}

function fewerWorkers(used: number, wanted: number): string {
  return `${used} of ${wanted} workers ${used === 1 ? 'has' : 'have'} nodes: each node is on one, and nodes on the same segment stay together`
}

/** Waits for all, and throws what is in the way of any of them in one error; a mistake of ours goes first. */
async function allOrReasons<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(promises)
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  const mistake = reasons.find((reason) => !(reason instanceof SetupError))
  if (mistake !== undefined) throw mistake
  if (reasons.length > 0) throw new SetupError(reasons.map((reason) => reason.message).join('\n'))
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
}

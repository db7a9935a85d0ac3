import { renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Networks } from '../app/nics/networks.ts'
import type { Node } from '../app/node.ts'
import type { SeedServer } from '../app/seed-server.ts'
import { messageOf, SetupError } from '../base/errors.ts'
import type { NodeConfig } from '../config/config.ts'
import type { PowerState } from '../machine/machine.ts'
import { type Difference, differences, labDigest } from './differences.ts'
import { checkChange } from './obstacles.ts'
import type { LabContent, PlannedNode } from './plan.ts'

/** What a change of a running lab came to. */
export interface Applied {
  readonly nodes: readonly Difference[]
  readonly networks: 'leave' | 'change'
  readonly seeds: 'leave' | 'change'
  readonly notes: readonly string[]
}

/** The running lab as a change sees it. */
export interface ChangingLab {
  readonly content: LabContent
  readonly nodes: readonly Node[]
  readonly networks: Networks
  readonly seedServer: SeedServer
  /** All or none, and none that the lab would not end. */
  make(planned: readonly PlannedNode[], isResumed: (name: string) => boolean): Promise<readonly Node[]>
  openDoors(nodes: readonly Node[]): Promise<readonly string[]>
  /** `runsOn`: of these the machines go on, for whoever is made next under the same name. */
  end(nodes: readonly Node[], runsOn: (node: Node) => boolean): Promise<void>
  /** Takes away what a name kept beside its state. */
  forget(name: string): void
  /** This is what it is now. */
  become(content: LabContent, nodes: readonly Node[]): void
  readonly stopping: boolean
}

/**
 * From what runs to what is wanted: what is the same is not touched. Rejects with a SetupError where that cannot be had; then the lab
 * is as it was, and the message says which nodes had to be made again for that.
 */
export async function changeLab(lab: ChangingLab, wanted: LabContent): Promise<Applied> {
  return new Change(lab, wanted).run()
}

class Change {
  readonly #lab: ChangingLab
  readonly #before: LabContent
  readonly #wanted: LabContent
  readonly #steps: readonly Difference[]
  /** Those that are taken out, and how their power was. */
  readonly #going: ReadonlyMap<string, { readonly node: Node; readonly power: PowerState }>
  readonly #made: Node[] = []

  constructor(lab: ChangingLab, wanted: LabContent) {
    this.#lab = lab
    this.#before = lab.content
    this.#wanted = wanted
    const anew = new Set(wanted.nodes.flatMap(({ config, anew }) => (anew ? [config.name] : [])))
    this.#steps = differences(labDigest(this.#before), labDigest(wanted), anew)
    const stays = new Set(this.#names('leave'))
    const going = lab.nodes.filter(({ name }) => !stays.has(name))
    this.#going = new Map(going.map((node) => [node.name, { node, power: node.bmc.power.state }]))
  }

  async run(): Promise<Applied> {
    const [before, wanted] = [labDigest(this.#before), labDigest(this.#wanted)]
    const networks = before.networks === wanted.networks ? 'leave' : 'change'
    const seeds = before.seeds === wanted.seeds ? 'leave' : 'change'
    const applied = { nodes: this.#steps, networks, seeds } as const
    if (networks === 'leave' && seeds === 'leave' && this.#steps.every(({ action }) => action === 'leave')) {
      return { ...applied, notes: [] }
    }
    await this.#check()
    await this.#makeNew()
    try {
      await this.#exchange()
    } catch (error) {
      if (this.#lab.stopping) throw error
      throw await this.#undo(error)
    }
    for (const planned of this.#planned('replace')) rmSync(asideOf(planned), { recursive: true, force: true })
    await Promise.all(this.#made.map((node) => node.startMachine(this.#powerFor(node))))
    return { ...applied, notes: this.#made.flatMap((node) => node.notes) }
  }

  #check(): Promise<void> {
    return checkChange({
      before: this.#before,
      wanted: this.#wanted,
      going: [...this.#going.values()].map(({ node }) => node),
      making: new Set([...this.#names('start'), ...this.#names('change'), ...this.#names('replace')]),
    })
  }

  /** Nothing of a new node gets in the way of those that run, so one that cannot be made is known before they are touched. */
  async #makeNew(): Promise<void> {
    this.#lab.networks.declare(this.#wanted.networks)
    try {
      this.#made.push(...(await this.#lab.make(this.#planned('start'), () => false)))
      this.#checkStopping()
    } catch (error) {
      this.#lab.networks.declare(this.#before.networks)
      throw error
    }
  }

  /** All old ones leave before the first new one comes, since addresses may go from one to another. */
  async #exchange(): Promise<void> {
    const lab = this.#lab
    await lab.end(
      [...this.#going.values()].map(({ node }) => node),
      ({ name }) => this.#runsOn(name),
    )
    for (const planned of this.#planned('replace')) setAside(planned)
    for (const name of [...this.#names('replace'), ...this.#names('stop')]) lab.forget(name)
    this.#checkStopping()
    await lab.networks.open(configsOf(this.#wanted))
    await lab.seedServer.moveTo(this.#wanted.seeds)
    this.#made.push(
      ...(await lab.make([...this.#planned('change'), ...this.#planned('replace')], (name) => this.#runsOn(name))),
    )
    const nodes = inOrder(this.#wanted, [...lab.nodes, ...this.#made])
    const failures = await lab.openDoors(nodes.filter((node) => this.#made.includes(node)))
    if (failures.length > 0) throw new SetupError(failures.join('\n'))
    this.#checkStopping()
    lab.become(this.#wanted, nodes)
  }

  /** Puts everything back, and says what could not be. The result is what to throw. */
  async #undo(reason: unknown): Promise<unknown> {
    const lab = this.#lab
    const lost: string[] = []
    const attempt = async (step: () => Promise<unknown>) => {
      try {
        await step()
      } catch (error) {
        lost.push(messageOf(error))
      }
    }
    await lab.end(this.#made, ({ name }) => this.#runsOn(name))
    for (const planned of this.#planned('replace')) putBack(planned)
    lab.networks.declare(this.#before.networks)
    await attempt(() => lab.networks.open(configsOf(this.#before)))
    await attempt(() => lab.seedServer.moveTo(this.#before.seeds))
    const back: Node[] = []
    for (const planned of this.#before.nodes) {
      if (!this.#going.has(planned.config.name)) continue
      await attempt(async () =>
        back.push(...(await lab.make([{ ...planned, anew: false }], (name) => this.#runsOn(name)))),
      )
    }
    lost.push(...(await lab.openDoors(back)))
    const nodes = inOrder(this.#before, [...lab.nodes, ...back])
    const there = new Set(nodes.map(({ name }) => name))
    lab.become({ ...this.#before, nodes: this.#before.nodes.filter(({ config }) => there.has(config.name)) }, nodes)
    await Promise.all(back.map((node) => node.startMachine(this.#going.get(node.name)?.power)))
    if (!(reason instanceof SetupError)) return reason
    const again = back.length === 0 ? '' : `; for that it made again: ${back.map(({ name }) => name).join(', ')}`
    const end =
      lost.length === 0 ? `the lab is as it was${again}` : `not all could be put back as it was: ${lost.join('\n')}`
    return new SetupError(`${reason.message}\n${end}`, { cause: reason })
  }

  /** A node that goes on under the same name goes on as it was; one whose file now says that it starts does that. */
  #powerFor({ name, config }: Node): PowerState | undefined {
    const was = this.#going.get(name)
    if (was === undefined || this.#steps.find((step) => step.name === name)?.action !== 'change') return undefined
    if (was.power === 'off' && config.machine.startNow && !was.node.config.machine.startNow) return undefined
    return was.power
  }

  /** What is changed beside the machine must not end it. */
  #runsOn(name: string): boolean {
    const step = this.#steps.find((one) => one.name === name)
    return step?.action === 'change' && !step.parts.includes('machine')
  }

  #checkStopping(): void {
    if (this.#lab.stopping) throw new SetupError('the lab is being stopped')
  }

  #names(action: Difference['action']): string[] {
    return this.#steps.filter((step) => step.action === action).map(({ name }) => name)
  }

  #planned(action: Difference['action']): PlannedNode[] {
    const names = new Set(this.#names(action))
    return this.#wanted.nodes.filter(({ config }) => names.has(config.name))
  }
}

function inOrder({ nodes }: LabContent, found: readonly Node[]): Node[] {
  const byName = new Map(found.map((node) => [node.name, node]))
  return nodes.map(({ config }) => byName.get(config.name)).filter((node) => node !== undefined)
}

/** Until it is sure that the new one can be had. No node's folder begins with a dot. */
function asideOf({ folder = '' }: PlannedNode): string {
  return join(dirname(folder), `.before-${basename(folder)}`)
}

function setAside(planned: PlannedNode): void {
  const { folder } = planned
  rmSync(asideOf(planned), { recursive: true, force: true })
  if (folder === undefined || statSync(folder, { throwIfNoEntry: false }) === undefined) return
  renameSync(folder, asideOf(planned))
}

function putBack(planned: PlannedNode): void {
  const { folder } = planned
  if (folder === undefined || statSync(asideOf(planned), { throwIfNoEntry: false }) === undefined) return
  rmSync(folder, { recursive: true, force: true })
  renameSync(asideOf(planned), folder)
}

function configsOf({ nodes }: LabContent): NodeConfig[] {
  return nodes.map(({ config }) => config)
}

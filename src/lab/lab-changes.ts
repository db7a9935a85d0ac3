import { rmSync } from 'node:fs'
import { BmcError, SetupError } from '../base/errors.ts'
import type { CreatedNode } from '../config/pool.ts'
import type { Applied } from './change.ts'
import { forgetCreated, withCreated, writeCreatedList } from './created-list.ts'
import { labDigest } from './differences.ts'
import { noSuchNode } from './lab.ts'
import type { LabFile } from './lab-file.ts'
import type { LabContent, LabPlan } from './plan.ts'
import type { WholeLab } from './whole-lab.ts'

type Listener = (applied: Applied, what: string) => void

/** What others may change of a lab that runs by a lab file. Each change is made or not made at all, one after another. */
export class LabChanges {
  readonly #lab: WholeLab
  readonly #file: LabFile
  /** Of nodes that name none. */
  #personality: string | undefined
  readonly #listeners: Listener[] = []
  #last: Promise<unknown> = Promise.resolve()

  constructor(lab: WholeLab, file: LabFile, personality: string | undefined) {
    this.#lab = lab
    this.#file = file
    this.#personality = personality
  }

  /** Told of everything that was changed. */
  onApplied(fn: Listener): void {
    this.#listeners.push(fn)
  }

  /** What the file says now, and all that it names. `personality`: another one than before. */
  apply(personality = this.#personality): Promise<Applied> {
    const file = this.#file
    return this.#inTurn(async () => {
      const applied = await this.#change(`${file.shown} applied`, () => file.plan(file.read(personality)))
      this.#personality = personality
      return applied
    })
  }

  /** Nodes of the file's pools, each anew. What the file says of others is not looked at. */
  create(nodes: readonly CreatedNode[], personality = this.#personality): Promise<Applied> {
    const file = this.#file
    return this.#inTurn(async () => {
      if (personality !== this.#personality) throw new SetupError(otherPersonality(this.#personality))
      const list = withCreated(file.created, nodes)
      const names = new Set(nodes.map(({ name }) => name))
      const plan = file.plan(file.read(personality, list), names)
      const applied = await this.#change(`created ${[...names].join(', ')}`, (now) => {
        if (otherNetworks(plan, now)) {
          throw new SetupError(`the networks of ${file.shown} are not those that run: bmcsim up ${file.shown} first`)
        }
        return withNodes(now, plan, names)
      })
      writeCreatedList(file.state, list)
      return applied
    })
  }

  /** Ends nodes and takes away what they kept. */
  remove(names: readonly string[]): Promise<Applied> {
    const file = this.#file
    return this.#inTurn(async () => {
      const folders: string[] = []
      const applied = await this.#change(`removed ${names.join(', ')}`, (now) => {
        for (const name of names) {
          const planned = now.nodes.find(({ config }) => config.name === name)
          if (planned === undefined) throw noSuchNode(name, this.#lab)
          if (planned.folder !== undefined) folders.push(planned.folder)
        }
        return { ...now, nodes: now.nodes.filter(({ config }) => !names.includes(config.name)) }
      })
      forgetCreated(file.state, names)
      for (const folder of folders) rmSync(folder, { recursive: true, force: true })
      return applied
    })
  }

  async #change(what: string, wanted: (now: LabContent) => LabContent): Promise<Applied> {
    const applied = await this.#lab.apply(wanted)
    if (isChange(applied)) for (const fn of this.#listeners) fn(applied, what)
    return applied
  }

  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const done = this.#last.then(step)
    this.#last = done.catch(() => {})
    return done
  }
}

export function isChange({ nodes, networks, seeds }: Omit<Applied, 'notes'>): boolean {
  return networks === 'change' || seeds === 'change' || nodes.some(({ action }) => action !== 'leave')
}

/** Of a lab that has no lab file. */
export function noLabFile(): BmcError {
  return new BmcError('not-supported', 'this lab does not run by a lab file, so nothing can be applied to it')
}

function otherNetworks(plan: LabPlan, now: LabContent): boolean {
  const [wanted, running] = [labDigest({ ...plan, nodes: [] }), labDigest({ ...now, nodes: [] })]
  return wanted.networks !== running.networks || wanted.seeds !== running.seeds
}

/** Those of the plan with these names, where one of the name is already in its place. */
function withNodes(now: LabContent, { nodes }: LabPlan, names: ReadonlySet<string>): LabContent {
  const made = new Map(nodes.filter(({ config }) => names.has(config.name)).map((one) => [one.config.name, one]))
  const there = now.nodes.map((one) => made.get(one.config.name) ?? one)
  const known = new Set(there.map(({ config }) => config.name))
  return { ...now, nodes: [...there, ...[...made.values()].filter(({ config }) => !known.has(config.name))] }
}

function otherPersonality(running: string | undefined): string {
  const how = running === undefined ? 'without --personality' : `with --personality ${running}`
  return `the lab was started ${how}, and what is created in it has the same: leave --personality out`
}

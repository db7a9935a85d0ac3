import { Networks } from '../app/nics/networks.ts'
import { createNode, type Node, type NodeSurroundings } from '../app/node.ts'
import type { NodeStatus } from '../app/node-status.ts'
import { Personalities } from '../app/personalities.ts'
import { mustBeAllowed } from '../app/privileges.ts'
import { SeedServer } from '../app/seed-server.ts'
import type { Timer } from '../base/clock.ts'
import { BmcError, messageOf, SetupError } from '../base/errors.ts'
import type { ListenConfig, NetworkConfig } from '../config/config.ts'
import { type LabDigest, labDigest } from './differences.ts'
import { openKeyFiles } from './key-files.ts'
import { Ledgers } from './ledgers.ts'
import { type PlannedNode, removeOld } from './plan.ts'
import { openSshKeys } from './ssh-key-file.ts'
import type { PowerListener, StageListener, WholeLab } from './whole-lab.ts'

/**
 * lab/ runs many nodes as one: started together, stopped together, found by the other commands through a control socket,
 * guarded against a second process on the same state. It prints nothing and knows no packet and no QEMU option.
 */
export class Lab implements WholeLab {
  readonly name: string
  readonly #planned: readonly PlannedNode[]
  readonly #networkConfigs: readonly NetworkConfig[]
  readonly #ledgers = new Ledgers()
  readonly #networks: Networks
  readonly #seedServer: SeedServer | undefined
  readonly #around: NodeSurroundings
  #nodes: readonly Node[] = []
  #tick: Timer | undefined
  readonly #ended = new Set<Node>()
  #stopping = false
  #starting: Promise<void> | undefined
  #stopped: Promise<void> | undefined

  constructor(options: {
    name: string
    nodes: readonly PlannedNode[]
    networks: readonly NetworkConfig[]
    seeds?: ListenConfig | undefined
    ledger?: string | undefined
    /** Of a worker: what belongs to the whole lab is another thread's. */
    isShare?: boolean
    around: Omit<NodeSurroundings, 'networks' | 'seedServer' | 'ledger'>
  }) {
    this.name = options.name
    this.#planned = options.nodes
    this.#networkConfigs = options.networks
    const around = { ...options.around, ledger: this.#ledgers.at(options.ledger) }
    this.#networks = new Networks(options.networks, { ...around, isShare: options.isShare === true })
    this.#seedServer = options.seeds && new SeedServer(options.seeds, around)
    this.#around = { ...around, networks: this.#networks, seedServer: this.#seedServer }
  }

  get nodes(): readonly Node[] {
    return this.#nodes
  }

  get notes(): readonly string[] {
    return this.#nodes.flatMap((node) => node.notes)
  }

  /** `doorsInTurn` opens the doors when it may: others open theirs too, maybe on the same address. */
  start(doorsInTurn: DoorsInTurn = (open) => open()): Promise<void> {
    this.#starting ??= this.#start(doorsInTurn)
    return this.#starting
  }

  async #start(doorsInTurn: DoorsInTurn): Promise<void> {
    const configs = this.#planned.map(({ config }) => config)
    mustBeAllowed(configs, this.#networkConfigs)
    this.#nodes = await this.#createNodes()
    await this.#networks.open()
    await this.#seedServer?.listen()
    const failures = await doorsInTurn(() => this.#openDoors())
    if (failures.length > 0) throw new SetupError(failures.join('\n'))
    if (this.#stopping) return
    // One timer for all: sessions expire and hours count by it.
    this.#tick = this.#around.clock.every(1000, () => {
      for (const node of this.#nodes) node.tick()
    })
    await Promise.all(this.#nodes.map((node) => node.startMachine()))
  }

  /** One after another, so that nodes which share an address and look for a free port get them in their order. */
  async #openDoors(): Promise<readonly string[]> {
    const failures: string[] = []
    for (const node of this.#nodes) {
      if (this.#stopping) break
      try {
        await node.openDoors()
      } catch (error) {
        if (!(error instanceof SetupError)) throw error
        failures.push(error.message)
      }
    }
    return failures
  }

  node(name: string): Node {
    const found = this.#nodes.find((node) => node.name === name)
    if (found !== undefined) return found
    throw noSuchNode(name, this)
  }

  /** What it was made of. */
  digest(): LabDigest {
    return labDigest(
      this.#planned.map(({ config }) => config),
      this.#networkConfigs,
    )
  }

  status(): NodeStatus[] {
    return this.#nodes.map((node) => node.status())
  }

  onPower(fn: PowerListener): void {
    for (const node of this.#nodes) node.onPower((power, cause) => fn(node.name, power, cause))
  }

  onStage(fn: StageListener): void {
    for (const node of this.#nodes) node.onStage((stage) => fn(node.name, stage))
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<void> {
    this.#stopping = true
    // Ending the machines ends what a start may be waiting for; nodes that it only made meanwhile end behind it.
    await this.#stopNodes()
    await this.#starting?.catch(() => {})
    await this.#stopNodes()
    await this.#networks.close()
    this.#seedServer?.close()
    this.#tick?.cancel()
  }

  async #stopNodes(): Promise<void> {
    const nodes = this.#nodes.filter((node) => !this.#ended.has(node))
    for (const node of nodes) this.#ended.add(node)
    for (const end of await Promise.allSettled(nodes.map((node) => node.stop()))) {
      if (end.status === 'rejected') this.#around.log.error({ error: messageOf(end.reason) }, 'a node did not stop')
    }
  }

  /** Makes all; when one failed, lets go of those that were made and throws every reason in one error. */
  async #createNodes(): Promise<readonly Node[]> {
    removeOld(this.#planned)
    const personalities = new Personalities()
    const boxes = openKeyFiles(this.#planned, this.#around.random)
    const sshKeys = openSshKeys(this.#planned, this.name, this.#around.random)
    const made = await Promise.allSettled(
      this.#planned.map(({ config, folder, keyFile, sshKey: key, ledger: path }) => {
        const secrets = keyFile === undefined ? undefined : boxes.get(keyFile)
        const sshKey = key === undefined ? undefined : sshKeys.get(key)
        const ledger = this.#ledgers.at(path)
        return createNode(config, folder, { ...this.#around, ledger, secrets, sshKey }, personalities)
      }),
    )
    const nodes = made.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    if (nodes.length === made.length) return nodes
    await Promise.all(nodes.map((node) => node.stop()))
    const failed = new Map<string, string[]>()
    for (const [i, result] of made.entries()) {
      if (result.status === 'fulfilled') continue
      if (!(result.reason instanceof SetupError)) throw result.reason
      const { message } = result.reason
      failed.set(message, [...(failed.get(message) ?? []), this.#planned[i].config.name])
    }
    throw new SetupError([...failed].map(([message, names]) => `${names.join(', ')}: ${message}`).join('\n'))
  }
}

/** Opens all doors, and gives what stood in the way. */
type DoorsInTurn = (open: () => Promise<readonly string[]>) => Promise<readonly string[]>

export function noSuchNode(name: string, lab: Pick<WholeLab, 'name' | 'nodes'>): BmcError {
  const names = lab.nodes.map((node) => node.name).join(', ')
  return new BmcError('not-found', `no node ${name} in lab ${lab.name}; it has ${names}`)
}

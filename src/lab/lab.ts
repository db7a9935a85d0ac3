import { dirname } from 'node:path'
import { NetworkServices } from '../app/boot/network-services.ts'
import { NodeShelves } from '../app/http/node-shelf.ts'
import { type NodeSurroundings, removeRunFolder } from '../app/make-node.ts'
import { Networks } from '../app/nics/networks.ts'
import type { Node } from '../app/node.ts'
import type { NodeStatus } from '../app/node-status.ts'
import { mustBeAllowed } from '../app/privileges.ts'
import type { WaitOptions, WaitResult } from '../app/ready/wait.ts'
import { LabRedfish } from '../app/redfish/lab-redfish.ts'
import { LabWeb } from '../app/redfish/lab-web.ts'
import { SeedServer } from '../app/seed-server.ts'
import { BmcError, messageOf, SetupError } from '../base/errors.ts'
import { Wheel } from '../base/wheel.ts'
import { type Applied, type ChangingLab, changeLab } from './change.ts'
import { type LabDigest, labDigest } from './differences.ts'
import { openKeyFiles } from './key-files.ts'
import { Ledgers } from './ledgers.ts'
import { NodeMaker, openDoors } from './node-maker.ts'
import type { LabContent, LabPlan, PlannedNode } from './plan.ts'
import { renewNode } from './renew-node.ts'
import { sharedRedfishText } from './shared-redfish.ts'
import type { PowerListener, StageListener, WholeLab } from './whole-lab.ts'

/**
 * lab/ runs many nodes as one: started together, stopped together, found by the other commands through a control socket,
 * guarded against a second process on the same state. It prints nothing and knows no packet and no QEMU option.
 */
export class Lab implements WholeLab {
  readonly name: string
  readonly #networks: Networks
  readonly #seedServer: SeedServer
  readonly #redfish: LabRedfish | undefined
  readonly #around: NodeSurroundings
  readonly #maker: NodeMaker
  #content: LabContent
  #nodes: readonly Node[] = []
  /** Made and not ended; in the middle of a change these are more, or others, than `nodes`. */
  readonly #living = new Set<Node>()
  readonly #powerListeners: PowerListener[] = []
  readonly #stageListeners: StageListener[] = []
  #stopping = false
  #starting: Promise<void> | undefined
  /** Changes happen one after another, and behind the start. */
  #changing: Promise<unknown> = Promise.resolve()
  #stopped: Promise<void> | undefined

  constructor(
    options: Omit<LabPlan, 'locks'> & {
      /** Of a worker: what belongs to the whole lab is another thread's. */
      isShare?: boolean
      around: Omit<NodeSurroundings, 'networks' | 'wheel' | 'shelves' | 'web' | 'seedServer' | 'ledger' | 'renew'>
    },
  ) {
    const { name, nodes, networks, seeds, redfish } = options
    const ledgers = new Ledgers()
    const onDisk = (node: string) => this.#stageOf(node, 'disk')
    const wheel = new Wheel(options.around.clock)
    const around = { ...options.around, wheel, onDisk, ledger: ledgers.at(options.ledger) }
    this.name = name
    this.#content = { nodes, networks, seeds, redfish }
    const shelves = new NodeShelves(around.clock)
    // The ledger lies where all is that is kept of a lab.
    const stateFolder = options.ledger && dirname(options.ledger)
    const services = new NetworkServices({ ...around, shelves, stateFolder })
    this.#networks = new Networks(networks, { ...around, services, isShare: options.isShare })
    this.#seedServer = new SeedServer(seeds, shelves, around.log)
    const web = new LabWeb(around.clock, around.log)
    const renew = (node: string, between: () => void) => this.#renew(node, between)
    this.#around = { ...around, networks: this.#networks, shelves, seedServer: this.#seedServer, web, renew }
    this.#maker = new NodeMaker(name, this.#around, ledgers)
    const shown = () => this.#nodes
    const secrets = () => [...openKeyFiles(nodes.slice(0, 1), around.random).values()].at(0)
    this.#redfish =
      redfish && new LabRedfish({ ...around, config: redfish, nodes: shown, web, folder: stateFolder, secrets })
  }

  get nodes(): readonly Node[] {
    return this.#nodes
  }

  get notes(): readonly string[] {
    const shared = sharedRedfishText(this.#nodes.map((node) => ({ sharedRedfish: this.#sharedRedfish(node) })))
    return [...this.#nodes.flatMap((node) => node.notes), ...(shared === undefined ? [] : [shared])]
  }

  /** `doorsInTurn` opens the doors when it may: others open theirs too, maybe on the same address. */
  start(doorsInTurn: DoorsInTurn = (open) => open()): Promise<void> {
    this.#starting ??= this.#start(doorsInTurn)
    return this.#starting
  }

  async #start(doorsInTurn: DoorsInTurn): Promise<void> {
    const { resumed = false } = this.#around
    checkAllowed(this.#content)
    this.#nodes = await this.#make(this.#content.nodes, () => resumed)
    await this.#networks.open(this.#content.nodes.map(({ config }) => config))
    await this.#seedServer.listen()
    const failures = await doorsInTurn(() => openDoors(this.#nodes, () => this.#stopping))
    if (failures.length > 0) throw new SetupError(failures.join('\n'))
    if (this.#stopping) return
    await this.#redfish?.open()
    // What was the case when the process before this one was killed goes before what the file says.
    await Promise.all(this.#nodes.map((node) => node.startMachine(resumed ? node.bmc.power.lastState : undefined)))
  }

  apply(wanted: (now: LabContent) => LabContent): Promise<Applied> {
    const change = this.#changing.then(async () => {
      await this.#starting
      if (this.#stopping) throw new SetupError('the lab is being stopped')
      this.#content = made(this.#content)
      const next = wanted(this.#content)
      checkAllowed(next)
      checkRedfish(this.#content, next)
      return changeLab(this.#inChange(), next)
    })
    this.#changing = change.catch(() => {})
    return change
  }

  #renew(name: string, between: () => void): void {
    this.#changing = this.#changing
      .then(async () => {
        await this.#starting
        if (!this.#stopping) await renewNode(this.#inChange(), name, between)
      })
      .catch((error: unknown) => this.#around.log.error({ error: messageOf(error), node: name }, 'not made anew'))
  }

  #inChange(): ChangingLab {
    const lab = this
    return {
      content: this.#content,
      get nodes() {
        return lab.#nodes
      },
      networks: this.#networks,
      seedServer: this.#seedServer,
      make: (planned, isResumed) => this.#make(planned, isResumed),
      openDoors: (nodes) => openDoors(nodes, () => this.#stopping),
      end: (nodes, runsOn) => this.#end(nodes, runsOn),
      forget: (name) => removeRunFolder(this.#around.runFolder, name),
      become: (content, nodes) => {
        this.#content = content
        this.#nodes = nodes
      },
      get stopping() {
        return lab.#stopping
      },
    }
  }

  node(name: string): Node {
    const found = this.#nodes.find((node) => node.name === name)
    if (found !== undefined) return found
    const planned = this.#content.nodes.some(({ config }) => config.name === name)
    if (planned && this.#starting !== undefined && !this.#stopping) {
      throw new BmcError('busy', `${name} is being changed; ask again in a moment`)
    }
    throw noSuchNode(name, this)
  }

  /** What it is made of. */
  digest(): LabDigest {
    return labDigest(this.#content)
  }

  status(): NodeStatus[] {
    return this.#nodes.map((node) => this.statusOf(node))
  }

  statusOf(node: Node): NodeStatus {
    return { ...node.status(), sharedRedfish: this.#sharedRedfish(node) }
  }

  #sharedRedfish(node: Node): string | null {
    return this.#redfish?.systemUrl(node) ?? null
  }

  onPower(fn: PowerListener): void {
    this.#powerListeners.push(fn)
  }

  onStage(fn: StageListener): void {
    this.#stageListeners.push(fn)
  }

  #stageOf(...change: Parameters<StageListener>): void {
    for (const fn of this.#stageListeners) fn(...change)
  }

  async waitFor(node: string, goal: string, options: Omit<WaitOptions, 'timeoutMs'>): Promise<WaitResult> {
    return this.node(node).waitFor(goal, options)
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#endAll(
      () => false,
      () => this.#networks.close(),
    )
    return this.#stopped
  }

  detach(): Promise<void> {
    this.#stopped ??= this.#endAll(
      () => true,
      () => this.#networks.detach(),
    )
    return this.#stopped
  }

  async #endAll(runsOn: () => boolean, leaveNetworks: () => Promise<void>): Promise<void> {
    this.#stopping = true
    // Ending the machines ends what a start or a change may be waiting for; nodes that it only made meanwhile end behind it.
    await this.#end(this.#living, runsOn)
    await this.#starting?.catch(() => {})
    await this.#changing
    await this.#end(this.#living, runsOn)
    await this.#redfish?.close()
    await leaveNetworks()
    this.#seedServer.close()
  }

  async #make(planned: readonly PlannedNode[], isResumed: (name: string) => boolean): Promise<readonly Node[]> {
    const nodes = await this.#maker.make(planned, isResumed)
    for (const node of nodes) {
      this.#living.add(node)
      node.onPower((power, cause) => {
        for (const fn of this.#powerListeners) fn(node.name, power, cause)
      })
      node.onStage((stage) => this.#stageOf(node.name, stage))
    }
    return nodes
  }

  async #end(ending: Iterable<Node>, runsOn: (node: Node) => boolean = () => false): Promise<void> {
    const nodes = [...ending].filter((node) => this.#living.delete(node))
    if (!this.#stopping) this.#nodes = this.#nodes.filter((node) => !nodes.includes(node))
    for (const end of await Promise.allSettled(nodes.map((node) => (runsOn(node) ? node.detach() : node.stop())))) {
      if (end.status === 'rejected') this.#around.log.error({ error: messageOf(end.reason) }, 'a node did not stop')
    }
  }
}

/** What was made anew is not to be so again. */
function made(content: LabContent): LabContent {
  return { ...content, nodes: content.nodes.map((planned) => ({ ...planned, anew: false })) }
}

function checkAllowed({ nodes, networks }: LabContent): void {
  mustBeAllowed(
    nodes.map(({ config }) => config),
    networks,
  )
}

/** One door for all nodes is opened at the start, and closed at the end. */
function checkRedfish(now: LabContent, next: LabContent): void {
  const place = ({ redfish }: LabContent) => JSON.stringify(redfish && { ...redfish, at: undefined })
  if (place(now) === place(next)) return
  throw new SetupError(
    'the lab\'s own "redfish:" cannot be changed while it runs; end it with bmcsim down, and start it anew',
  )
}

/** Opens all doors, and gives what stood in the way. */
type DoorsInTurn = (open: () => Promise<readonly string[]>) => Promise<readonly string[]>

export function noSuchNode(name: string, lab: Pick<WholeLab, 'name' | 'nodes'>): BmcError {
  const names = lab.nodes.map((node) => node.name).join(', ')
  return new BmcError('not-found', `no node ${name} in lab ${lab.name}; it has ${names}`)
}

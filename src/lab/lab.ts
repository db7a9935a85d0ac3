import { rmSync } from 'node:fs'
import { Networks } from '../app/nics/networks.ts'
import { createNode, type Node, type NodeSurroundings, stateFileIn } from '../app/node.ts'
import type { NodeStatus } from '../app/node-status.ts'
import { Personalities } from '../app/personalities.ts'
import { SeedServer } from '../app/seed-server.ts'
import type { Timer } from '../base/clock.ts'
import { BmcError, messageOf, SetupError } from '../base/errors.ts'
import type { SecretBox } from '../base/secret-box.ts'
import type { ListenConfig, NetworkConfig } from '../config/config.ts'
import { type LabDigest, labDigest } from './differences.ts'
import { openKeyFile } from './key-file.ts'
import type { PlannedNode } from './plan.ts'
import { openSshKey } from './ssh-key-file.ts'

/**
 * lab/ runs many nodes as one: started together, stopped together, found by the other commands through a control socket,
 * guarded against a second process on the same state. It prints nothing and knows no packet and no QEMU option.
 */
export class Lab {
  readonly name: string
  readonly #planned: readonly PlannedNode[]
  readonly #networkConfigs: readonly NetworkConfig[]
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
    around: Omit<NodeSurroundings, 'networks' | 'seedServer'>
  }) {
    this.name = options.name
    this.#planned = options.nodes
    this.#networkConfigs = options.networks
    this.#networks = new Networks(options.networks, options.around)
    this.#seedServer = options.seeds && new SeedServer(options.seeds, options.around)
    this.#around = { ...options.around, networks: this.#networks, seedServer: this.#seedServer }
  }

  get nodes(): readonly Node[] {
    return this.#nodes
  }

  /** What the user should know though nothing failed: another port than asked for, a machine that did not start. */
  get notes(): readonly string[] {
    return this.#nodes.flatMap((node) => node.notes)
  }

  /**
   * Once. Resolves when every BMC answers and every machine that is to run from the start was asked to. Either all BMCs
   * answer or the whole start fails, naming every node that could not: half a lab helps nobody. `stop` is due in
   * either case.
   */
  start(): Promise<void> {
    this.#starting ??= this.#start()
    return this.#starting
  }

  async #start(): Promise<void> {
    this.#nodes = await this.#createNodes()
    const failures: string[] = []
    await this.#networks.open()
    await this.#seedServer?.listen()
    // One after another, so that nodes which share an address and look for a free port get them in their order.
    for (const node of this.#nodes) {
      if (this.#stopping) return
      try {
        await node.openDoors()
      } catch (error) {
        if (!(error instanceof SetupError)) throw error
        failures.push(error.message)
      }
    }
    if (failures.length > 0) throw new SetupError(failures.join('\n'))
    if (this.#stopping) return
    // One timer for all: sessions expire and hours count by it.
    this.#tick = this.#around.clock.every(1000, () => {
      for (const node of this.#nodes) node.tick()
    })
    await Promise.all(this.#nodes.map((node) => node.startMachine()))
  }

  node(name: string): Node {
    const found = this.#nodes.find((node) => node.name === name)
    if (found !== undefined) return found
    const names = this.#nodes.map((node) => node.name).join(', ')
    throw new BmcError('not-found', `no node ${name} in lab ${this.name}; it has ${names}`)
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

  /** Ends every VM that was started here and closes every door, also in the middle of a start. Calling it again waits for the same end. */
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
    this.#networks.close()
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

  /** Each key file once, before any node looks into its state. */
  #openKeyFiles(): ReadonlyMap<string, SecretBox> {
    const states = new Map<string, string[]>()
    for (const { folder, keyFile } of this.#planned) {
      if (keyFile === undefined || folder === undefined) continue
      states.set(keyFile, [...(states.get(keyFile) ?? []), stateFileIn(folder)])
    }
    return new Map([...states].map(([path, files]) => [path, openKeyFile(path, files, this.#around.random)]))
  }

  /** Each public key by the place of its private one, made before any seed is. */
  #openSshKeys(): ReadonlyMap<string, string> {
    const paths = new Set(this.#planned.flatMap(({ sshKey }) => sshKey ?? []))
    return new Map([...paths].map((path) => [path, openSshKey(path, this.name, this.#around.random)]))
  }

  /** Makes all; when one failed, lets go of those that were made and throws every reason in one error. */
  async #createNodes(): Promise<readonly Node[]> {
    for (const { folder, anew } of this.#planned) {
      if (anew && folder !== undefined) rmSync(folder, { recursive: true, force: true })
    }
    const personalities = new Personalities()
    const boxes = this.#openKeyFiles()
    const sshKeys = this.#openSshKeys()
    const made = await Promise.allSettled(
      this.#planned.map(({ config, folder, keyFile, sshKey: key }) => {
        const secrets = keyFile === undefined ? undefined : boxes.get(keyFile)
        const sshKey = key === undefined ? undefined : sshKeys.get(key)
        return createNode(config, folder, { ...this.#around, secrets, sshKey }, personalities)
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

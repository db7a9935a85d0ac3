import { createNode, type NodeSurroundings } from '../app/make-node.ts'
import type { Node } from '../app/node.ts'
import { Personalities } from '../app/personalities.ts'
import { SetupError } from '../base/errors.ts'
import { openKeyFiles } from './key-files.ts'
import type { Ledgers } from './ledgers.ts'
import { type PlannedNode, removeOld } from './plan.ts'
import { openSshKeys } from './ssh-key-file.ts'

/** Makes the nodes of one lab, at its start and later. */
export class NodeMaker {
  readonly #lab: string
  readonly #around: NodeSurroundings
  readonly #ledgers: Ledgers
  readonly #personalities = new Personalities()

  constructor(lab: string, around: NodeSurroundings, ledgers: Ledgers) {
    this.#lab = lab
    this.#around = around
    this.#ledgers = ledgers
  }

  /**
   * Makes all; when one failed, lets go of those that were made and throws every reason in one error. `isResumed`: the machine of that name
   * goes on as it was.
   */
  async make(planned: readonly PlannedNode[], isResumed: (name: string) => boolean): Promise<readonly Node[]> {
    removeOld(planned)
    const boxes = openKeyFiles(planned, this.#around.random)
    const sshKeys = openSshKeys(planned, this.#lab, this.#around.random)
    const made = await Promise.allSettled(
      planned.map(({ config, folder, keyFile, sshKey: key, ledger: path }) => {
        const secrets = keyFile === undefined ? undefined : boxes.get(keyFile)
        const sshKey = key === undefined ? undefined : sshKeys.get(key)
        const ledger = this.#ledgers.at(path)
        const around = { ...this.#around, ledger, secrets, sshKey, sshKeyFile: key, resumed: isResumed(config.name) }
        return createNode(config, folder, around, this.#personalities)
      }),
    )
    const nodes = made.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    if (nodes.length === made.length) return nodes
    await Promise.all(nodes.map((node) => (node.adopted ? node.detach() : node.stop())))
    const failed = new Map<string, string[]>()
    for (const [i, result] of made.entries()) {
      if (result.status === 'fulfilled') continue
      if (!(result.reason instanceof SetupError)) throw result.reason
      const { message } = result.reason
      failed.set(message, [...(failed.get(message) ?? []), planned[i].config.name])
    }
    throw new SetupError([...failed].map(([message, names]) => `${names.join(', ')}: ${message}`).join('\n'))
  }
}

/** One after another, so that nodes which share an address and look for a free port get them in their order. Gives what stood in the way. */
export async function openDoors(nodes: readonly Node[], stopping: () => boolean): Promise<readonly string[]> {
  const failures: string[] = []
  for (const node of nodes) {
    if (stopping()) break
    try {
      await node.openDoors()
    } catch (error) {
      if (!(error instanceof SetupError)) throw error
      failures.push(error.message)
    }
  }
  return failures
}

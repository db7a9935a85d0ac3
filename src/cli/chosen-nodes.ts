import type { NodeStatus } from '../app/node-status.ts'
import { messageOf } from '../base/errors.ts'
import { expandNodeSet } from '../config/node-set.ts'
import { UsageError } from './exit-code.ts'

/** The names a node set stands for; `all` is every node, unless one is called that. */
export function chosenNodes(nodeSet: string, nodes: readonly Pick<NodeStatus, 'name'>[]): string[] {
  const names = nodes.map((node) => node.name)
  if (nodeSet === 'all' && !names.includes('all')) return names
  // lan.conf names may hold anything, brackets and commas too: an exact name goes before a set.
  if (names.includes(nodeSet)) return [nodeSet]
  try {
    return expandNodeSet(nodeSet)
  } catch (error) {
    throw new UsageError(messageOf(error))
  }
}

/** `cn01:1` is the second NIC of cn01, `cn01` are all of them. */
export function nodesAndNic(
  text: string,
  nodes: readonly NodeStatus[],
): { readonly names: readonly string[]; readonly nic: number | undefined } {
  if (nodes.some(({ name }) => name === text)) return { names: [text], nic: undefined }
  const [, nodeSet = text, nic] = /^(.*):(\d{1,2})$/.exec(text) ?? []
  return { names: chosenNodes(nodeSet, nodes), nic: nic === undefined ? undefined : Number(nic) }
}

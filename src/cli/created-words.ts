import { messageOf } from '../base/errors.ts'
import type { PoolConfig } from '../config/config.ts'
import { expandNodeSet } from '../config/node-set.ts'
import { type CreatedNode, findInPools, nameInPool } from '../config/pool.ts'
import { UsageError } from './exit-code.ts'

/**
 * `3:f39`, `vnode4`, `[5-7]`, `vnode[08-09]:u22.04`: nodes by their whole names, each once, in the order of the words. All that is wrong
 * with them is said at once.
 */
export function createdNodes(words: readonly string[], pools: readonly PoolConfig[]): CreatedNode[] {
  if (pools.length === 0) {
    throw new UsageError(
      'the lab file has no pools; write pools: { vnode: { range: 01-99 } } (docs/config.md), or use nodes and bmcsim up',
    )
  }
  const found = new Map<string, CreatedNode>()
  const wrong: string[] = []
  for (const word of words) {
    const colon = word.indexOf(':')
    const image = colon < 0 ? undefined : word.slice(colon + 1)
    if (image !== undefined && !/^[A-Za-z0-9._-]+$/.test(image)) {
      wrong.push(`"${word}": the name of an image stands behind the colon, as in 3:test-guest`)
    }
    for (const text of names(colon < 0 ? word : word.slice(0, colon), wrong)) {
      const member = findInPools(text, pools)
      if (typeof member === 'string') {
        wrong.push(member)
        continue
      }
      const name = nameInPool(member.pool, member.number)
      if (found.has(name)) wrong.push(`${name} is named twice`)
      found.set(name, { name, image })
    }
  }
  if (wrong.length > 0) throw new UsageError(wrong.join('\n'))
  return [...found.values()]
}

/** As one word, for `bmcsim up --create`. */
export function createdText(nodes: readonly CreatedNode[]): string {
  return nodes.map(({ name, image }) => (image === undefined ? name : `${name}:${image}`)).join(',')
}

export function readCreated(text: string): CreatedNode[] {
  return text.split(',').map((word) => {
    const [name = '', image] = word.split(':')
    return { name, image }
  })
}

function names(nodeSet: string, wrong: string[]): string[] {
  try {
    return expandNodeSet(nodeSet)
  } catch (error) {
    wrong.push(messageOf(error))
    return []
  }
}

import { join } from 'node:path'
import { readIfThere, writeAtomic } from '../base/atomic-file.ts'
import { errnoOf, messageOf, SetupError } from '../base/errors.ts'
import type { CreatedNode } from '../config/pool.ts'

/** Beside the nodes' folders and never in one: the name of a node's folder does not begin with a dot. */
function listIn(stateFolder: string): string {
  return join(stateFolder, '.created.json')
}

/** The nodes of pools that `bmcsim create` has made on a state folder, in the order in which they were made. */
export function readCreatedList(stateFolder: string): CreatedNode[] {
  const path = listIn(stateFolder)
  try {
    const text = readIfThere(path)
    const value: unknown = text === undefined ? [] : JSON.parse(text)
    if (!Array.isArray(value)) throw new TypeError('no list')
    return value.map(asCreated)
  } catch (error) {
    if (errnoOf(error) === 'EACCES') {
      throw new SetupError(`the state folder ${stateFolder} is another user's; name one of yours with --state`, {
        cause: error,
      })
    }
    if (errnoOf(error) === 'ENOTDIR') {
      throw new SetupError(`${stateFolder} is no folder; name one with --state`, { cause: error })
    }
    throw new SetupError(
      `${path} cannot be read: ${messageOf(error)}. It says which nodes were created; remove it to begin without them`,
      { cause: error },
    )
  }
}

export function writeCreatedList(stateFolder: string, list: readonly CreatedNode[]): void {
  const text = JSON.stringify(list)
  if (text !== JSON.stringify(readCreatedList(stateFolder))) writeAtomic(listIn(stateFolder), `${text}\n`)
}

/** These nodes are created no more. */
export function forgetCreated(stateFolder: string, names: readonly string[]): void {
  const list = readCreatedList(stateFolder)
  writeCreatedList(
    stateFolder,
    list.filter(({ name }) => !names.includes(name)),
  )
}

/** A node that is created again stays where it was. */
export function withCreated(list: readonly CreatedNode[], more: readonly CreatedNode[]): CreatedNode[] {
  return [...new Map([...list, ...more].map((node) => [node.name, node])).values()]
}

function asCreated(value: unknown): CreatedNode {
  if (typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string') {
    const image = 'image' in value && typeof value.image === 'string' ? value.image : undefined
    return { name: value.name, image }
  }
  throw new TypeError('a node without a name')
}

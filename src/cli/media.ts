import { resolve } from 'node:path'
import type { MediaStatus } from '../app/media/node-media.ts'
import { messageOf } from '../base/errors.ts'
import { ask } from '../lab/control-client.ts'
import { chosenNodes } from './chosen-nodes.ts'
import { UsageError } from './exit-code.ts'
import { findLab } from './find-lab.ts'
import { err, type Io, out, outJson } from './io.ts'
import { askNodes, exitOf } from './node-statuses.ts'
import { renderTable } from './table.ts'

export interface MediaOptions {
  readonly drive?: string
  readonly writable?: boolean
  readonly json?: boolean
  readonly state?: string
}

/** Shows the virtual media of nodes, or changes them. */
export async function media(
  io: Io,
  nodeSet: string,
  verb: string | undefined,
  image: string | undefined,
  options: MediaOptions,
): Promise<number> {
  const body = requestOf(verb, image, options)
  const lab = findLab(options.state, io.env)
  const names = chosenNodes(nodeSet, await askNodes(lab))
  const answers = await Promise.allSettled(
    names.map(async (name) => {
      const path = `/nodes/${encodeURIComponent(name)}/media`
      const answer = await ask(lab.controlSocket, body === undefined ? 'GET' : 'POST', path, body)
      if (Array.isArray(answer) && answer.every(isMediaStatus)) return answer
      throw new Error(`lab ${lab.name} gave an answer that this version of bmcsim does not know`)
    }),
  )
  const drives = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  if (options.json) outJson(io, drives)
  else if (drives.length > 0) out(io, mediaTable(drives))
  const failures = answers.flatMap((answer, i) =>
    answer.status === 'rejected' ? [`${names[i]}: ${messageOf(answer.reason)}`] : [],
  )
  for (const failure of failures) err(io, failure)
  return exitOf(failures.length === 0)
}

/** A path is meant from where the command is given. */
export function requestOf(
  verb: string | undefined,
  image: string | undefined,
  { drive, writable = false }: MediaOptions = {},
) {
  if (verb === undefined) return undefined
  const of = drive === undefined ? {} : { drive }
  if (verb === 'eject' && image === undefined) return { ...of, eject: true }
  if (verb === 'insert' && image !== undefined) {
    const insert = /^[a-z][a-z0-9+.-]*:\/\//i.test(image) ? image : resolve(image)
    return { ...of, insert, ...(writable && { writable }) }
  }
  throw new UsageError(`write "insert FILE|URL" or "eject" behind the node, not "${[verb, image].join(' ').trim()}"`)
}

function mediaTable(drives: readonly MediaStatus[]): string {
  const rows = drives.map(({ node, drive, state, image, error }) => [node, drive, state, error ?? image ?? ''])
  return renderTable([['NODE', 'DRIVE', 'STATE', 'IMAGE'], ...rows])
}

function isMediaStatus(value: unknown): value is MediaStatus {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['node', 'drive', 'state', 'image', 'error'].every((key) => Object.hasOwn(value, key))
  )
}

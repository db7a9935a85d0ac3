import type { Identity } from '../access/identity.ts'
import type { Sink } from '../request.ts'
import type { StreamFilter } from './stream-filter.ts'

/** A connection on which events come as they happen (server-sent events). */
export interface EventStream {
  readonly id: string
  readonly filter: StreamFilter
  readonly by: Identity
  readonly sink: Sink
}

/** One JSON document is one line: nothing has to be cut up. */
export function streamText(id: string, body: string): string {
  return `id: ${id}\ndata: ${body}\n\n`
}

/** A line that means nothing, so that whoever is between sees that the connection is alive. */
export const aliveText = ': alive\n\n'

import type { RedfishNode } from '../node.ts'
import type { Told } from './node-watch.ts'

/** What the system event log is told becomes an event. */
export function watchLog(_node: RedfishNode, _told: Told): () => void {
  return () => {}
}

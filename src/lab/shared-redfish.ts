import type { NodeStatus } from '../app/node-status.ts'

/** Where nodes are beside their own addresses, in a lab that has one Redfish for them. */
export function sharedRedfishText(nodes: readonly Pick<NodeStatus, 'sharedRedfish'>[]): string | undefined {
  const urls = nodes.flatMap(({ sharedRedfish }) => sharedRedfish ?? [])
  if (urls.length === 0) return undefined
  const which = urls.length === nodes.length ? 'all nodes' : urls.length === 1 ? '1 node' : `${urls.length} nodes`
  return `Redfish of ${which}: ${urls[0].slice(0, urls[0].lastIndexOf('/'))}`
}

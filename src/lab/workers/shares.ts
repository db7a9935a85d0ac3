import type { NetworkConfig, NodeConfig } from '../../config/config.ts'
import type { PlannedNode } from '../plan.ts'

/** What one worker runs. */
export interface Share {
  readonly nodes: readonly PlannedNode[]
  /** Its segments; the first worker has those without nodes too. QEMU's own networks are everybody's, others the system's. */
  readonly networks: readonly NetworkConfig[]
}

/**
 * Who runs what: the same for the same file and number. Nodes go out in the order of the file, as many to each worker;
 * those that meet on a segment stay together, since its switch is in one thread. A worker that would get none is not made.
 */
export function shareOut(
  nodes: readonly PlannedNode[],
  networks: readonly NetworkConfig[],
  workers: number,
): readonly Share[] {
  const shares = Array.from({ length: workers }, () => ({ nodes: new Set<PlannedNode>(), segments: new Set<string>() }))
  let placed = 0
  for (const group of groups(nodes)) {
    const share = shares[Math.floor((placed * workers) / nodes.length)]
    for (const node of group) {
      share.nodes.add(node)
      for (const segment of segmentsOf(node.config)) share.segments.add(segment)
    }
    placed += group.length
  }
  const used = shares.filter((share) => share.nodes.size > 0)
  const segments = networks.filter(({ kind }) => kind === 'segment')
  const users = networks.filter(({ kind }) => kind === 'user')
  const idle = segments.filter(({ name }) => !used.some((share) => share.segments.has(name)))
  return used.map((share, i) => ({
    nodes: nodes.filter((node) => share.nodes.has(node)),
    networks: [...segments.filter(({ name }) => share.segments.has(name)), ...(i === 0 ? idle : []), ...users],
  }))
}

/** Nodes that a chain of segments joins, each group where its first node stands. */
function groups(nodes: readonly PlannedNode[]): readonly (readonly PlannedNode[])[] {
  const all = new Set<PlannedNode[]>()
  const bySegment = new Map<string, PlannedNode[]>()
  for (const node of nodes) {
    const segments = segmentsOf(node.config)
    const met = new Set(segments.map((segment) => bySegment.get(segment)).filter((group) => group !== undefined))
    const [group = [], ...others] = met
    all.add(group)
    for (const other of others) {
      group.push(...other)
      all.delete(other)
      for (const [segment, its] of bySegment) if (its === other) bySegment.set(segment, group)
    }
    group.push(node)
    for (const segment of segments) bySegment.set(segment, group)
  }
  return [...all]
}

function segmentsOf({ machine }: NodeConfig): string[] {
  if (machine.kind === 'command') return []
  return machine.nics.flatMap(({ plug }) => (plug.kind === 'segment' ? [plug.network] : []))
}

import type { NodeStatus } from '../app/node-status.ts'
import { sharedRedfishText } from '../lab/shared-redfish.ts'
import { ExitCode } from './exit-code.ts'
import { findLab } from './find-lab.ts'
import { type Io, out, outJson } from './io.ts'
import { askNodes } from './node-statuses.ts'
import { nodeTable } from './table.ts'

export async function ps(io: Io, options: { json?: boolean; bmcIdMap?: boolean; state?: string }): Promise<number> {
  const nodes = await askNodes(findLab(options.state, io.env))
  if (options.bmcIdMap) outJson(io, bmcIdMap(nodes))
  else if (options.json) outJson(io, nodes)
  else out(io, [nodeTable(nodes), sharedRedfishText(nodes)].filter((text) => text !== undefined).join('\n\n'))
  return ExitCode.ok
}

/** What OpenCHAMI's Magellan is told by --bmc-id-map: which BMC is at which address. A BMC's xname is a node's without its end. */
function bmcIdMap(nodes: readonly NodeStatus[]) {
  const named = nodes.flatMap(({ xname, bmc }) =>
    xname === null || bmc.address === '' ? [] : [[bmc.address, xname.replace(/n\d+$/, '')]],
  )
  return { map_key: 'bmc-ip-addr', id_map: Object.fromEntries(named) }
}

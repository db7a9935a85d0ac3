import type { Doors } from '../../redfish/node.ts'
import type { LanDoors } from '../lan/lan-doors.ts'

/** Where a node's BMC is reached, as of now. */
export function nodeDoors(
  node: string,
  lan: readonly LanDoors[],
  ports: Pick<Doors, 'https' | 'http' | 'ssdp'>,
): Doors {
  const { https, http, ssdp } = ports
  return {
    https,
    http,
    ssdp,
    ipmi: lan[0]?.bound[0]?.port,
    consoleCommand: `bmcsim console ${node}`,
    hostName: `${node}-bmc`,
  }
}

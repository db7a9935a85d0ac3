import { isIP } from 'node:net'
import { about, fault, RedfishError } from './faults.ts'
import { flag, type Given, texts } from './fields.ts'
import { isHostName } from './host-name.ts'
import type { RedfishNode } from './node.ts'

const PORT = 123
const MOST_SERVERS = 8

/** `NTP` of the manager's protocols. The BMC's clock then follows that of this machine, and the servers are kept: no packet is sent. */
export function networkTimeOf({ bmc }: RedfishNode) {
  return { ProtocolEnabled: bmc.storageClock.follows, Port: PORT, NTPServers: bmc.timeServers.all }
}

export const networkTimeFields = { ProtocolEnabled: flag, NTPServers: texts }

export function setNetworkTime({ bmc }: RedfishNode, given: Given<typeof networkTimeFields>): void {
  const { ProtocolEnabled: enabled, NTPServers: servers } = given
  if (servers !== undefined) {
    if (servers.length > MOST_SERVERS) throw wrong('', fault('ArraySizeTooLong', 'NTPServers', MOST_SERVERS))
    const bad = servers.findIndex((one) => isIP(one) === 0 && !isHostName(one))
    if (bad >= 0) throw wrong(`/${bad}`, fault('PropertyValueFormatError', servers[bad], 'NTPServers'))
    bmc.timeServers.set(servers)
  }
  if (enabled !== undefined) bmc.storageClock.follow(enabled)
}

function wrong(end: string, one: ReturnType<typeof fault>): RedfishError {
  return new RedfishError(400, [about(`/NTP/NTPServers${end}`, one)])
}

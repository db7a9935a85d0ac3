import type { RedfishNode } from './node.ts'

const SSH_PORT = 22
const TELNET_PORT = 23

/**
 * Ways to the system's console. Each has a Port even where it is not enabled: OpenCHAMI's Magellan follows them without looking
 * (OpenCHAMI/magellan#137).
 */
export function serialConsole(node: RedfishNode) {
  const { ipmi } = node.doors()
  return {
    MaxConcurrentSessions: 1,
    IPMI: {
      ServiceEnabled: ipmi !== undefined && node.bmc.sol.supported,
      Port: ipmi ?? 623,
      SharedWithManagerCLI: false,
    },
    SSH: { ServiceEnabled: false, Port: SSH_PORT, SharedWithManagerCLI: false },
    Telnet: { ServiceEnabled: false, Port: TELNET_PORT, SharedWithManagerCLI: false },
  }
}

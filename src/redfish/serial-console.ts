import { BmcError } from '../base/errors.ts'
import { flag, type Given, members } from './fields.ts'
import type { RedfishNode } from './node.ts'

/** What can be written of `SerialConsole`: whether SOL may be activated, as IPMI has it (SOL parameter 1). */
export const serialConsoleFields = { IPMI: members({ ServiceEnabled: flag }) }

export function setSerialConsole({ bmc }: RedfishNode, { IPMI }: Given<typeof serialConsoleFields>): void {
  const { sol } = bmc
  const enabled = IPMI?.ServiceEnabled
  if (enabled === undefined) return
  if (!sol.supported) throw new BmcError('not-supported', 'this node has no serial port; name one in its lab file')
  sol.config.change({ enabled })
}

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
      ServiceEnabled: ipmi !== undefined && node.bmc.sol.supported && node.bmc.sol.config.parameters.enabled,
      Port: ipmi ?? 623,
      SharedWithManagerCLI: false,
    },
    SSH: { ServiceEnabled: false, Port: SSH_PORT, SharedWithManagerCLI: false },
    Telnet: { ServiceEnabled: false, Port: TELNET_PORT, SharedWithManagerCLI: false },
  }
}

import { CompletionCode } from '../ipmi/completion-code.ts'
import { layout, text, u8 } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { CompletionError, command } from './command.ts'

/** The Redfish host interface's commands (DSP0270 §9), for the guest only. */

/** The defining body of the Redfish group extension (DSP0270 §9). */
const REDFISH = 0x52
/** Any other value disables credential bootstrapping until a reset. */
const KEEP_ENABLED = 0xa5

export const bootstrapCodes = { disabled: 0x80 } as const

export const getBootstrapAccountCredentials = command({
  netFn: NetFn.Group,
  group: REDFISH,
  cmd: 0x02,
  name: 'Get Bootstrap Account Credentials',
  spec: 'DSP0270 9',
  privilege: 'Administrator',
  door: 'system',
  codes: bootstrapCodes,
  request: layout({ control: u8 }),
  response: layout({ name: text(16), password: text(16) }),
  handle({ bmc: { bootstrap } }, { control }) {
    if (!bootstrap.supported) throw new CompletionError(CompletionCode.invalidCommand, 'this BMC has no Redfish')
    if (!bootstrap.enabled) throw new CompletionError(bootstrapCodes.disabled, 'credential bootstrapping is disabled')
    const account = bootstrap.makeAccount()
    if (control !== KEEP_ENABLED) bootstrap.setEnabled(false)
    return account
  },
})

export const hostInterfaceCommands = [getBootstrapAccountCredentials]

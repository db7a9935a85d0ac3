import { hash } from 'node:crypto'
import type { HostInterface } from '../bmc/access/host-interface.ts'
import type { Bmc } from '../bmc/bmc.ts'
import { CompletionCode } from '../ipmi/completion-code.ts'
import { bytes, layout, oneOf, text, u8 } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { CompletionError, command } from './command.ts'

/** The Redfish host interface's commands (DSP0270 §9), for the guest only. */

/** The defining body of the Redfish group extension (DSP0270 §9). */
const REDFISH = 0x52
/** Any other value disables credential bootstrapping until a reset. */
const KEEP_ENABLED = 0xa5
/** The manager has one certificate; they are counted from 1. */
const ONLY_CERTIFICATE = 1

export const bootstrapCodes = { disabled: 0x80 } as const

const common = {
  netFn: NetFn.Group,
  group: REDFISH,
  spec: 'DSP0270 9',
  privilege: 'Administrator',
  door: 'system',
  codes: bootstrapCodes,
} as const

export const getManagerCertificateFingerprint = command({
  ...common,
  cmd: 0x01,
  name: 'Get Manager Certificate Fingerprint',
  request: layout({ certificate: u8 }),
  response: layout({ algorithm: oneOf(u8, { 'SHA-256': 1 }), fingerprint: bytes(32) }),
  async handle({ bmc }, { certificate }) {
    const hostInterface = bootstrapping(bmc)
    if (certificate !== ONLY_CERTIFICATE)
      throw new CompletionError(CompletionCode.notPresent, `there is no certificate ${certificate}; the only one is 1`)
    return { algorithm: 'SHA-256', fingerprint: hash('sha256', await hostInterface.certificate(), 'buffer') } as const
  },
})

export const getBootstrapAccountCredentials = command({
  ...common,
  cmd: 0x02,
  name: 'Get Bootstrap Account Credentials',
  request: layout({ control: u8 }),
  response: layout({ name: text(16), password: text(16) }),
  handle({ bmc }, { control }) {
    const { bootstrap } = bootstrapping(bmc)
    const account = bootstrap.makeAccount()
    if (control !== KEEP_ENABLED) bootstrap.setEnabled(false)
    return account
  },
})

/** Both commands are off where credential bootstrapping is. */
function bootstrapping({ hostInterface }: Bmc): HostInterface {
  if (hostInterface === undefined)
    throw new CompletionError(CompletionCode.invalidCommand, 'this BMC has no Redfish host interface')
  if (!hostInterface.bootstrap.enabled)
    throw new CompletionError(bootstrapCodes.disabled, 'credential bootstrapping is disabled')
  return hostInterface
}

export const hostInterfaceCommands = [getManagerCertificateFingerprint, getBootstrapAccountCredentials]

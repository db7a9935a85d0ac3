import { BmcError } from '../../base/errors.ts'
import type { KeyReset } from '../../machine/secure-boot.ts'
import { flag, oneOf } from '../fields.ts'
import { ROOT } from '../links.ts'
import type { RedfishNode } from '../node.ts'
import { action, resource, write } from '../resource.ts'
import { nodeOfSystem } from '../service-parts.ts'

const keyResets = {
  ResetAllKeysToDefault: 'defaults',
  DeleteAllKeys: 'none',
  DeletePK: 'no platform key',
} as const satisfies Record<string, KeyReset>

const keyResetWords = ['ResetAllKeysToDefault', 'DeleteAllKeys', 'DeletePK'] as const

/** Not there where the machine cannot have Secure Boot. That it is wanted is the setting that the BIOS attribute shows too. */
export const secureBoot = resource<RedfishNode>({
  path: `${ROOT}/Systems/{system}/SecureBoot`,
  type: 'SecureBoot',
  find(service, { system }) {
    const node = nodeOfSystem(service, system)
    const facts = node?.bmc.biosSettings.facts
    return facts === undefined || facts.noUefi !== undefined || facts.noSecureBoot !== undefined ? undefined : node
  },
  get({ bmc }) {
    const { current, pending = current } = bmc.biosSettings
    const mode = bmc.machine.secureBootKeys?.mode
    const isOn = bmc.power.state === 'on' && current?.secureBoot === true
    return {
      Name: 'UEFI Secure Boot',
      SecureBootEnable: pending?.secureBoot ?? false,
      // A firmware without a platform key checks nothing.
      SecureBootCurrentBoot: isOn && mode !== 'setup' ? 'Enabled' : 'Disabled',
      SecureBootMode: mode === undefined ? null : mode === 'user' ? 'UserMode' : 'SetupMode',
    }
  },
  patch: {
    SecureBootEnable: write(flag, ({ bmc }, secureBoot) => bmc.biosSettings.set({ secureBoot })),
  },
  actions: {
    ResetKeys: action(
      { ResetKeysType: oneOf(keyResetWords) },
      ({ bmc }: RedfishNode, { ResetKeysType: word = 'ResetAllKeysToDefault' }) => {
        const { secureBootKeys: keys } = bmc.machine
        if (keys === undefined) throw new BmcError('not-supported', 'this machine has no keys')
        keys.reset(keyResets[word])
      },
      ({ bmc }: RedfishNode) => bmc.machine.secureBootKeys !== undefined,
    ),
  },
})

import type { BootOverride } from '../bmc/power/boot-options.ts'
import type { BootDevice } from '../machine/machine.ts'
import { type Given, oneOf } from './fields.ts'
import type { RedfishNode } from './node.ts'

const targets = {
  None: 'none',
  Pxe: 'pxe',
  Hdd: 'disk',
  Cd: 'cdrom',
  Floppy: 'floppy',
  BiosSetup: 'bios-setup',
  Diags: 'diagnostics',
} as const satisfies Record<string, BootDevice>

type Target = keyof typeof targets

const enabledWords = { Disabled: 'disabled', Once: 'once', Continuous: 'continuous' } as const
const targetWords = ['None', 'Pxe', 'Hdd', 'Cd', 'Floppy', 'BiosSetup', 'Diags'] as const

/** What can be written of `Boot`, alone or together. */
export const bootFields = {
  BootSourceOverrideEnabled: oneOf(['Disabled', 'Once', 'Continuous']),
  BootSourceOverrideTarget: oneOf(bootTargets),
  BootSourceOverrideMode: oneOf(['UEFI', 'Legacy']),
}

function bootTargets({ bmc }: RedfishNode): readonly Target[] {
  return bmc.machine.abilities.boot ? targetWords : ['None']
}

/** The boot flags of IPMI by Redfish's names: one state, two views. */
export function bootOf(node: RedfishNode) {
  const { enabled, device, efi } = node.bmc.boot.override
  return {
    BootSourceOverrideEnabled: enabled === 'disabled' ? 'Disabled' : enabled === 'once' ? 'Once' : 'Continuous',
    BootSourceOverrideTarget: targetOf(device),
    'BootSourceOverrideTarget@Redfish.AllowableValues': bootTargets(node),
    BootSourceOverrideMode: efi ? 'UEFI' : 'Legacy',
    'BootSourceOverrideMode@Redfish.AllowableValues': ['UEFI', 'Legacy'],
  }
}

/** Devices that have no name in Redfish are told by the nearest. */
function targetOf(device: BootDevice): Target {
  switch (device) {
    case 'remote-cdrom':
      return 'Cd'
    case 'remote-disk':
    case 'safe-mode':
      return 'Hdd'
    case 'remote-floppy':
    case 'primary-remote-media':
      return 'Floppy'
    default:
      return targetWords.find((word) => targets[word] === device) ?? 'None'
  }
}

export function setBoot({ bmc }: RedfishNode, given: Given<typeof bootFields>): void {
  const now = bmc.boot.override
  const { BootSourceOverrideEnabled: enabled, BootSourceOverrideTarget: target, BootSourceOverrideMode: mode } = given
  const wanted: BootOverride = {
    enabled: enabled === undefined ? now.enabled : enabledWords[enabled],
    device: target === undefined ? now.device : targets[target],
    efi: mode === undefined ? now.efi : mode === 'UEFI',
  }
  bmc.boot.setOverride(wanted)
}

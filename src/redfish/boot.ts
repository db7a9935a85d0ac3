import { BmcError } from '../base/errors.ts'
import type { BootOverride } from '../bmc/power/boot-options.ts'
import type { BootDevice } from '../machine/machine.ts'
import { deviceAtPath, uefiPathsOf } from './boot-devices.ts'
import { about, type Fault, fault, RedfishError } from './faults.ts'
import { type Field, type Given, oneOf, text, texts } from './fields.ts'
import { link, systemPath } from './links.ts'
import type { RedfishNode } from './node.ts'

const targets = {
  None: 'none',
  Pxe: 'pxe',
  Hdd: 'disk',
  Cd: 'cdrom',
  Usb: 'usb',
  Floppy: 'floppy',
  BiosSetup: 'bios-setup',
  Diags: 'diagnostics',
  UefiHttp: 'uefi-http',
  UefiTarget: 'uefi-target',
} as const satisfies Record<string, BootDevice>

type Target = keyof typeof targets

const enabledWords = { Disabled: 'disabled', Once: 'once', Continuous: 'continuous' } as const
const targetWords = [
  'None',
  'Pxe',
  'Hdd',
  'Cd',
  'Usb',
  'Floppy',
  'BiosSetup',
  'Diags',
  'UefiHttp',
  'UefiTarget',
] as const

/** Of a machine that cannot be set up nobody knows. */
function bootModes({ bmc }: RedfishNode): readonly ('UEFI' | 'Legacy')[] {
  const { facts } = bmc.biosSettings
  return facts?.noUefi !== undefined && facts.initial.bootMode === 'bios' ? ['Legacy'] : ['UEFI', 'Legacy']
}

/** Null and no text mean that none is named. */
const uefiTarget: Field<RedfishNode, string> = {
  allowable: (node) => [...uefiPathsOf(node), ''],
  read: text.read,
}

const order: Field<RedfishNode, readonly string[]> = {
  allowable: ({ bmc }) => bmc.bootOrder.devices.map(({ id }) => id),
  whole: true,
  read: texts.read,
}

/** What can be written of `Boot`, alone or together. */
export const bootFields = {
  BootSourceOverrideEnabled: oneOf(['Disabled', 'Once', 'Continuous']),
  BootSourceOverrideTarget: oneOf(bootTargets),
  BootSourceOverrideMode: oneOf(bootModes),
  HttpBootUri: text,
  UefiTargetBootSourceOverride: uefiTarget,
  BootOrder: order,
}

function bootTargets(node: RedfishNode): readonly Target[] {
  const { abilities, mediaDrives = [] } = node.bmc.machine
  if (!abilities.boot) return ['None']
  const absent: Target[] = [
    ...(mediaDrives.some(({ types }) => types.includes('USBStick')) ? [] : (['Usb'] as const)),
    ...(uefiPathsOf(node).length > 0 ? [] : (['UefiTarget'] as const)),
  ]
  return targetWords.filter((word) => !absent.includes(word))
}

/** Who has never been told anything boots in its own mode; so does who has no override and was told no mode, whatever IPMI's last flags hinted at. */
function overrideOf({ bmc }: RedfishNode): BootOverride {
  const { override, isUntouched, mode } = bmc.boot
  const own = bmc.biosSettings.current?.bootMode
  const isOwn = isUntouched || (own !== undefined && mode === undefined && override.enabled === 'disabled')
  return isOwn ? { ...override, efi: own === 'uefi' } : override
}

/** The boot flags of IPMI by Redfish's names: one state, two views. */
export function bootOf(node: RedfishNode) {
  const { enabled, device, efi } = overrideOf(node)
  const { boot, bootOrder } = node.bmc
  const { devices } = bootOrder
  return {
    BootSourceOverrideEnabled: enabled === 'disabled' ? 'Disabled' : enabled === 'once' ? 'Once' : 'Continuous',
    BootSourceOverrideTarget: targetOf(device),
    'BootSourceOverrideTarget@Redfish.AllowableValues': bootTargets(node),
    HttpBootUri: boot.httpUri,
    BootSourceOverrideMode: efi ? 'UEFI' : 'Legacy',
    'BootSourceOverrideMode@Redfish.AllowableValues': bootModes(node),
    ...(uefiPathsOf(node).length > 0 && {
      UefiTargetBootSourceOverride: devices.find(({ id }) => id === boot.target)?.uefiPath ?? null,
      'UefiTargetBootSourceOverride@Redfish.AllowableValues': uefiPathsOf(node),
    }),
    ...(devices.length > 0 && {
      BootOptions: link(`${systemPath(node)}/BootOptions`),
      BootOrder: devices.map(({ id }) => id),
    }),
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

export function setBoot(node: RedfishNode, given: Given<typeof bootFields>): void {
  const { bmc } = node
  const now = overrideOf(node)
  const { BootSourceOverrideEnabled: enabled, BootSourceOverrideTarget: target, BootSourceOverrideMode: mode } = given
  const wanted: BootOverride = {
    enabled: enabled === undefined ? now.enabled : enabledWords[enabled],
    device: target === undefined ? now.device : targets[target],
    efi: mode === undefined ? now.efi : mode === 'UEFI',
  }
  if (target === 'UefiHttp' && mode === 'Legacy') {
    throw wrong(
      'BootSourceOverrideMode',
      fault('PropertyValueConflict', 'BootSourceOverrideMode', 'BootSourceOverrideTarget'),
    )
  }
  const uri = given.HttpBootUri
  if (uri !== undefined) naming('HttpBootUri', () => bmc.boot.setHttpUri(uri))
  const path = given.UefiTargetBootSourceOverride
  if (path !== undefined) bmc.boot.setTarget(deviceAtPath(node, path)?.id ?? '')
  const order = given.BootOrder
  if (order !== undefined) naming('BootOrder', () => bmc.bootOrder.set(order))
  // Clients send back what they have read; what is new is meant.
  if (mode !== undefined && wanted.efi !== now.efi) bmc.boot.setMode(wanted.efi ? 'uefi' : 'bios')
  if (enabled !== undefined || target !== undefined || mode !== undefined) {
    naming('BootSourceOverrideTarget', () => bmc.boot.setOverride(wanted))
  }
}

/** Which property it was that the BMC would not have. */
function naming(name: string, set: () => void): void {
  try {
    set()
  } catch (error) {
    throw error instanceof BmcError
      ? wrong(name, { ...fault('PropertyValueError', name), detail: error.message })
      : error
  }
}

function wrong(name: string, one: Fault): RedfishError {
  return new RedfishError(400, [about(`/Boot/${name}`, one)])
}

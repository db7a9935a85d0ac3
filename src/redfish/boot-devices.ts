import type { BootDeviceFacts } from '../machine/machine.ts'
import { type Link, link, systemPath } from './links.ts'
import type { RedfishNode } from './node.ts'
import { partId } from './part-id.ts'
import { drivePathOf } from './resources/storage.ts'
import { segmentOf } from './uri.ts'

/** A device that the firmware could boot from, with what a client is told of it. */
export interface BootOption {
  readonly node: RedfishNode
  readonly device: BootDeviceFacts
  readonly displayName: string
  readonly alias: 'Pxe' | 'Hdd' | 'Cd' | 'Usb'
  readonly related: readonly Link[]
}

/** First to last. A machine that tells of none has no boot options. */
export function bootOptionsOf(node: RedfishNode): readonly BootOption[] {
  return node.bmc.bootOrder.devices.map((device) => bootOption(node, device))
}

function bootOption(node: RedfishNode, device: BootDeviceFacts): BootOption {
  const { id, kind } = device
  const { nics = [] } = node.bmc.machine.inventory?.() ?? {}
  switch (kind) {
    case 'nic': {
      const i = Number(id.replace(/^nic/, ''))
      const mac = nics[i]?.mac.toUpperCase()
      const related =
        mac === undefined
          ? []
          : [link(`${systemPath(node)}/EthernetInterfaces/${segmentOf(partId(node, 'nic', i + 1))}`)]
      return { node, device, displayName: `Network, ${mac ?? id}`, alias: 'Pxe', related }
    }
    case 'disk': {
      const drive = drivePathOf(node, id)
      const related = drive === undefined ? [] : [link(drive)]
      return { node, device, displayName: `Disk ${id}`, alias: 'Hdd', related }
    }
    case 'cdrom':
      return { node, device, displayName: `CD ${id}`, alias: 'Cd', related: [] }
    case 'usb':
      return { node, device, displayName: `USB stick ${id}`, alias: 'Usb', related: [] }
  }
}

/** Those that UEFI can be told to boot from, by what it calls them. */
export function uefiPathsOf({ bmc }: RedfishNode): readonly string[] {
  return bmc.bootOrder.devices.flatMap(({ uefiPath }) => uefiPath ?? [])
}

export function deviceAtPath({ bmc }: RedfishNode, path: string): BootDeviceFacts | undefined {
  return bmc.bootOrder.devices.find(({ uefiPath }) => uefiPath === path)
}

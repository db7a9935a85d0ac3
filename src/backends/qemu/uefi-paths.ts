import type { Bootable } from './boot-order.ts'
import { mediaDriveId } from './boot-order.ts'
import type { QemuOptions } from './options.ts'

type Hardware = Pick<QemuOptions, 'machine' | 'nics' | 'disks' | 'ipmi' | 'ipmiSocketPath'>

/** The first slot of bus 0 that QEMU gives to a device which names none. */
const firstSlot = { pc: 2, q35: 1 } as const

/** Cards that take no slot of PCI. */
const notPci = /^(usb-|ne2k_isa|virtio-net-device)/

const optical = {
  pc: { cd0: 'Pci(0x1,0x1)/Ata(Secondary,Master,0x0)', [mediaDriveId]: 'Pci(0x1,0x1)/Ata(Secondary,Slave,0x0)' },
  q35: { cd0: 'Pci(0x1F,0x2)/Sata(0x1,0xFFFF,0x0)', [mediaDriveId]: 'Pci(0x1F,0x2)/Sata(0x5,0xFFFF,0x0)' },
} as const

/**
 * What UEFI calls a device of ours (UEFI 2.10 §10.6, text of device paths). QEMU gives slots in the order of its command line (see
 * command-line.ts), so that they are known before it runs.
 */
export function uefiPath(hardware: Hardware, { id, kind }: Bootable): string | undefined {
  const end = kind === 'cdrom' ? opticalPath(hardware, id) : slotPath(hardware, id)
  return end && `PciRoot(0x0)/${end}`
}

function opticalPath({ machine }: Hardware, id: string): string | undefined {
  return Object.entries(optical[machine]).find(([name]) => name === id)?.[1]
}

function slotPath({ machine, nics, disks, ipmi, ipmiSocketPath }: Hardware, id: string): string | undefined {
  const cards = [
    ...(ipmiSocketPath !== undefined && ipmi.startsWith('pci-') ? [{ id: 'ipmi1', of: '' }] : []),
    ...nics.flatMap(({ model, mac }, i) =>
      notPci.test(model) ? [] : [{ id: `nic${i}`, of: `/MAC(${mac.replaceAll(':', '').toUpperCase()},0x1)` }],
    ),
    ...disks.map((_, i) => ({ id: `disk${i}`, of: '' })),
  ]
  const at = cards.findIndex((card) => card.id === id)
  const slot = firstSlot[machine] + at
  return at < 0 ? undefined : `Pci(0x${slot.toString(16).toUpperCase()},0x0)${cards[at].of}`
}

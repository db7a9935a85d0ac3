import type { BootWord, NetbootWord, NicConfig } from '../config.ts'
import type { EntryReader } from './entry-reader.ts'
import { type MachineEntry, TEST_GUEST } from './schema.ts'

/** OVMF as distributions build it drives no other card by itself (seen with 2022.11). */
const OVMF_NIC = 'virtio-net-pci'

const networkFirst: readonly BootWord[] = ['network', 'disk', 'cdrom']
const diskFirst: readonly BootWord[] = ['disk', 'network', 'cdrom']

/** Who boots from the network. The firmware itself can where it is UEFI; of a BIOS it is always the iPXE of the card. */
export function readNetboot(entry: MachineEntry, nics: readonly NicConfig[], reader: EntryReader): NetbootWord {
  const { netboot = 'ipxe', firmware } = entry
  if (netboot === 'ipxe') return netboot
  const path = ['machine', 'netboot']
  if (firmware !== 'uefi') {
    reader.wrong(path, `netboot: ${netboot} is what UEFI does by itself; write firmware: uefi too, or remove netboot`)
  }
  if (nics.some(({ model }) => model !== OVMF_NIC)) {
    reader.wrong(path, `netboot: ${netboot} works with NICs of model: ${OVMF_NIC} alone; write that at each NIC`)
  }
  return netboot
}

/** A disk that begins as an image has something to boot, unless the network is said to have it; all others are empty at first. */
export function readBootOrder(
  { bootOrder, image }: MachineEntry,
  { nics, boots }: { readonly nics: readonly NicConfig[]; readonly boots: boolean },
  reader: EntryReader,
): readonly BootWord[] {
  if (bootOrder !== undefined) {
    if (new Set(bootOrder).size < bootOrder.length) {
      reader.wrong(['machine', 'bootOrder'], 'each stands in the boot order once; remove the double')
    }
    return [...bootOrder, ...networkFirst.filter((word) => !bootOrder.includes(word))]
  }
  const hasSystem = image !== undefined && image !== TEST_GUEST
  return hasSystem && !boots && !nics.some((nic) => isBooted(nic, reader)) ? diskFirst : networkFirst
}

function isBooted({ plug }: NicConfig, { networks }: EntryReader): boolean {
  const network = 'network' in plug && plug.network !== undefined ? networks.get(plug.network) : undefined
  return network?.services?.boot !== undefined
}

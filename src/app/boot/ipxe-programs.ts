import { existsSync } from 'node:fs'

/** iPXE as a program that another firmware loads, where distributions put it: Debian and Ubuntu (package ipxe), Fedora, Arch. */
const places: Readonly<Record<'ipxe.efi' | 'undionly.kpxe', readonly string[]>> = {
  'ipxe.efi': [
    '/usr/lib/ipxe/ipxe.efi',
    '/usr/share/ipxe/ipxe-x86_64.efi',
    '/usr/share/ipxe/x86_64/ipxe.efi',
    '/usr/share/ipxe/ipxe.efi',
  ],
  'undionly.kpxe': ['/usr/lib/ipxe/undionly.kpxe', '/usr/share/ipxe/undionly.kpxe'],
}

/** For UEFI, and for the PXE of a BIOS. */
export type IpxeProgram = keyof typeof places

export function findIpxe(program: IpxeProgram): string | undefined {
  return places[program].find((path) => existsSync(path))
}

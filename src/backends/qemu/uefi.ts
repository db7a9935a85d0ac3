import { chmodSync, copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { errnoOf, SetupError } from '../../base/errors.ts'

/** The firmware itself, which all VMs share, and the file of one VM's variables. */
export interface UefiFiles {
  readonly code: string
  readonly vars: string
}

/** Where distributions put OVMF without Secure Boot, and the empty variables that go with it. */
const known: readonly UefiFiles[] = [
  { code: '/usr/share/OVMF/OVMF_CODE_4M.fd', vars: '/usr/share/OVMF/OVMF_VARS_4M.fd' },
  { code: '/usr/share/OVMF/OVMF_CODE.fd', vars: '/usr/share/OVMF/OVMF_VARS.fd' },
  { code: '/usr/share/edk2/ovmf/OVMF_CODE.fd', vars: '/usr/share/edk2/ovmf/OVMF_VARS.fd' },
  { code: '/usr/share/edk2/x64/OVMF_CODE.4m.fd', vars: '/usr/share/edk2/x64/OVMF_VARS.4m.fd' },
  { code: '/usr/share/qemu/ovmf-x86_64-code.bin', vars: '/usr/share/qemu/ovmf-x86_64-vars.bin' },
]

/** The same with Secure Boot on, and variables that have the keys of Microsoft in them, by which distributions sign. */
const knownSecure: readonly UefiFiles[] = [
  { code: '/usr/share/OVMF/OVMF_CODE_4M.secboot.fd', vars: '/usr/share/OVMF/OVMF_VARS_4M.ms.fd' },
  { code: '/usr/share/OVMF/OVMF_CODE.secboot.fd', vars: '/usr/share/OVMF/OVMF_VARS.ms.fd' },
  { code: '/usr/share/edk2/ovmf/OVMF_CODE.secboot.fd', vars: '/usr/share/edk2/ovmf/OVMF_VARS.secboot.fd' },
]

export const uefiPlaces = { plain: known, secure: knownSecure } as const

export function findUefi(places: readonly UefiFiles[] = known): UefiFiles | undefined {
  return places.find((place) => existsSync(place.code) && existsSync(place.vars))
}

/** Gives a VM its variables in `vars`; what it has there already stays, unless it is of another kind of firmware. */
export function prepareUefi(vars: string, places: readonly UefiFiles[] = known): UefiFiles {
  const found = findUefi(places)
  if (!found) {
    throw new SetupError(
      'firmware: uefi takes OVMF, which is not on this machine: install it (Debian, Ubuntu: apt-get install ovmf), or write firmware: bios',
    )
  }
  if (sizeOf(vars) !== sizeOf(found.vars)) {
    mkdirSync(dirname(vars), { recursive: true, mode: 0o700 })
    copyFileSync(found.vars, vars)
    chmodSync(vars, 0o600)
  }
  return { code: found.code, vars }
}

function sizeOf(file: string): number | undefined {
  try {
    return statSync(file).size
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}

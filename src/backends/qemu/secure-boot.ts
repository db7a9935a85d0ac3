import { existsSync, rmSync } from 'node:fs'
import { readIfThere, writeAtomic } from '../../base/atomic-file.ts'
import { BmcError } from '../../base/errors.ts'
import type { KeyReset, SecureBootKeys } from '../../machine/secure-boot.ts'
import { findUefi, prepareUefi, type UefiFiles, uefiPlaces } from './uefi.ts'
import { globalVendor, UefiVariables } from './uefi-variables.ts'

/** UEFI 2.10 §32.4.1: the vendor of the two databases. */
const databaseVendor = 'd719b2cb-3d3a-4596-a3bc-dad00e67656f'

const platformKey = { name: 'PK', vendor: globalVendor }
const keys = [
  platformKey,
  { name: 'KEK', vendor: globalVendor },
  { name: 'db', vendor: databaseVendor },
  { name: 'dbx', vendor: databaseVendor },
]

const resets: readonly KeyReset[] = ['defaults', 'none', 'no platform key']

/** The keys in the variables of a VM's OVMF. While a QEMU has the file open, what is to change waits in a file beside it. */
export class OvmfKeys implements SecureBootKeys {
  readonly #vars: string
  readonly #isInUse: () => boolean
  readonly #places: readonly UefiFiles[]

  constructor(vars: string, isInUse: () => boolean, places = uefiPlaces.secure) {
    this.#vars = vars
    this.#isInUse = isInUse
    this.#places = places
  }

  get mode(): 'user' | 'setup' {
    const file = existsSync(this.#vars) ? this.#vars : this.#found().vars
    return new UefiVariables(file).get(platformKey.name, platformKey.vendor) === undefined ? 'setup' : 'user'
  }

  get pending(): KeyReset | undefined {
    const kept = readIfThere(this.#later)?.trim()
    return resets.find((reset) => reset === kept)
  }

  reset(what: KeyReset): void {
    writeAtomic(this.#later, `${what}\n`)
    if (!this.#isInUse()) this.apply()
  }

  /** Before a QEMU opens the file. */
  apply(): void {
    const { pending } = this
    if (pending === undefined) return
    const { vars } = prepareUefi(this.#vars, this.#places)
    const variables = new UefiVariables(vars)
    const initial = pending === 'defaults' ? new UefiVariables(this.#found().vars) : undefined
    for (const { name, vendor } of pending === 'no platform key' ? [platformKey] : keys) {
      variables.delete(name, vendor)
      if (initial !== undefined) variables.copy(initial, name, vendor)
    }
    variables.save()
    rmSync(this.#later)
  }

  get #later(): string {
    return `${this.#vars}.keys`
  }

  #found(): UefiFiles {
    const found = findUefi(this.#places)
    if (found === undefined) throw new BmcError('not-supported', 'OVMF with Secure Boot is not on this machine')
    return found
  }
}

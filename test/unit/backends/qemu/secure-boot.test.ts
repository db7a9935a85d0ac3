import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { OvmfKeys } from '../../../../src/backends/qemu/secure-boot.ts'
import { uefiPlaces } from '../../../../src/backends/qemu/uefi.ts'
import { globalVendor, UefiVariables } from '../../../../src/backends/qemu/uefi-variables.ts'
import { tempFolder } from '../../../support/temp-folder.ts'
import { requireFile } from '../../../support/tools.ts'

const VARS = '/usr/share/OVMF/OVMF_VARS_4M.ms.fd'
const DATABASES = 'd719b2cb-3d3a-4596-a3bc-dad00e67656f'

describe.skipIf(!requireFile(VARS, 'ovmf'))('the keys of OVMF', () => {
  const all = [
    ['PK', globalVendor],
    ['KEK', globalVendor],
    ['db', DATABASES],
    ['dbx', DATABASES],
  ] as const
  const there = (file: string) => {
    const variables = new UefiVariables(file)
    return all.filter(([name, vendor]) => variables.get(name, vendor) !== undefined).map(([name]) => name)
  }

  it('are those of the firmware until they are deleted, and can be had again', () => {
    const vars = join(tempFolder(), 'vars.fd')
    const keys = new OvmfKeys(vars, () => false, uefiPlaces.secure)
    expect([keys.mode, existsSync(vars)]).toEqual(['user', false])
    keys.reset('no platform key')
    expect([keys.mode, there(vars)]).toEqual(['setup', ['KEK', 'db', 'dbx']])
    keys.reset('none')
    expect([keys.mode, there(vars)]).toEqual(['setup', []])
    keys.reset('defaults')
    expect([keys.mode, there(vars), keys.pending]).toEqual(['user', ['PK', 'KEK', 'db', 'dbx'], undefined])
    for (const [name, vendor] of all) {
      expect(new UefiVariables(vars).get(name, vendor)).toEqual(new UefiVariables(VARS).get(name, vendor))
    }
  })

  it('wait while a QEMU has them, also over an end of ours', () => {
    const vars = join(tempFolder(), 'vars.fd')
    copyFileSync(VARS, vars)
    new OvmfKeys(vars, () => true).reset('none')
    const later = new OvmfKeys(vars, () => true)
    expect([later.mode, later.pending]).toEqual(['user', 'none'])
    later.apply()
    expect([later.mode, later.pending]).toEqual(['setup', undefined])
  })
})

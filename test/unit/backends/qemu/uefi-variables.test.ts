import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bootFromUri } from '../../../../src/backends/qemu/http-boot.ts'
import { globalVendor, guidBytes, UefiVariables } from '../../../../src/backends/qemu/uefi-variables.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

/** As OVMF makes one: a volume header of 72 bytes, then a store of 1 KiB. */
function emptyFlash(size = 1024): string {
  const flash = Buffer.alloc(4096, 0xff)
  flash.fill(0, 0, 100)
  flash.write('_FVH', 40, 'latin1')
  flash.writeUInt16LE(72, 48)
  flash.set(guidBytes('aaf32c78-947b-439a-a180-2e144ec37792'), 72)
  flash.writeUInt32LE(size, 88)
  const path = join(tempFolder(), 'vars.fd')
  writeFileSync(path, flash)
  return path
}

const variable = (name: string, ...data: number[]) => ({
  ...{ name, vendor: globalVendor, attributes: 7 },
  data: Uint8Array.from(data),
})

test('what is set is there when the file is read again, and only its last value', () => {
  const path = emptyFlash()
  const store = new UefiVariables(path)
  store.set(variable('Boot0000', 1, 2, 3))
  store.set(variable('BootOrder', 0, 0))
  store.set(variable('Boot0000', 9))
  store.delete('BootOrder')
  store.save()
  const again = new UefiVariables(path)
  expect(again.get('Boot0000')).toEqual(Buffer.from([9]))
  expect(again.get('BootOrder')).toBeUndefined()
  expect(again.get('Boot0000', 'aaf32c78-947b-439a-a180-2e144ec37792')).toBeUndefined()
  expect(readFileSync(path)).toHaveLength(4096)
})

test('records that the firmware has deleted are not there', () => {
  const path = emptyFlash()
  const store = new UefiVariables(path)
  store.set(variable('Lang', 1))
  store.save()
  const flash = readFileSync(path)
  flash[72 + 28 + 2] = 0x3d
  writeFileSync(path, flash)
  expect(new UefiVariables(path).get('Lang')).toBeUndefined()
  flash[72 + 28 + 2] = 0x3e
  writeFileSync(path, flash)
  expect(new UefiVariables(path).get('Lang')).toEqual(Buffer.from([1]))
})

test('a file that is none of OVMF is refused, and one that is full stays as it is', () => {
  const other = join(tempFolder(), 'other')
  writeFileSync(other, 'nothing')
  expect(() => new UefiVariables(other)).toThrow(/no variables/)
  const path = emptyFlash(128)
  const before = readFileSync(path)
  const store = new UefiVariables(path)
  store.set(variable('Large', ...new Array(200).fill(0)))
  expect(() => store.save()).toThrow(/full/)
  expect(readFileSync(path)).toEqual(before)
})

test('a boot from a URI is a load option that BootNext names, and is taken back', () => {
  const path = emptyFlash()
  bootFromUri(path, 'http://h/a')
  const store = new UefiVariables(path)
  expect(store.get('BootNext')).toEqual(Buffer.from([0xc0, 0xb3]))
  const option = Buffer.from(store.get('BootB3C0') ?? [])
  // Active; 18 bytes of path: messaging, URI; the end.
  expect(option.subarray(0, 6)).toEqual(Buffer.from([1, 0, 0, 0, 18, 0]))
  expect(option.subarray(-18)).toEqual(
    Buffer.concat([Buffer.from([3, 0x18, 14, 0]), Buffer.from('http://h/a'), Buffer.from([0x7f, 0xff, 4, 0])]),
  )
  bootFromUri(path, undefined)
  const after = new UefiVariables(path)
  expect([after.get('BootNext'), after.get('BootB3C0')]).toEqual([undefined, undefined])
})

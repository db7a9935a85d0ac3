import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bootImage, imageHome } from '../../../src/app/images.ts'
import { SetupError } from '../../../src/base/errors.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const image = { name: 'test-guest', at: { file: 'lab.yaml', line: 14, column: 9, length: 10 } } as const

describe('an image', () => {
  it('is looked for where the program that builds it puts it', () => {
    expect(imageHome({ BMCSIM_IMAGE_DIR: '/i', XDG_CACHE_HOME: '/c', HOME: '/h' })).toBe('/i')
    expect(imageHome({ XDG_CACHE_HOME: '/c', HOME: '/h' })).toBe('/c/bmcsim/images')
    expect(imageHome({ HOME: '/h' })).toBe('/h/.cache/bmcsim/images')
  })

  it('names the command that builds it, and the place that wants it', () => {
    const ask = () => bootImage(image, { firmware: 'bios', append: undefined }, { BMCSIM_IMAGE_DIR: '/nonexistent' })
    expect(ask).toThrow(SetupError)
    expect(ask).toThrow(/Build it: \/.*test-guest\/build; see lab.yaml:14/)
  })

  it('is an unpacked kernel for the BIOS, and an EFI program for UEFI', () => {
    const home = tempFolder()
    mkdirSync(join(home, 'test-guest'))
    for (const file of ['vmlinux', 'vmlinuz', 'initrd']) writeFileSync(join(home, 'test-guest', file), '')
    const env = { BMCSIM_IMAGE_DIR: home }
    expect(bootImage(image, { firmware: 'bios', append: 'debug' }, env)).toEqual({
      kernel: join(home, 'test-guest/vmlinux'),
      initrd: join(home, 'test-guest/initrd'),
      append: 'console=ttyS0,115200 quiet debug',
    })
    const { kernel, append } = bootImage(image, { firmware: 'uefi', append: undefined }, env)
    expect(kernel).toBe(join(home, 'test-guest/vmlinuz'))
    expect(append).toBe('console=ttyS0,115200 quiet')
  })
})

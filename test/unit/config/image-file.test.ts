import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { diskBytes } from '../../../src/config/disk-size.ts'
import { lookIntoImage } from '../../../src/config/image-file.ts'
import { configFile, configFolder } from '../../support/config-files.ts'
import { qcow2Header } from '../../support/disk-images.ts'

describe('a disk image', () => {
  it('is qcow2 by its first bytes, whatever its name', () => {
    const path = configFile('cloud.img', qcow2Header(5_000_000_000))
    expect(lookIntoImage(path)).toEqual({ format: 'qcow2', sizeBytes: 5_000_000_000 })
    expect(lookIntoImage(configFile('whole.qcow2', qcow2Header(512)))).toEqual({ format: 'qcow2', sizeBytes: 512 })
  })

  it('is raw where it is nothing else, or where that is said', () => {
    expect(lookIntoImage(configFile('disk.img', 'x'.repeat(1024)))).toEqual({ format: 'raw', sizeBytes: 1024 })
    expect(lookIntoImage(configFile('disk.raw', qcow2Header(1)), 'raw')).toEqual({ format: 'raw', sizeBytes: 32 })
  })

  it('is not looked into where its name says another format', () => {
    expect(lookIntoImage(configFile('a.vmdk', 'KDMV'))).toEqual({ format: 'vmdk', sizeBytes: undefined })
    expect(lookIntoImage(configFile('a.vhd', 'x'))).toEqual({ format: 'vpc', sizeBytes: undefined })
    expect(lookIntoImage(configFile('a', 'x'), 'vdi')).toEqual({ format: 'vdi', sizeBytes: undefined })
  })

  it('must be one', () => {
    mkdirSync(join(configFolder, 'folder'))
    expect(lookIntoImage(join(configFolder, 'folder'))).toContain('is no file')
    expect(lookIntoImage(join(configFolder, 'gone'))).toContain('there is no such file')
    expect(lookIntoImage(configFile('empty.img', ''))).toContain('is empty')
    expect(lookIntoImage(configFile('page.qcow2', '<html>not found</html>'))).toContain('no qcow2 image')
    expect(lookIntoImage(configFile('short.qcow2', qcow2Header(1).subarray(0, 20)))).toContain('no qcow2 image')
    expect(lookIntoImage(configFile('x.img', 'raw bytes'), 'qcow2')).toContain('no qcow2 image')
  })

  it.each([
    ['disk.raw.xz', 'fd377a585a000004', 'xz -d'],
    ['disk.raw.gz', '1f8b0800', 'gzip -d'],
    ['disk.raw.zst', '28b52ffd', 'zstd -d'],
    ['disk.raw.bz2', '425a6839', 'bzip2 -d'],
  ])('%s is to be unpacked first', (name, bytes, program) => {
    expect(lookIntoImage(configFile(name, Buffer.from(bytes, 'hex')))).toContain(`unpack it first (${program})`)
  })
})

describe('the size of a disk', () => {
  it.each([
    ['512M', 512 * 2 ** 20],
    ['10G', 10 * 2 ** 30],
    ['10 GiB', 10 * 2 ** 30],
    ['1t', 2 ** 40],
    ['10', undefined],
    ['0G', undefined],
    ['1.5G', undefined],
    ['65T', undefined],
  ])('%s', (text, bytes) => {
    expect(diskBytes(text)).toBe(bytes)
  })
})

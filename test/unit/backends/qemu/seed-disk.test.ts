import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeSeedDisk } from '../../../../src/backends/qemu/seed-disk.ts'
import { tempFolder } from '../../../support/temp-folder.ts'
import { findTool, requireTool } from '../../../support/tools.ts'

const files = new Map([
  ['user-data', '#cloud-config\n'],
  ['meta-data', 'instance-id: a\n'],
])

describe.skipIf(!requireTool('xorrisofs', 'xorriso'))('a seed disk', () => {
  it('has the label and the files', async () => {
    const folder = tempFolder()
    const disk = await makeSeedDisk(folder, files)
    expect(disk).toBe(join(folder, 'seed.iso'))
    // ECMA-119 §8.4: the primary volume descriptor is sector 16, the volume identifier its bytes 41 to 72.
    const descriptor = readFileSync(disk).subarray(16 * 2048)
    expect(descriptor.subarray(1, 6).toString('latin1')).toBe('CD001')
    expect(descriptor.subarray(40, 72).toString('latin1').trimEnd()).toBe('cidata')
    const out = join(folder, 'out')
    execFileSync('xorriso', ['-osirrox', 'on', '-indev', disk, '-extract', '/', out], { stdio: 'ignore' })
    expect(readdirSync(out).sort()).toEqual(['meta-data', 'user-data'])
    expect(readFileSync(join(out, 'user-data'), 'utf8')).toBe('#cloud-config\n')
    expect(statSync(disk).mode & 0o777).toBe(0o600)
  })

  it('is made again only where a file is another, came or went', async () => {
    const folder = tempFolder()
    const disk = await makeSeedDisk(folder, files)
    const kept = async (...more: [string, string][]) => {
      appendFileSync(disk, 'mark')
      await makeSeedDisk(folder, new Map([...files, ...more]))
      return readFileSync(disk).subarray(-4).toString('latin1') === 'mark'
    }
    expect(await kept()).toBe(true)
    expect(await kept(['meta-data', 'instance-id: b\n'])).toBe(false)
    expect(await kept(['network-config', 'version: 2\n'])).toBe(false)
    expect(await kept(['network-config', 'version: 2\n'])).toBe(true)
    expect(await kept()).toBe(false)
    expect(existsSync(join(folder, 'seed', 'network-config'))).toBe(false)
  })

  describe('by a program that ends by a segmentation fault', () => {
    const real = findTool('xorrisofs')
    /** As xorriso tells of it: it has a handler of its own, and ends with a status. */
    const crash = "echo 'UNIX-SIGNAL:  SIGSEGV  errno= 0' >&2; exit 5"
    const withProgram = async (folder: string, lines: string) => {
      writeFileSync(join(folder, 'xorrisofs'), `#!/bin/sh\n${lines}\n`, { mode: 0o755 })
      const { PATH } = process.env
      process.env.PATH = `${folder}:${PATH}`
      try {
        return await makeSeedDisk(folder, files)
      } finally {
        process.env.PATH = PATH
      }
    }

    it.each([crash, 'kill -SEGV $$'])('is made all the same: %s', async (how) => {
      const folder = tempFolder()
      const once = join(folder, 'once')
      const disk = await withProgram(folder, `[ -e ${once} ] || { touch ${once}; ${how}; }\nexec ${real} "$@"`)
      expect(existsSync(once)).toBe(true)
      expect(existsSync(disk)).toBe(true)
    })

    it('is an error with its words when that goes on', async () => {
      await expect(withProgram(tempFolder(), crash)).rejects.toThrow(/was not made: .*SIGSEGV/)
    })
  })

  it('is asked for once where the program says why not', async () => {
    const folder = tempFolder()
    const runs = join(folder, 'runs')
    writeFileSync(join(folder, 'xorrisofs'), `#!/bin/sh\necho x >> ${runs}\necho no room >&2\nexit 1\n`, {
      mode: 0o755,
    })
    const { PATH } = process.env
    process.env.PATH = `${folder}:${PATH}`
    const asked = makeSeedDisk(folder, files)
    process.env.PATH = PATH
    await expect(asked).rejects.toThrow(/was not made: .*no room/)
    expect(readFileSync(runs, 'utf8')).toBe('x\n')
  })

  it('names the package of the tool that makes it', async () => {
    const folder = tempFolder()
    const { PATH } = process.env
    process.env.PATH = folder
    const asked = makeSeedDisk(folder, files)
    process.env.PATH = PATH
    await expect(asked).rejects.toThrow(/apt-get install xorriso/)
    expect(existsSync(join(folder, 'seed'))).toBe(false)
  })
})

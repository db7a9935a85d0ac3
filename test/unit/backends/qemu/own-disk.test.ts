import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { prepareDisk } from '../../../../src/backends/qemu/own-disk.ts'
import { SetupError } from '../../../../src/base/errors.ts'
import { tempFolder } from '../../../support/temp-folder.ts'
import { requireTool } from '../../../support/tools.ts'

const MIB = 2 ** 20

describe.skipIf(!requireTool('qemu-img', 'qemu-utils'))('a disk of a node’s own', () => {
  let folder: string
  let path: string
  let base: { file: string; format: string }
  const info = () => JSON.parse(execFileSync('qemu-img', ['info', '--output=json', path], { encoding: 'utf8' }))
  /** By QEMU's own tool, as a guest would. */
  const write = () => execFileSync('qemu-io', ['-f', 'qcow2', '-c', 'write -q -P 0x55 0 512', path])
  const hash = () => createHash('sha256').update(readFileSync(base.file)).digest('hex')

  beforeEach(() => {
    folder = tempFolder()
    path = join(folder, 'node', 'disk.qcow2')
    base = { file: join(folder, 'base.raw'), format: 'raw' }
    writeFileSync(base.file, 'what the image holds'.padEnd(MIB, '.'))
  })

  it('is made over its base, which stays as it is', async () => {
    const before = hash()
    expect(await prepareDisk({ path, base, sizeBytes: undefined })).toBe(path)
    expect(info()).toMatchObject({
      format: 'qcow2',
      'virtual-size': MIB,
      'backing-filename': base.file,
      'backing-filename-format': 'raw',
    })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(hash()).toBe(before)
  })

  it('is made as large as is said, or empty', async () => {
    await prepareDisk({ path, base, sizeBytes: 8 * MIB })
    expect(info()['virtual-size']).toBe(8 * MIB)
    path = join(folder, 'empty', 'disk.qcow2')
    await prepareDisk({ path, base: undefined, sizeBytes: 4 * MIB })
    expect(info()).toMatchObject({ 'virtual-size': 4 * MIB })
    expect(info()['backing-filename']).toBeUndefined()
  })

  it('is kept when it is there, and grows', async () => {
    await prepareDisk({ path, base, sizeBytes: undefined })
    const made = readFileSync(path)
    await prepareDisk({ path, base, sizeBytes: undefined })
    expect(readFileSync(path).equals(made)).toBe(true)
    await prepareDisk({ path, base, sizeBytes: 2 * MIB })
    expect(info()['virtual-size']).toBe(2 * MIB)
    await prepareDisk({ path, base, sizeBytes: undefined })
    expect(info()['virtual-size']).toBe(2 * MIB)
    await expect(prepareDisk({ path, base, sizeBytes: MIB })).rejects.toThrow(/cannot shrink/)
  })

  it('is not used over another base than it was made of', async () => {
    await prepareDisk({ path, base, sizeBytes: undefined })
    const other = { file: join(folder, 'other.raw'), format: 'raw' }
    writeFileSync(other.file, 'x'.repeat(MIB))
    const asked = prepareDisk({ path, base: other, sizeBytes: undefined })
    await expect(asked).rejects.toThrow(SetupError)
    await expect(asked).rejects.toThrow(`was made of ${base.file}, not of ${other.file}. Remove ${path} to begin anew`)
    await expect(prepareDisk({ path, base: undefined, sizeBytes: MIB })).rejects.toThrow('and is to begin empty')
    expect(existsSync(path)).toBe(true)
  })

  it('follows an image that was moved by the command that the error names', async () => {
    await prepareDisk({ path, base, sizeBytes: undefined })
    const moved = { ...base, file: join(folder, 'moved.raw') }
    renameSync(base.file, moved.file)
    const message = await prepareDisk({ path, base: moved, sizeBytes: undefined }).catch(
      (error: Error) => error.message,
    )
    const command = String(message).slice(String(message).indexOf('qemu-img rebase'))
    execFileSync('sh', ['-c', command])
    await prepareDisk({ path, base: moved, sizeBytes: undefined })
    expect(info()['backing-filename']).toBe(moved.file)
  })

  it('is not used over a base that has changed', async () => {
    await prepareDisk({ path, base, sizeBytes: undefined })
    const { atime, mtime } = statSync(base.file)
    utimesSync(base.file, atime, new Date(mtime.getTime() + 5000))
    const asked = () => prepareDisk({ path, base, sizeBytes: undefined })
    await expect(asked()).rejects.toThrow('size or time have changed')
    rmSync(`${path}.base`)
    await asked()
    await asked()
    rmSync(path)
    utimesSync(base.file, atime, mtime)
    await asked()
  })

  it('is never half made', async () => {
    const gone = { file: join(folder, 'gone.raw'), format: 'raw' }
    await expect(prepareDisk({ path, base: gone, sizeBytes: undefined })).rejects.toThrow(
      /qemu-img create failed: .*gone.raw/,
    )
    expect(existsSync(path)).toBe(false)
    writeFileSync(`${path}.tmp`, 'of a start that was killed')
    await prepareDisk({ path, base, sizeBytes: undefined })
    expect(info()['virtual-size']).toBe(MIB)
    expect(existsSync(`${path}.tmp`)).toBe(false)
  })

  it('keeps what was written to it', async () => {
    await prepareDisk({ path, base, sizeBytes: undefined })
    const before = hash()
    write()
    await prepareDisk({ path, base, sizeBytes: 2 * MIB })
    const raw = join(folder, 'out.raw')
    execFileSync('qemu-img', ['convert', '-O', 'raw', path, raw])
    expect(readFileSync(raw, 'latin1').slice(510, 514)).toBe('UU..')
    expect(hash()).toBe(before)
  })

  it('names the package of the tool that makes it', async () => {
    const { PATH } = process.env
    process.env.PATH = folder
    const asked = prepareDisk({ path, base, sizeBytes: undefined })
    process.env.PATH = PATH
    await expect(asked).rejects.toThrow(/apt-get install qemu-utils/)
  })
})

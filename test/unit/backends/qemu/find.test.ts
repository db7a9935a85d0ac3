import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { findQemu, missing, packageOf } from '../../../../src/backends/qemu/find.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

afterEach(() => vi.unstubAllEnvs())

describe('finding QEMU', () => {
  it('looks through PATH for a file that may be run', () => {
    const [first, second] = [tempFolder(), tempFolder()]
    writeFileSync(join(first, 'qemu-system-x86_64'), '', { mode: 0o644 })
    writeFileSync(join(second, 'qemu-system-x86_64'), '')
    chmodSync(join(second, 'qemu-system-x86_64'), 0o755)
    vi.stubEnv('PATH', `${first}:${second}`)
    expect(findQemu('qemu-system-x86_64')).toBe(join(second, 'qemu-system-x86_64'))
  })

  it('takes a path as it is', () => {
    expect(findQemu('/bin/sh')).toBe('/bin/sh')
    expect(findQemu('/nonexistent/qemu')).toBeUndefined()
    expect(findQemu('/tmp/')).toBeUndefined()
  })

  it('names the Debian package', () => {
    expect(packageOf('qemu-system-x86_64')).toBe('qemu-system-x86')
    expect(packageOf('/opt/bin/qemu-system-aarch64')).toBe('qemu-system-arm')
    expect(missing('qemu-system-x86_64')).toContain('apt-get install qemu-system-x86')
  })
})

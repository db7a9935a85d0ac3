import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { prepareUefi } from '../../../../src/backends/qemu/uefi.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

function place(size: number) {
  const folder = tempFolder()
  const files = { code: join(folder, 'code.fd'), vars: join(folder, 'vars.fd') }
  writeFileSync(files.code, 'code')
  writeFileSync(files.vars, Buffer.alloc(size), { mode: 0o444 })
  return files
}

describe('UEFI variables', () => {
  it('are a copy of the empty ones, for their owner alone, and stay', () => {
    const vars = join(tempFolder(), 'cn01', 'uefi-vars.fd')
    const ovmf = place(64)
    expect(prepareUefi(vars, [{ code: '/nonexistent', vars: '/nonexistent' }, ovmf])).toEqual({ code: ovmf.code, vars })
    expect(statSync(vars).mode & 0o777).toBe(0o600)
    writeFileSync(vars, Buffer.alloc(64, 1))
    prepareUefi(vars, [ovmf])
    expect(readFileSync(vars)[0]).toBe(1)
  })

  it('are made again for a firmware of another size', () => {
    const vars = join(tempFolder(), 'uefi-vars.fd')
    writeFileSync(vars, Buffer.alloc(64, 1))
    prepareUefi(vars, [place(128)])
    expect(readFileSync(vars)).toEqual(Buffer.alloc(128))
  })

  it('say what to install where there is no such firmware', () => {
    expect(() => prepareUefi('/nonexistent/vars', [])).toThrow(/apt-get install ovmf/)
  })
})

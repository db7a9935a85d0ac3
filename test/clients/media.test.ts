import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type Lab, upLab } from '../support/bmcsim.ts'
import { efiProgram } from '../support/efi-program.ts'
import { efiVolume } from '../support/efi-volume.ts'
import { ipmitoolOk } from '../support/ipmitool.ts'
import { run } from '../support/process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { readable } from '../support/terminal.ts'
import { requireFile, requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const present = [
  requireTool('qemu-system-x86_64', 'qemu-system-x86'),
  requireFile('/usr/share/OVMF/OVMF_CODE_4M.fd', 'ovmf'),
  requireTool('xorrisofs', 'xorriso'),
  requireTool('ipmitool', 'ipmitool'),
]

/** An ISO 9660 image whose only El Torito entry is for UEFI. */
async function efiCd(folder: string, words: string): Promise<Buffer> {
  const tree = join(folder, 'tree')
  mkdirSync(tree)
  writeFileSync(join(tree, 'efi.img'), efiVolume(efiProgram(words)))
  const iso = join(folder, 'cd.iso')
  const made = await run('xorrisofs', ['-quiet', '-o', iso, '-e', 'efi.img', '-no-emul-boot', tree])
  expect(made.code, made.stderr).toBe(0)
  return readFileSync(iso)
}

describe.skipIf(present.includes(false))('virtual media', () => {
  let lab: Lab | undefined
  const closing: (() => unknown)[] = []
  afterEach(async () => {
    await lab?.process.stop('SIGINT')
    for (const close of closing.splice(0)) close()
  })

  it('an image by URL is booted once by a UEFI machine, and the next boot is from its disk', async () => {
    const folder = tempFolder()
    const cd = await efiCd(folder, 'booted from the CD')
    writeFileSync(join(folder, 'disk.img'), efiVolume(efiProgram('booted from the disk')))
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`)
      response.end(cd)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closing.push(() => server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/images/cd.iso`
    const host = await unusedAddress()
    lab = await upLab(
      `nodes:
  cn1:
    users: [{ name: admin, password: password }]
    bmc: { address: ${host} }
    machine: { kind: qemu, accel: tcg, machine: q35, firmware: uefi, memory: 128M, disks: [disk.img], nics: [], start: now }
`,
      { env: { BMCSIM_RUN_DIR: join(tempFolder(), 'run') } },
      folder,
    )
    const node = { host, user: 'admin', password: 'password' }
    const { state, bmcsim } = lab
    const consoleText = () => {
      const file = join(state, 'cn1', 'console.log')
      return existsSync(file) ? readable(readFileSync(file, 'latin1')) : ''
    }
    let from = 0
    /** Since the last start: which of the two said it. */
    const boots = async (what: 'disk' | 'CD') => {
      const words = `booted from the ${what}`
      const now = () => consoleText().slice(from)
      await until(words, () => now().includes(words), 60_000, now)
      expect(now().match(/booted from the \w+/g)).toEqual([words])
    }
    const reset = async () => {
      from = consoleText().length
      expect((await bmcsim('power', 'cn1', 'reset')).code).toBe(0)
    }

    await boots('disk')
    const inserted = await bmcsim('media', 'cn1', 'insert', url)
    expect(inserted.stdout, inserted.stderr).toMatch(/cn1 +Cd +inserted +http:/)
    expect(asked).toEqual(['GET /images/cd.iso'])
    await ipmitoolOk(node, 'chassis', 'bootdev', 'cdrom', 'options=efiboot')
    await reset()
    await boots('CD')
    await reset()
    await boots('disk')

    const twice = await bmcsim('media', 'cn1', 'insert', url)
    expect([twice.code, twice.stderr]).toEqual([1, expect.stringContaining('eject it first')])
    expect((await bmcsim('media', 'cn1', 'eject')).stdout).toMatch(/cn1 +Cd +empty/)
    expect(existsSync(join(state, 'cn1', 'media', 'Cd.img'))).toBe(false)
    await ipmitoolOk(node, 'chassis', 'bootdev', 'cdrom', 'options=efiboot')
    await reset()
    await boots('disk')
  })
})

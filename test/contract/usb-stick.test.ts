import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createQemuMachine } from '../../src/backends/qemu/machine.ts'
import type { QemuOptions } from '../../src/backends/qemu/options.ts'
import { systemClock } from '../../src/base/clock.ts'
import { MemoryLedger } from '../../src/base/ledger.ts'
import { silentLogger } from '../../src/base/logger.ts'
import type { Machine } from '../../src/machine/machine.ts'
import { writeBootSector } from '../support/boot-sector.ts'
import { efiProgram } from '../support/efi-program.ts'
import { efiVolume } from '../support/efi-volume.ts'
import { qemuProcesses } from '../support/qemu.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { requireFile, requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { Screen } from './machine.contract.ts'

const installed =
  requireTool('qemu-system-x86_64', 'qemu-system-x86') && requireFile('/usr/share/OVMF/OVMF_CODE_4M.fd', 'ovmf')

const patience = 120_000

describe.skipIf(!installed)('a USB stick of the BMC', () => {
  let machine: Machine | undefined
  afterEach(() => machine?.close())

  const machineOf = (runDir: string, disk: string, kind: Pick<QemuOptions, 'machine' | 'firmware'>) =>
    createQemuMachine({
      ...{ name: 'cn01', runDir, logDir: join(runDir, 'kept'), cwd: runDir, program: 'qemu-system-x86_64' },
      ...{ ...kind, accelerator: 'tcg', memoryMiB: 128, cpus: 1, disks: [disk], nics: [] },
      ...{ cdrom: undefined, usbDrive: true, kernel: undefined, initrd: undefined, append: undefined },
      ...{ extraArguments: [], uuid: undefined, ipmiSocketPath: undefined, ipmi: 'kcs' },
      ...{ poweroffWaitS: 5, killWaitS: 5, ledger: new MemoryLedger(), clock: systemClock, log: silentLogger },
    })

  const boots = (screen: Screen, what: string) =>
    until(
      `the ${what} to be booted`,
      () => screen.text.includes(`booted from the ${what}`),
      patience,
      () => screen.text,
    )

  it('is booted first where it is wanted, for once, and behind the disk otherwise; can be written to where it may be, and goes', {
    timeout: 3 * patience,
  }, async () => {
    const runDir = tempFolder()
    const disk = join(runDir, 'disk.img')
    writeFileSync(disk, efiVolume(efiProgram('booted from the disk')))
    machine = await machineOf(runDir, disk, { machine: 'q35', firmware: 'uefi' })
    const screen = new Screen(machine)
    const file = join(runDir, 'stick.img')
    writeFileSync(file, efiVolume(efiProgram('booted from the stick')))
    expect(machine.mediaDrives?.map(({ id, writable }) => [id, writable])).toEqual([
      ['Cd', false],
      ['Usb', true],
    ])
    await machine.setMedium?.('Usb', { file, writeProtected: true })
    await machine.powerOn({ boot: { device: 'usb', efi: true, persistent: false } })
    await boots(screen, 'stick')
    expect(screen.text).not.toContain('booted from the disk')
    await machine.reset({})
    await boots(screen, 'disk')
    const [pid] = qemuProcesses(runDir)
    expect(opened(pid, file)).toEqual(['read'])
    await machine.setMedium?.('Usb', undefined)
    expect(opened(pid, file)).toEqual([])
    await machine.setMedium?.('Usb', { file, writeProtected: false })
    expect(opened(pid, file)).toEqual(['write'])
    await machine.setMedium?.('Usb', undefined)
    await expect(machine.setMedium?.('Floppy', undefined)).rejects.toMatchObject({ reason: 'not-found' })
  })

  it('is booted by SeaBIOS too, though it was plugged in while the VM ran', { timeout: 3 * patience }, async () => {
    const runDir = tempFolder()
    const [disk, file] = [join(runDir, 'disk.img'), join(runDir, 'stick.img')]
    writeBootSector(disk, 'booted from the disk')
    writeBootSector(file, 'booted from the stick')
    machine = await machineOf(runDir, disk, { machine: 'pc', firmware: 'bios' })
    const screen = new Screen(machine)
    await machine.powerOn({})
    await boots(screen, 'disk')
    await machine.setMedium?.('Usb', { file, writeProtected: true })
    screen.clear()
    await machine.reset({ boot: { device: 'usb', efi: false, persistent: false } })
    await boots(screen, 'stick')
    expect(screen.text).not.toContain('booted from the disk')
    screen.clear()
    await machine.reset({})
    await boots(screen, 'disk')
  })
})

/** How a process has a file open. */
function opened(pid: number, file: string): readonly string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      if (readlinkSync(`/proc/${pid}/fd/${fd}`) !== file) return []
      const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1] ?? '0'
      return [(Number.parseInt(flags, 8) & 3) === 2 ? 'write' : 'read']
    } catch {
      return [] // it was closed while we looked
    }
  })
}

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { chooseAccelerator } from '../../src/backends/qemu/accelerator.ts'
import { createQemuMachine } from '../../src/backends/qemu/machine.ts'
import type { QemuOptions } from '../../src/backends/qemu/options.ts'
import { systemClock } from '../../src/base/clock.ts'
import { BmcError, SetupError } from '../../src/base/errors.ts'
import { MemoryLedger } from '../../src/base/ledger.ts'
import { type Logger, silentLogger } from '../../src/base/logger.ts'
import type { BootDevice, Machine } from '../../src/machine/machine.ts'
import { writeBootableCd, writeBootSector } from '../support/boot-sector.ts'
import { writeMultibootKernel } from '../support/multiboot-kernel.ts'
import { qemuProcesses } from '../support/qemu.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { requireFile, requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { machineContract, Screen } from './machine.contract.ts'

const program = 'qemu-system-x86_64'
const installed = requireTool(program, 'qemu-system-x86')

function optionsIn(runDir: string, more: Partial<QemuOptions> = {}): QemuOptions {
  const disk = join(runDir, 'disk.img')
  writeBootSector(disk)
  return {
    ...{
      name: 'cn01',
      runDir,
      logDir: join(runDir, 'kept'),
      cwd: runDir,
      program,
      machine: 'pc',
      firmware: 'bios',
      accelerator: 'tcg',
      memoryMiB: 32,
      cpus: 1,
    },
    ...{ disks: [disk], cdrom: undefined, nics: [], kernel: undefined, initrd: undefined, append: undefined },
    ...{ extraArguments: [], uuid: undefined, ipmiSocketPath: undefined, ipmi: 'kcs' },
    ...{ poweroffWaitS: 5, killWaitS: 5, ledger: new MemoryLedger(), clock: systemClock, log: silentLogger },
    ...more,
  }
}

function traces(runDir: string): readonly unknown[] {
  const files = existsSync(runDir) ? readdirSync(runDir) : []
  return [...qemuProcesses(runDir), ...files.filter((file) => /\.(sock|pid)$/.test(file))]
}

if (installed) {
  machineContract('QEMU', async () => {
    const runDir = tempFolder()
    const machine = await createQemuMachine(optionsIn(runDir))
    const screen = new Screen(machine)
    return {
      machine,
      firstWords: /SeaBIOS \(version/,
      guestOff: async () => {
        await until('the guest', () => screen.text.includes('guest!'))
        machine.console?.write(Buffer.from('q'))
      },
      traces: () => traces(runDir),
    }
  })
}

describe.skipIf(!installed)('a QEMU machine', () => {
  const machines: Machine[] = []
  afterEach(async () => {
    await Promise.all(machines.splice(0).map((machine) => machine.close()))
  })

  async function make(more: Partial<QemuOptions> = {}, runDir = tempFolder()) {
    const machine = await createQemuMachine(optionsIn(runDir, more))
    machines.push(machine)
    const screen = new Screen(machine)
    const changes: string[] = []
    machine.onPower((power, cause) => changes.push(`${power} ${cause}`))
    const shows = (words: string | RegExp) =>
      until(
        String(words),
        () => (typeof words === 'string' ? screen.text.includes(words) : words.test(screen.text)),
        60_000,
        () => screen.text,
      )
    const pid = () => {
      const [first] = qemuProcesses(runDir)
      if (first === undefined) throw new Error('no QEMU')
      return first
    }
    return { machine, screen, changes, shows, runDir, pid }
  }

  const nics = [{ model: 'e1000', mac: '52:54:00:00:00:01', netdev: 'hubport,hubid=0' }]
  /** A log that tells when a choice for one start is over. */
  function watched() {
    const lines: string[] = []
    const log: Logger = { ...silentLogger, debug: (_, text) => lines.push(text) }
    return { log, setBack: () => until('order set back', () => lines.includes('boot order set back')) }
  }

  const once = (device: BootDevice) => ({ boot: { device, efi: false, persistent: false } })

  it('does not lose the first byte of POST', async () => {
    const { machine, shows, screen } = await make()
    await machine.powerOn({})
    await shows('guest!')
    expect(screen.text.trimStart()).toMatch(/^SeaBIOS/)
  })

  it('boots a chosen device once: a restart of the guest goes back to its own order', async () => {
    const { log, setBack } = watched()
    const { machine, shows, screen } = await make({ nics, log })
    await machine.powerOn(once('disk'))
    await shows('guest!')
    await setBack()
    screen.clear()
    machine.console?.write(Buffer.from('r'))
    await shows('iPXE initialising devices')
    expect(screen.text).not.toContain('guest!')
  })

  it('goes on with a QEMU that another machine let go of, and what was to come back in it does', async () => {
    const { machine, changes, runDir, pid } = await make({ nics })
    await machine.powerOn(once('disk'))
    const before = pid()
    await machine.detach?.()
    expect(changes).toEqual(['on request'])
    expect(qemuProcesses(runDir)).toEqual([before])

    const { log, setBack } = watched()
    const next = await make({ nics, log }, runDir)
    expect([next.machine.adopted, next.machine.power, next.machine.notes]).toEqual([true, 'on', []])
    await next.machine.powerOn(once('disk'))
    expect(qemuProcesses(runDir)).toEqual([before])
    // The guest may have said its words while nobody listened.
    await setBack()
    expect(next.machine.vitals?.()?.cpuMs?.total).toBeGreaterThan(0)
    await until('the guest', () => {
      next.machine.console?.write(Buffer.from('r'))
      return next.screen.text.includes('iPXE initialising devices')
    })
    await next.machine.powerOff()
    await until('off', () => next.machine.power === 'off')
    expect(next.changes).toEqual(['off request'])
    await next.machine.powerOn(once('disk'))
    await next.shows('guest!')
    expect([next.machine.adopted, next.pid() === before]).toEqual([false, false])
    await next.machine.close()
    expect(traces(runDir)).toEqual([])
  })

  it('does not go on with one that is not what is wanted now: it is ended, and a note says so', async () => {
    const { machine, runDir, pid } = await make()
    await machine.powerOn({})
    const before = pid()
    await machine.detach?.()
    const next = await make({ memoryMiB: 48 }, runDir)
    expect([next.machine.adopted, next.machine.power]).toEqual([false, 'off'])
    const why = 'its configuration has changed'
    expect(next.machine.notes).toEqual([`cn01: its VM of an earlier run (pid ${before}) was ended: ${why}`])
    expect(traces(runDir)).toEqual([])
  })

  it('sees the end of one that it has adopted, by its guest and by a kill', async () => {
    const { machine, runDir, shows } = await make()
    await machine.powerOn({})
    await shows('guest!')
    await machine.detach?.()
    const next = await make({}, runDir)
    await until('the console', () => next.machine.console?.up)
    next.machine.console?.write(Buffer.from('q'))
    await until('off', () => next.changes.length > 0)
    expect(next.changes).toEqual(['off guest'])
    await next.machine.powerOn({})
    await next.machine.detach?.()
    const last = await make({}, runDir)
    process.kill(last.pid(), 'SIGKILL')
    await until('off', () => last.changes.length > 0)
    expect(last.changes).toEqual(['off died'])
    await until('no trace', () => traces(runDir).length === 0)
  })

  it('changes the boot device at a reset without a new process', async () => {
    const { machine, shows, screen, pid } = await make({ nics })
    await machine.powerOn({})
    await shows('iPXE initialising devices')
    const before = pid()
    screen.clear()
    await machine.reset(once('disk'))
    await shows('guest!')
    expect(screen.text).not.toContain('iPXE initialising devices')
    screen.clear()
    await machine.reset({})
    await shows('iPXE initialising devices')
    expect(pid()).toBe(before)
  })

  it('boots from its CD once or until it is changed, at power on and at a reset', async () => {
    const runDir = tempFolder()
    const cdrom = join(runDir, 'cd.iso')
    writeBootableCd(cdrom, 'CD!')
    const { log, setBack } = watched()
    const { machine, shows, screen } = await make({ nics, cdrom, log }, runDir)
    const restart = () => {
      screen.clear()
      machine.console?.write(Buffer.from('r'))
    }
    await machine.powerOn({ boot: { device: 'cdrom', efi: false, persistent: true } })
    await shows('CD!')
    restart()
    await shows('CD!')
    expect(screen.text).not.toContain('iPXE initialising devices')
    screen.clear()
    await machine.reset({ boot: { device: 'disk', efi: false, persistent: true } })
    await shows('guest!')
    restart()
    await shows('guest!')
    screen.clear()
    await machine.reset(once('cdrom'))
    await shows('CD!')
    await setBack()
    restart()
    await shows('iPXE initialising devices')
    expect(screen.text).not.toContain('CD!')
  })

  it('boots what was put into its drive, over resets and off and on, and not what was taken out', async () => {
    const runDir = tempFolder()
    const [first, second] = ['one', 'two'].map((words) => {
      const file = join(runDir, `${words}.iso`)
      writeBootableCd(file, `CD ${words}!`)
      return { file, writeProtected: true }
    })
    const { machine, shows, screen } = await make({}, runDir)
    const reset = async (words: string) => {
      screen.clear()
      await machine.reset(once('cdrom'))
      await shows(words)
    }
    await machine.powerOn(once('cdrom'))
    await shows('guest!')
    await machine.setMedium?.('Cd', first)
    await reset('CD one!')
    await reset('CD one!')
    screen.clear()
    await machine.reset({})
    await shows('guest!')
    await machine.powerOff()
    await until('off', () => machine.power === 'off')
    screen.clear()
    await machine.powerOn(once('cdrom'))
    await shows('CD one!')
    await machine.setMedium?.('Cd', second)
    await reset('CD two!')
    await machine.setMedium?.('Cd', undefined)
    await reset('guest!')
    await expect(machine.setMedium?.('Cd', { file: join(runDir, 'no'), writeProtected: true })).rejects.toMatchObject({
      reason: 'invalid-field',
    })
    await expect(machine.setMedium?.('Usb', undefined)).rejects.toMatchObject({ reason: 'not-found' })
  })

  it('a QEMU that is adopted keeps what is in its drive', async () => {
    const runDir = tempFolder()
    const file = join(runDir, 'cd.iso')
    writeBootableCd(file, 'CD!')
    const { machine, shows } = await make({}, runDir)
    await machine.setMedium?.('Cd', { file, writeProtected: true })
    await machine.powerOn(once('cdrom'))
    await shows('CD!')
    await machine.detach?.()
    const next = await make({}, runDir)
    expect(next.machine.adopted).toBe(true)
    await next.machine.setMedium?.('Cd', { file, writeProtected: true })
    await next.machine.reset(once('cdrom'))
    await next.shows('CD!')
  })

  it('opens the boot menu for setup, also at a reset, and stays on all the while', async () => {
    const { machine, shows, screen, changes } = await make({ nics })
    await machine.powerOn({})
    await shows('SeaBIOS (version')
    await machine.reset(once('bios-setup'))
    await shows('Select boot device')
    screen.clear()
    await machine.reset(once('disk'))
    await shows('guest!')
    expect(screen.text).not.toContain('boot menu')
    expect(changes).toEqual(['on request'])
  })

  it('boots from the network once, and its kernel at every reset after that', async () => {
    const runDir = tempFolder()
    const kernel = join(runDir, 'kernel')
    writeMultibootKernel(kernel)
    const { log, setBack } = watched()
    const { machine, shows, screen, changes } = await make({ nics, kernel, log }, runDir)
    await machine.powerOn({})
    await shows('kernel!')
    screen.clear()
    await machine.reset(once('pxe'))
    await shows('iPXE initialising devices')
    await setBack()
    expect(screen.text).not.toContain('kernel!')
    for (const _ of ['exchanged', 'reset']) {
      screen.clear()
      await machine.reset({})
      await shows('kernel!')
    }
    expect(changes).toEqual(['on request'])
  })

  it('shows the boot menu once, though it was asked for at power on', async () => {
    const { log, setBack } = watched()
    const { machine, shows, screen, pid } = await make({ nics, log })
    await machine.powerOn({})
    await machine.powerOff()
    await until('off', () => machine.power === 'off')
    await machine.powerOn(once('bios-setup'))
    await shows('Select boot device')
    await setBack()
    const before = pid()
    screen.clear()
    await machine.reset({})
    await shows('iPXE initialising devices')
    expect(screen.text).not.toContain('boot menu')
    expect(pid()).not.toBe(before)
  })

  it('sees its death', async () => {
    const { machine, changes, pid, runDir } = await make()
    await machine.powerOn({})
    process.kill(pid(), 'SIGKILL')
    await until('off', () => machine.power === 'off')
    expect(changes).toEqual(['on request', 'off died'])
    await machine.powerOn({})
    expect(machine.power).toBe('on')
    await machine.close()
    expect(traces(runDir)).toEqual([])
  })

  it('has its NICs plugged in before the guest runs, and does not start where that fails', async () => {
    let plug = () => Promise.reject<void>(new BmcError('wrong-state', 'br0 is down'))
    const { machine, screen, shows, runDir } = await make({ plugNics: () => plug() })
    await expect(machine.powerOn({})).rejects.toThrow(/^QEMU did not start: br0 is down\. /)
    expect(machine.power).toBe('off')
    expect(traces(runDir)).toEqual([])
    let before: string | undefined
    plug = async () => {
      before = `${qemuProcesses(runDir).length} ${screen.text}`
    }
    await machine.powerOn({})
    expect(before).toBe('1 ')
    await shows('guest!')
  })

  it('kills a QEMU that does not quit', async () => {
    const { machine, changes, pid, runDir } = await make({ poweroffWaitS: 0.1, killWaitS: 0.1 })
    await machine.powerOn({})
    process.kill(pid(), 'SIGSTOP')
    await machine.powerOff()
    await until('off', () => machine.power === 'off')
    expect(changes).toEqual(['on request', 'off request'])
    expect(traces(runDir)).toEqual([])
  })

  it("says in QEMU's own words why it did not start, and starts when the cause is gone", async () => {
    const { machine, runDir } = await make({ disks: ['missing.img'] })
    const log = join(runDir, 'kept', 'qemu.log')
    await expect(machine.powerOn({})).rejects.toThrow(/^.*missing\.img.*Check the paths.*kept\/qemu\.log$/)
    expect(readFileSync(log, 'utf8')).toMatch(/^# qemu-system.*\nqemu-system.*No such file/)
    expect(machine.power).toBe('off')
    expect(traces(runDir)).toEqual([])
    writeBootSector(join(runDir, 'missing.img'))
    await machine.powerOn({})
    expect(machine.power).toBe('on')
  })

  it('ends one whose monitor does not answer, since another has it', async () => {
    const earlier = await make()
    await earlier.machine.powerOn({})
    const later = await make({}, earlier.runDir)
    await until('the earlier one off', () => earlier.machine.power === 'off')
    await later.machine.powerOn({})
    expect(qemuProcesses(earlier.runDir)).toHaveLength(1)
  })

  it('connects its IPMI device where it is told', async () => {
    const path = join(tempFolder(), 'ipmi.sock')
    const connected = new Promise<void>((resolve, reject) => {
      const server = createServer(() => {
        server.close()
        resolve()
      })
      server.on('error', reject).listen(path)
    })
    const { machine } = await make({ ipmiSocketPath: path, ipmi: 'bt' })
    await machine.powerOn({})
    await connected
  })
})

const ovmf = requireFile('/usr/share/OVMF/OVMF_CODE_4M.fd', 'ovmf')

describe.skipIf(!installed || !ovmf)('a QEMU machine with UEFI', () => {
  it('boots what is chosen, at power on and at a reset, once or for ever, and shows its setup', async () => {
    const nics = [{ model: 'e1000', mac: '52:54:00:00:00:01', netdev: 'hubport,hubid=0' }]
    const lines: string[] = []
    const log: Logger = { ...silentLogger, debug: (_, text) => lines.push(text) }
    const runDir = tempFolder()
    const cdrom = join(runDir, 'cd.iso')
    writeBootableCd(cdrom, 'CD!')
    const options = optionsIn(runDir, { firmware: 'uefi', machine: 'q35', memoryMiB: 128, nics, cdrom, log })
    const machine = await createQemuMachine(options)
    const screen = new Screen(machine)
    const shows = (words: string) =>
      until(
        words,
        () => screen.text.includes(words),
        120_000,
        () => screen.text,
      )
    /** OVMF's words for a disk that has no EFI program; behind it comes the next device, with words of its own. */
    const [disk, network] = ['BdsDxe: failed to load', 'Open Source Network Boot Firmware']
    const choose = (device: BootDevice, persistent: boolean) => ({ boot: { device, efi: true, persistent } })
    try {
      await machine.powerOn(choose('disk', true))
      await shows(network)
      expect(screen.text).toMatch(/BdsDxe: failed to load Boot\d+ "UEFI Misc Device"/)
      expect(screen.text.indexOf(disk)).toBeLessThan(screen.text.indexOf(network))
      screen.clear()
      await machine.reset({})
      await shows(network)
      expect(screen.text).not.toContain(disk)
      screen.clear()
      await machine.reset(choose('disk', false))
      await shows(disk)
      // iPXE's own restart: Ctrl-B counts when it asks for it, and is kept where it is typed before. At the shell's prompt it does nothing.
      await until(
        'iPXE>',
        () => {
          machine.console?.write(Buffer.from('\x02'))
          return screen.text.includes('iPXE>')
        },
        120_000,
        () => screen.text,
      )
      expect(screen.text).toContain(network)
      await until('order set back', () => lines.includes('boot order set back'))
      screen.clear()
      machine.console?.write(Buffer.from('reboot\r'))
      await shows(network)
      expect(screen.text).not.toContain(disk)
      screen.clear()
      await machine.reset(choose('cdrom', false))
      await shows(network)
      expect(screen.text).toMatch(/BdsDxe: failed to load Boot\d+ "UEFI QEMU DVD-ROM/)
      screen.clear()
      await machine.reset(choose('bios-setup', false))
      await shows('Device Manager')
      expect(screen.text).not.toContain(network)
    } finally {
      await machine.close()
    }
  }, 600_000)
})

describe('making a QEMU machine', () => {
  it('names the package of a QEMU that is not there', async () => {
    const options = optionsIn(tempFolder(), { program: '/nonexistent/qemu-system-x86_64' })
    await expect(createQemuMachine(options)).rejects.toThrow(/apt-get install qemu-system-x86/)
  })

  it('refuses a folder whose sockets would have too long a path', async () => {
    const runDir = join(tempFolder(), 'x'.repeat(100))
    await expect(createQemuMachine({ ...optionsIn(tempFolder()), runDir })).rejects.toThrow(SetupError)
  })

  it('takes TCG where a VM under KVM shows nothing, and asks each program once', async () => {
    const mute = join(tempFolder(), 'mute-qemu')
    writeFileSync(mute, '#!/bin/sh\nexit 0\n', { mode: 0o755 })
    const first = chooseAccelerator(mute, systemClock, silentLogger)
    expect(chooseAccelerator(mute, systemClock, silentLogger)).toBe(first)
    await expect(first).resolves.toBe('tcg')
  })
})

import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createQemuMachine } from '../../src/backends/qemu/machine.ts'
import type { QemuOptions } from '../../src/backends/qemu/options.ts'
import { systemClock } from '../../src/base/clock.ts'
import { MemoryLedger } from '../../src/base/ledger.ts'
import { silentLogger } from '../../src/base/logger.ts'
import type { Machine } from '../../src/machine/machine.ts'
import { efiProgram } from '../support/efi-program.ts'
import { qemuProcesses } from '../support/qemu.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { requireFile, requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { Screen } from './machine.contract.ts'

const installed =
  requireTool('qemu-system-x86_64', 'qemu-system-x86') && requireFile('/usr/share/OVMF/OVMF_CODE_4M.fd', 'ovmf')

/** OVMF under TCG, on a machine that has other things to do. */
const patience = 120_000

describe.skipIf(!installed)('a VM with UEFI', () => {
  const closing: (() => Promise<unknown> | unknown)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0)) await close()
  })

  async function make(more: Partial<QemuOptions> = {}): Promise<{ machine: Machine; screen: Screen; runDir: string }> {
    const runDir = tempFolder()
    const machine = await createQemuMachine({
      ...{ name: 'cn01', runDir, logDir: join(runDir, 'kept'), cwd: runDir, program: 'qemu-system-x86_64' },
      ...{ machine: 'q35', firmware: 'uefi', netboot: 'pxe', accelerator: 'tcg', memoryMiB: 128, cpus: 1, disks: [] },
      ...{ cdrom: undefined, nics: [{ model: 'virtio-net-pci', mac: '52:54:00:00:00:01', netdev: 'user' }] },
      ...{ kernel: undefined, initrd: undefined, append: undefined, extraArguments: [], uuid: undefined },
      ...{ ipmiSocketPath: undefined, ipmi: 'kcs', poweroffWaitS: 5, killWaitS: 5 },
      ...{ ledger: new MemoryLedger(), clock: systemClock, log: silentLogger },
      ...more,
    })
    closing.push(() => machine.close())
    return { machine, screen: new Screen(machine), runDir }
  }

  /** A program in its place, and who asked for it. QEMU's own network has this machine at 10.0.2.2. */
  async function serve(): Promise<{ asked: readonly string[]; uri: string }> {
    const asked: string[] = []
    const program = efiProgram('booted by HTTP!')
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`)
      response.writeHead(200, { 'content-length': program.length }).end(program)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closing.push(() => server.close())
    const { port } = server.address() as AddressInfo
    return { asked, uri: `http://10.0.2.2:${port}/its%20own.efi` }
  }

  const shows = (screen: Screen, words: string) =>
    until(
      words,
      () => screen.text.includes(words),
      patience,
      () => screen.text,
    )

  it('boots from a URI once, by HTTP alone, and by PXE after the next reset', { timeout: 4 * patience }, async () => {
    const { asked, uri } = await serve()
    const { machine, screen, runDir } = await make()
    await machine.powerOn({ boot: { device: 'uefi-http', efi: true, persistent: false, uri } })
    await shows(screen, 'booted by HTTP!')
    expect(screen.text).toContain('Start HTTP Boot over IPv4')
    expect(screen.text).not.toContain('Start PXE')
    expect(asked).toEqual(['HEAD /its%20own.efi', 'GET /its%20own.efi'])
    const [first] = qemuProcesses(runDir)
    screen.clear()
    await machine.reset({})
    expect(qemuProcesses(runDir)).not.toEqual([first])
    await shows(screen, 'Start PXE over IPv4')
    expect(screen.text).not.toContain('HTTP')
    expect(asked).toHaveLength(2)
  })

  it('takes up what its setup says at a reset: UEFI, memory, processors, Secure Boot', {
    timeout: 4 * patience,
  }, async () => {
    const { machine, screen, runDir } = await make({ firmware: 'bios', netboot: 'ipxe', memoryMiB: 32 })
    const commandLine = () =>
      qemuProcesses(runDir)
        .map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
        .join()
    const initial = machine.settings?.initial
    if (initial === undefined) throw new Error('nothing can be set')
    expect(initial).toMatchObject({ bootMode: 'bios', memoryMiB: 32, processors: 1, secureBoot: false })
    await machine.powerOn({ settings: { ...initial, serialRedirection: false } })
    expect(commandLine()).not.toContain('graphics=off')
    await machine.reset({ settings: initial })
    await shows(screen, 'SeaBIOS (version')
    const [same] = qemuProcesses(runDir)
    await machine.reset({ settings: initial })
    expect(qemuProcesses(runDir)).toEqual([same])
    screen.clear()
    const settings = { ...initial, bootMode: 'uefi', memoryMiB: 160, processors: 2, secureBoot: true } as const
    // What is not signed is not run.
    const { asked, uri } = await serve()
    await machine.reset({ settings, boot: { device: 'uefi-http', efi: true, persistent: false, uri } })
    expect(machine.power).toBe('on')
    expect(machine.inventory?.()).toMatchObject({ firmware: 'uefi', memoryMiB: 160, processors: { cores: 2 } })
    expect(commandLine()).toContain('uefi-vars-secure.fd')
    await shows(screen, 'Access Denied')
    expect(screen.text).toContain('failed to load BootB3C0')
    expect(screen.text).not.toContain('booted by HTTP!')
    expect(asked.length).toBeGreaterThan(0)
  })

  it('says what it wants for HTTP, and stays off', async () => {
    const boot = { device: 'uefi-http', efi: true, persistent: false, uri: 'http://10.0.2.2/' } as const
    const { machine } = await make({ nics: [{ model: 'e1000', mac: '52:54:00:00:00:01', netdev: 'user' }] })
    await expect(machine.powerOn({ boot })).rejects.toMatchObject({
      reason: 'not-supported',
      message: expect.stringContaining('model: virtio-net-pci'),
    })
    expect(machine.power).toBe('off')
    const { machine: bios } = await make({ firmware: 'bios', netboot: 'ipxe' })
    await expect(bios.powerOn({ boot })).rejects.toMatchObject({ reason: 'not-supported' })
  })
})

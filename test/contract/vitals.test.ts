import { spawn } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { CommandMachine } from '../../src/backends/command/command-machine.ts'
import { createQemuMachine } from '../../src/backends/qemu/machine.ts'
import type { QemuNic } from '../../src/backends/qemu/options.ts'
import { systemClock } from '../../src/base/clock.ts'
import { MemoryLedger } from '../../src/base/ledger.ts'
import { silentLogger } from '../../src/base/logger.ts'
import { cpuMsOf } from '../../src/base/process-counts.ts'
import type { Machine } from '../../src/machine/machine.ts'
import { type MachineVitals, rateBetween } from '../../src/machine/vitals.ts'
import { type GuestWork, writeWorkingGuest } from '../support/boot-sector.ts'
import { run } from '../support/process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'

const program = 'qemu-system-x86_64'
const installed = requireTool(program, 'qemu-system-x86')

/** QEMU makes a tap for itself, and takes it away, where it runs as root. */
const mayTap = process.getuid?.() === 0 && existsSync('/dev/net/tun')

/** What a machine does, seen from outside: a real QEMU under TCG with guests that are known to do it. */
describe.skipIf(!installed)('what a machine does', () => {
  const machines: Machine[] = []
  afterEach(async () => {
    await Promise.all(machines.splice(0).map((machine) => machine.close()))
  })

  async function qemu(work: GuestWork, memoryMiB = 64, nics: readonly QemuNic[] = []) {
    const runDir = tempFolder()
    const disk = join(runDir, 'disk.img')
    writeWorkingGuest(disk, work)
    const machine = await createQemuMachine({
      ...{ name: 'cn01', runDir, logDir: runDir, cwd: runDir, program, machine: 'pc', accelerator: 'tcg', memoryMiB },
      ...{ cpus: 1, disks: [disk], cdrom: undefined, nics, kernel: undefined, initrd: undefined },
      ...{
        append: undefined,
        extraArguments: [],
        uuid: undefined,
        ipmiSocketPath: undefined,
        ipmi: 'kcs',
        firmware: 'bios',
      },
      ledger: new MemoryLedger(),
      ...{ poweroffWaitS: 5, killWaitS: 5, clock: systemClock, log: silentLogger },
    })
    machines.push(machine)
    let screen = ''
    machine.console?.onData((bytes) => {
      screen += Buffer.from(bytes).toString('latin1')
    })
    expect(machine.vitals?.()).toBeUndefined()
    await machine.powerOn({ boot: { device: 'disk', efi: false, persistent: true } })
    await until('the guest', () => screen.includes('guest!'), 60_000)
    return machine
  }

  function seen(machine: Machine): MachineVitals {
    const vitals = machine.vitals?.()
    if (vitals === undefined) throw new Error('nothing can be seen of it')
    return vitals
  }

  /**
   * How much it works, as a part of what a process gets at the same time that computes and does nothing else: a whole processor, or less where
   * the host has other work too. Where one of the two was not let run, that says nothing, and a later one counts.
   */
  async function share(machine: Machine): Promise<number> {
    const spinner = spawn('sh', ['-c', 'while :; do :; done'], { detached: true, stdio: 'ignore' })
    const pid = spinner.pid ?? Number.NaN
    try {
      const spun = () => ({ total: cpuMsOf(pid) ?? Number.NaN, atMs: systemClock.monotonic() })
      await until('the other process', () => spun().total > 0)
      const before = { machine: seen(machine).cpuMs, spinner: spun() }
      await until('enough ticks', () => spun().total - before.spinner.total >= 800, 60_000)
      const now = { machine: seen(machine).cpuMs, spinner: spun() }
      const rate = rateBetween(before.machine, now.machine) ?? Number.NaN
      return rate / (rateBetween(before.spinner, now.spinner) ?? Number.NaN)
    } finally {
      spinner.kill('SIGKILL')
    }
  }

  it('a guest that spins is near one processor, one that halts is near none', async () => {
    const idle = await qemu('halt')
    await until('rest', async () => (await share(idle)) < 0.3)
    await idle.close()
    const busy = await qemu('spin')
    await until('work', async () => (await share(busy)) > 0.5)
    expect(seen(busy).cpus).toBe(1)
    await busy.powerOff()
    await until('off', () => busy.power === 'off')
    expect(busy.vitals?.()).toBeUndefined()
  })

  it('a machine that is held down works no more than that, until it is told otherwise, off and on again', async () => {
    const busy = await qemu('spin')
    /** Processors at work, over a second and a half at least. */
    const rate = async () => {
      const before = seen(busy).cpuMs
      await until('time', () => systemClock.monotonic() - (before?.atMs ?? 0) >= 1500)
      return rateBetween(before, seen(busy).cpuMs) ?? Number.NaN
    }
    busy.limitWork?.(0.2)
    // What whoever holds it, or a host with other work, does to it for a moment does not count.
    const heldDown = () =>
      until('it to be held down', async () => {
        const held = await rate()
        return held > 0.05 && held < 0.35 ? held : undefined
      })
    const held = await heldDown()
    busy.limitWork?.(undefined)
    await until('more work', async () => (await rate()) > held * 1.3)
    busy.limitWork?.(0.2)
    await busy.powerOff()
    await until('off', () => busy.power === 'off')
    await busy.powerOn({ boot: { device: 'disk', efi: false, persistent: true } })
    await heldDown()
  })

  it('a guest that reads its disk is seen to, by as much as QEMU says', async () => {
    const idle = await qemu('halt')
    await until('an answer of QEMU', () => seen(idle).diskBytes !== undefined)
    const still = seen(idle).diskBytes?.total
    const reader = await qemu('read')
    await until('an answer of QEMU', () => seen(reader).diskBytes !== undefined)
    const first = seen(reader).diskBytes
    await until('more to be read', () => (seen(reader).diskBytes?.total ?? 0) > (first?.total ?? 0))
    expect(rateBetween(first, seen(reader).diskBytes)).toBeGreaterThan(0)
    const later = seen(idle).diskBytes
    expect(later?.total).toBe(still)
  })

  it('memory is the part of its own that the guest has touched; nobody counts a user network', async () => {
    const machine = await qemu('halt', 512)
    const { memory, networkBytes } = seen(machine)
    expect(memory).toBeGreaterThanOrEqual(0)
    expect(memory).toBeLessThan(0.2)
    expect(networkBytes).toBeUndefined()
  })

  it.skipIf(!mayTap)('a tap is found by itself, and what the host sends into it is counted', async () => {
    const netdev = `tap,ifname=b${process.pid}t%d,script=no,downscript=no`
    const machine = await qemu('halt', 64, [{ model: 'e1000', mac: '52:54:00:00:00:01', netdev }])
    const first = seen(machine).networkBytes?.total
    expect(first).toBeGreaterThanOrEqual(0)
    const [tap] = readdirSync('/sys/class/net').filter((name) => name.startsWith(`b${process.pid}t`))
    // An interface that comes up says so to its neighbours (IPv6 multicast) by itself.
    await run('ip', ['link', 'set', tap, 'up'])
    await until('traffic', () => (seen(machine).networkBytes?.total ?? 0) > (first ?? 0), 60_000)
  })

  it('what goes through a cable of ours is counted there', async () => {
    let bytes = 100
    const nic = { model: 'e1000', mac: '52:54:00:00:00:01', netdev: 'user', bytes: () => bytes }
    const machine = await qemu('halt', 64, [nic, { model: 'e1000', mac: '52:54:00:00:00:02', netdev: 'user' }])
    expect(seen(machine).networkBytes?.total).toBe(100)
    bytes = 300
    expect(seen(machine).networkBytes?.total).toBe(300)
  })

  it('a start command is all that it started', async () => {
    const folder = tempFolder()
    const busy = join(folder, 'busy.sh')
    writeFileSync(busy, 'while :; do :; done\n')
    const machine = new CommandMachine({
      ledger: new MemoryLedger(),
      ...{ name: 'cn01', startCommand: `sh ${busy} & sleep 60`, poweroffWaitS: 1, killWaitS: 1, cwd: folder },
      ...{ link: undefined, clock: systemClock, log: silentLogger, logFile: join(folder, 'start.log') },
    })
    machines.push(machine)
    expect(machine.vitals()).toBeUndefined()
    await machine.powerOn()
    await until('work', async () => (await share(machine)) > 0.5)
    await machine.close()
    expect(machine.vitals()).toBeUndefined()
  })
})

import { describe, expect, it } from 'vitest'
import { silentLogger } from '../../../src/base/logger.ts'
import type { BootDevice } from '../../../src/machine/machine.ts'
import { SimulatedMachine } from '../../../src/machine/simulated.ts'
import { FakeClock } from '../../support/fake-clock.ts'

/** Longer than any start of the simulated system. */
const bootMs = 5000

async function booted(device: BootDevice = 'none', persistent = false) {
  const clock = new FakeClock()
  const machine = new SimulatedMachine({ name: 'sim01', clock, log: silentLogger })
  let printed: Uint8Array[] = []
  machine.console.onData((bytes) => printed.push(bytes))
  const changes: string[] = []
  machine.onPower((power, cause) => changes.push(`${power} ${cause}`))
  await machine.powerOn({ boot: { device, efi: false, persistent } })
  clock.advance(bootMs)
  return {
    machine,
    clock,
    changes,
    type: (keys: string) => machine.console.write(Buffer.from(keys)),
    /** What was printed since the last look. */
    read: () => {
      const seen = Buffer.concat(printed).toString()
      printed = []
      return seen
    },
  }
}

describe('the simulated machine', () => {
  it('POSTs, says that it is simulated and asks for a login', async () => {
    const { read } = await booted()
    const screen = read()
    expect(screen).toMatch(/Simulated firmware[\s\S]*Booting from disk[\s\S]*Simulated system on sim01/)
    expect(screen).toMatch(/sim01 login: $/)
  })

  it('POSTs with what its BIOS has been told', async () => {
    const { machine, clock, read } = await booted()
    expect(read()).toContain('Processors: 2    Memory test: 131072 MiB OK')
    const settings = { ...machine.settings.initial, memoryMiB: 4096, processors: 1 }
    await machine.reset({ settings })
    clock.advance(bootMs)
    expect(read()).toContain('Processors: 1    Memory test: 4096 MiB OK')
    expect(machine.inventory()).toMatchObject({ memoryMiB: 4096, processors: { sockets: 1 } })
  })

  it('prints the same at the same times, run after run', async () => {
    const [one, other] = [await booted('pxe'), await booted('pxe')]
    expect(one.read()).toBe(other.read())
  })

  it.each([
    ['pxe', /PXE: DHCP discover/],
    ['cdrom', /CD drive: no medium/],
    ['diagnostics', /Diagnostics: .* OK/],
    ['safe-mode', /Command line: .* single/],
  ] as const)('shows the boot choice %s and boots', async (device, words) => {
    const screen = (await booted(device)).read()
    expect(screen).toMatch(words)
    expect(screen).toMatch(/login: $/)
  })

  it('stays in its setup until a key is pressed', async () => {
    const { read, type, clock } = await booted('bios-setup')
    expect(read()).toContain('press any key to boot')
    type(' ')
    clock.advance(bootMs)
    expect(read()).toMatch(/login: $/)
  })

  it('lets root in without a password and others with any', async () => {
    const { read, type } = await booted()
    type('root\r')
    expect(read()).toMatch(/root@sim01:~# $/)
    type('exit\rada\rsecret\r')
    const screen = read()
    expect(screen).toMatch(/ada@sim01:~\$ $/)
    expect(screen).not.toContain('secret')
  })

  it('echoes what is typed, corrects it, and survives UTF-8 and cursor keys', async () => {
    const { read, type } = await booted()
    type('root\r')
    read()
    type('echo hüx\x7f\x1b[A\x1bOB ok\r')
    expect(read()).toBe('echo hüx\b \b ok\r\nhü ok\r\nroot@sim01:~# ')
  })

  it('rubs out a character of several bytes as one', async () => {
    const { read, type } = await booted()
    type('root\r')
    type('echo aü\x7fb\r')
    expect(read()).toContain('\r\nab\r\n')
  })

  it('takes CR, LF and CR LF as one end of line each', async () => {
    const { read, type } = await booted()
    type('root\r\nwhoami\r\n')
    expect(read().match(/root@sim01:~# /g)).toHaveLength(2)
    type('whoami\n')
    expect(read()).toContain('\r\nroot\r\n')
  })

  it.each([
    ['hostname', 'sim01'],
    ['uname', 'Simulated'],
    ['uptime', 'up 0:00:05, 1 user'],
    ['date', '2026-01-01T00:00:05.000Z'],
    ['ipmitool mc info', 'No /dev/ipmi0'],
    ['help', 'poweroff'],
    ['nonsense', 'nonsense: command not found'],
  ])('knows %s', async (command, answer) => {
    const { read, type } = await booted()
    type('root\r')
    read()
    type(`${command}\r`)
    expect(read()).toContain(answer)
  })

  it('keeps no more of an endless line than it needs', async () => {
    const { read, type } = await booted()
    type('root\r')
    read()
    type(`${'x'.repeat(100_000)}\r`)
    expect(read().length).toBeLessThan(1000)
  })

  it('goes down in steps when the button is pressed, and says that the guest did it', async () => {
    const { machine, clock, read, changes } = await booted()
    await machine.softOff()
    expect(machine.power).toBe('on')
    clock.advance(1000)
    expect(read()).toMatch(/going down[\s\S]*Power down/)
    expect(machine.power).toBe('off')
    expect(changes).toEqual(['on request', 'off guest'])
  })

  it('ignores the button during POST, where nobody handles it', async () => {
    const { machine, clock } = await booted()
    await machine.reset({})
    await machine.softOff()
    clock.advance(bootMs)
    expect(machine.power).toBe('on')
  })

  it('forgets a boot choice for one start when the guest starts again', async () => {
    const { machine, type, clock, read } = await booted('pxe')
    let resets = 0
    machine.onReset(() => resets++)
    read()
    type('root\rreboot\r')
    clock.advance(bootMs)
    expect(resets).toBe(1)
    expect(read()).toMatch(/Boot: machine order[\s\S]*login: $/)
  })

  it('keeps a persistent boot choice when the guest starts again', async () => {
    const { type, clock, read } = await booted('pxe', true)
    read()
    type('root\rreboot\r')
    clock.advance(bootMs)
    expect(read()).toContain('Boot override: PXE')
  })

  it('prints what a kernel prints at an NMI, and prompts again', async () => {
    const { machine, read } = await booted()
    read()
    await machine.nmi()
    expect(read()).toMatch(/NMI received[\s\S]*login: $/)
  })

  it('holds output back while its reader pauses, in order and bounded', async () => {
    const { machine, type, read } = await booted()
    type('root\r')
    read()
    machine.console.pause()
    type('echo one\recho two\r')
    expect(read()).toBe('')
    machine.console.resume()
    expect(read()).toMatch(/one[\s\S]*two/)
  })

  it('leaves no timer behind when it is closed', async () => {
    const { machine, clock } = await booted()
    await machine.reset({})
    expect(clock.waiting).toBeGreaterThan(0)
    await machine.close()
    expect(clock.waiting).toBe(0)
  })
})

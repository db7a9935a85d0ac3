import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { CommandMachine } from '../../src/backends/command/command-machine.ts'
import { systemClock } from '../../src/base/clock.ts'
import { MemoryLedger } from '../../src/base/ledger.ts'
import { silentLogger } from '../../src/base/logger.ts'
import { InbandDoor } from '../../src/inband/inband-door.ts'
import type { InbandReply } from '../../src/inband/vm-connection.ts'
import { writeNmiGuest } from '../support/boot-sector.ts'
import { Kcs } from '../support/kcs.ts'
import { type Child, start } from '../support/process.ts'
import { QmpClient } from '../support/qmp-client.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'

const program = 'qemu-system-x86_64'
const installed = requireTool(program, 'qemu-system-x86')

/** The interrupt line of QEMU's isa-ipmi-kcs. */
const IRQ5 = 1 << 5

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const ok = (...data: number[]): InbandReply => ({ completionCode: 0, data: Uint8Array.from(data) })

async function openDoor(path: string): Promise<InbandDoor> {
  const door = new InbandDoor({ listen: { path }, clock: systemClock, log: silentLogger })
  closing.push(() => door.close())
  await door.listen()
  return door
}

interface Vm {
  readonly qemu: Child
  readonly qmp: QmpClient
  readonly kcs: Kcs
}

/** A QEMU whose BMC is behind the socket `link`; it comes back to it after a second. */
async function startVm(link: string, name: string, ...more: readonly string[]): Promise<Vm> {
  const monitor = `${link}-${name}-qmp`
  const qemu = start(program, [
    ...['-nodefaults', '-display', 'none', '-accel', 'tcg', '-machine', 'pc', '-m', '32'],
    ...['-qmp', `unix:${monitor},server=on,wait=off`],
    ...['-chardev', `socket,id=ipmi0,path=${link},reconnect=1`, '-device', 'ipmi-bmc-extern,id=bmc0,chardev=ipmi0'],
    ...['-device', 'isa-ipmi-kcs,id=ipmi1,bmc=bmc0', ...more],
  ])
  closing.push(() => qemu.stop('SIGKILL'))
  const qmp = await QmpClient.connect(monitor)
  closing.push(() => qmp.close())
  return { qemu, qmp, kcs: new Kcs(qmp) }
}

/** QEMU 7.2, its IPMI device and its KCS interface; the guest's driver is played through the monitor. */
describe.skipIf(!installed)("QEMU's end of the VM link", () => {
  test('attention and its interrupt are what we say, and what the guest allows', async () => {
    const link = join(tempFolder(), 'vm')
    const door = await openDoor(link)
    // Not running, so that nobody takes the interrupt before we have looked.
    const { kcs, qmp } = await startVm(link, 'a', '-S')
    await until('QEMU to connect', () => door.capabilities.irq)
    const interrupted = async () => ((await qmp.pendingInterrupts()) & IRQ5) !== 0

    door.signal('attention with interrupt')
    await until('attention', () => kcs.attention())
    expect(await interrupted()).toBe(false)
    door.signal('none')
    await until('no attention', async () => !(await kcs.attention()))

    door.allowInterrupts(true)
    door.signal('attention')
    await until('attention', () => kcs.attention())
    expect(await interrupted()).toBe(false)
    door.signal('attention with interrupt')
    await until('the interrupt', interrupted)

    door.signal('none')
    door.allowInterrupts(false)
    await until('no attention', async () => !(await kcs.attention()))
    await qmp.forgetInterrupts()
    door.signal('attention with interrupt')
    await until('attention', () => kcs.attention())
    expect(await interrupted()).toBe(false)
  })

  test('a late answer is C3h for the guest, and the next question has its own answer', async () => {
    const link = join(tempFolder(), 'vm')
    const door = await openDoor(link)
    let answerLate: (reply: InbandReply) => void = () => {}
    door.serve((_netFn, _lun, cmd) =>
      cmd === 0x02 ? new Promise<InbandReply>((resolve) => (answerLate = resolve)) : ok(cmd, 0x77),
    )
    const { kcs } = await startVm(link, 'a')
    await until('QEMU to connect', () => door.capabilities.irq)
    expect(await kcs.ask(0x06, 0x02)).toBe('c3')
    const next = kcs.ask(0x06, 0x04)
    answerLate(ok(0x02, 0x77))
    expect(await next).toBe('00 04 77')
    expect(await kcs.ask(0x06, 0x05)).toBe('00 05 77')
  })

  test('the longest question and the longest answer', async () => {
    const link = join(tempFolder(), 'vm')
    const door = await openDoor(link)
    const long = new Array<number>(251).fill(0xa1)
    const lengths: number[] = []
    door.serve((_netFn, _lun, _cmd, data) => {
      lengths.push(data.length)
      return ok(...long)
    })
    const { kcs } = await startVm(link, 'a')
    await until('QEMU to connect', () => door.capabilities.irq)
    const answer = await kcs.ask(0x06, 0x01, ...new Array<number>(298).fill(0xaa))
    expect(answer).toBe(`00${' a1'.repeat(251)}`)
    expect(lengths).toEqual([298])
  })

  test('killed in mid-message, another in its place: no answer of the first reaches it', async () => {
    const link = join(tempFolder(), 'vm')
    const door = await openDoor(link)
    const asked: ((reply: InbandReply) => void)[] = []
    door.serve((_netFn, _lun, cmd) =>
      cmd === 0x02 ? new Promise<InbandReply>((resolve) => asked.push(resolve)) : ok(cmd),
    )
    const first = await startVm(link, 'a')
    await until('QEMU to connect', () => door.capabilities.irq)
    await first.kcs.send(0x06, 0x02)
    await until('the question', () => asked.length === 1)
    await first.qemu.stop('SIGKILL')
    await until('the end of the link', () => !door.connected)

    const second = await startVm(link, 'b')
    await until('QEMU to connect', () => door.capabilities.irq)
    const answer = second.kcs.ask(0x06, 0x01)
    asked[0](ok(0x02))
    expect(await answer).toBe('00 01')
  })

  test('a BMC that goes in mid-message is D2h, and one that comes back answers and signals', async () => {
    const link = join(tempFolder(), 'vm')
    const before = await openDoor(link)
    const asked: number[] = []
    before.serve((_netFn, _lun, cmd) => {
      asked.push(cmd)
      return new Promise<InbandReply>(() => {})
    })
    const { kcs } = await startVm(link, 'a')
    await until('QEMU to connect', () => before.capabilities.irq)
    const answer = kcs.ask(0x06, 0x02)
    await until('the question', () => asked.length === 1)
    await before.close()
    expect(await answer).toBe('d2')

    const after = await openDoor(link)
    after.serve((_netFn, _lun, cmd) => ok(cmd))
    after.signal('attention')
    await until('QEMU to come back', () => after.capabilities.irq)
    await until('attention', () => kcs.attention())
    expect(await kcs.ask(0x06, 0x01)).toBe('00 01')
  })

  test('a live migration: the new QEMU has the link when the old one closes, and nobody saw a break', async () => {
    const folder = tempFolder()
    const link = join(folder, 'vm')
    const door = await openDoor(link)
    door.serve((_netFn, _lun, cmd) => ok(cmd))
    const from = await startVm(link, 'from')
    await until('QEMU to connect', () => door.capabilities.irq)
    // As of a lan.conf whose VM somebody else starts.
    const [clock, log, logFile] = [systemClock, silentLogger, join(folder, 'log')]
    const options = { name: 'cn01', startCommand: undefined, poweroffWaitS: 1, killWaitS: 1, cwd: folder, logFile }
    const machine = new CommandMachine({
      ledger: new MemoryLedger(),
      ...options,
      link: door,
      clock,
      log,
    })
    closing.push(() => machine.close())
    const changes: string[] = []
    machine.onPower((power, cause) => changes.push(`${power} ${cause}`))
    expect(await from.kcs.ask(0x06, 0x01)).toBe('00 01')

    const to = await startVm(link, 'to', '-incoming', `unix:${join(folder, 'move')}`)
    door.allowInterrupts(true)
    door.signal('attention with interrupt')
    await until('attention', () => from.kcs.attention())
    await from.qmp.run('migrate', { uri: `unix:${join(folder, 'move')}` })
    await until('the guest to have moved', () => to.qmp.events.includes('RESUME'), 60_000)
    // The old one is still there, and the link still its own.
    expect(await to.kcs.ask(0x06, 0x01)).toBe('d2')
    await from.qemu.stop()
    await until('the answer to the guest', async () => (await to.kcs.ask(0x06, 0x01)) === '00 01')
    await until('attention', () => to.kcs.attention())
    door.signal('none')
    await until('no attention', async () => !(await to.kcs.attention()))
    await machine.softOff()
    await until('the power button', () => to.qmp.events.includes('POWERDOWN'))
    expect(changes).toEqual([])
    await to.qemu.stop()
    await until('the end of the link', () => !door.connected)
    expect(changes).toEqual(['off guest'])
  })

  test('an NMI reaches the guest', async () => {
    const folder = tempFolder()
    const [disk, serial] = [join(folder, 'disk'), join(folder, 'serial')]
    writeNmiGuest(disk)
    const door = await openDoor(join(folder, 'vm'))
    const drive = ['-drive', `file=${disk},format=raw,if=ide`]
    await startVm(join(folder, 'vm'), 'a', ...drive, '-serial', `file:${serial}`)
    const says = (words: string) => until(words, () => readFileSync(serial, 'latin1').includes(words))
    await says('guest!')
    await until('QEMU to connect', () => door.capabilities.nmi)
    door.nmi()
    await says('nmi!')
  })
})

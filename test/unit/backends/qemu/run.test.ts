import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { bootables, bootPlan } from '../../../../src/backends/qemu/boot-order.ts'
import { readNote } from '../../../../src/backends/qemu/note.ts'
import { runFiles } from '../../../../src/backends/qemu/options.ts'
import { QemuProcess } from '../../../../src/backends/qemu/process.ts'
import { Run, startFailure } from '../../../../src/backends/qemu/run.ts'
import { MemoryLedger } from '../../../../src/base/ledger.ts'
import { silentLogger } from '../../../../src/base/logger.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { tempFolder } from '../../../support/temp-folder.ts'
import { until } from '../../../support/until.ts'

const ending: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ending.splice(0)) await end()
})

const nic = { model: 'e1000', mac: '52:54:00:00:00:01', netdev: 'user' }
const devices = bootables({ nics: [nic], disks: ['a.qcow2'], cdrom: undefined })
const plan = (device: 'none' | 'disk') => bootPlan(devices, true, { device, efi: false, persistent: false })
const ledger = new MemoryLedger()
const note = (started = plan('none')) => ({ digest: '', accelerator: 'tcg' as const, netdevs: [], started })

/** A process that only waits, and beside it a monitor that agrees to everything and notes what is set. `places`: devices and their boot indices. */
async function startedRun(places: Readonly<Record<string, number>> = {}, started = plan('disk')) {
  const folder = tempFolder()
  const files = runFiles(folder)
  const qemu = await QemuProcess.start('/bin/sleep', ['60'], folder, folder, {
    files,
    ledger,
    note: note(started),
  })
  ending.push(() => {
    qemu.signal('SIGKILL')
    return qemu.exited
  })
  const set: string[] = []
  const monitors: Socket[] = []
  const server: Server = createServer((socket) => {
    ending.push(() => socket.destroy())
    monitors.push(socket)
    socket.write('{"QMP": {}}\n')
    socket.on('data', (bytes) => {
      for (const line of bytes.toString().split('\n').filter(Boolean)) {
        const { execute, id, arguments: args } = JSON.parse(line)
        if (execute === 'qom-set') set.push(`${args.path.split('/').pop()}=${args.value}`)
        const device = args?.path?.split('/').pop()
        const told = execute === 'qom-list' ? Object.keys(places).map((name) => ({ name })) : (places[device] ?? {})
        if (execute === 'set_link') set.push(`${args.name} ${args.up ? 'up' : 'down'}`)
        socket.write(`{"return": ${JSON.stringify(told)}, "id": ${id}}\n`)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(files.qmp, resolve))
  ending.push(() => server.close())
  const clock = new FakeClock()
  const run = await Run.greet(qemu, files, { clock, log: silentLogger, giveUp: () => false })
  /** QEMU tells a reset, and we have heard it. */
  const reset = async () => {
    const heard = new Promise((resolve) => run.qmp.onEvent(resolve))
    for (const monitor of monitors) monitor.write('{"event": "RESET", "data": {"guest": true}}\n')
    await heard
  }
  return { run, set, clock, reset, files }
}

test('when a choice for one start is over the order is as ever, and QEMU is still what it was started as', async () => {
  const { run, set, clock, files } = await startedRun()
  run.restoreLater(plan('none').order)
  expect(readNote(files.pid)).toMatchObject({ pid: run.qemu.pid, restore: ['nic0', 'disk0', 'vcd0'] })
  clock.advance(2000)
  await until('the order', () => set.length === 4)
  await until('nothing to come back', () => readNote(files.pid)?.restore === null)
  expect(set).toEqual(['nic0=-1', 'disk0=-1', 'nic0=1', 'disk0=2'])
  expect(run.started).toEqual(plan('disk'))
  await run.setOrder(plan('none').order)
  expect(set).toHaveLength(4)
})

const withStick = ['disk0', 'vcd0', 'vusb0']

test.each([
  ['plugged in', { disk0: 1, vcd0: 2, vusb0: 3 }, ['vusb0=-1', 'disk0=-1', 'vcd0=-1', 'vusb0=1', 'disk0=2', 'vcd0=3']],
  ['not plugged in', { disk0: 1, vcd0: 2 }, ['disk0=-1', 'vcd0=-1', 'disk0=2', 'vcd0=3']],
])('a stick has its place in the order: %s', async (_, places, expected) => {
  const { run, set, clock } = await startedRun(places, { ...plan('disk'), order: withStick })
  const adopted = await Run.adopt(run.qemu, run.qmp, { clock, log: silentLogger })
  await adopted.setOrder(withStick)
  expect(set).toEqual([])
  await adopted.setOrder(['vusb0', 'disk0', 'vcd0'])
  expect(set).toEqual(expected)
})

test('a link goes down and up by the name of its card', async () => {
  const { run, set } = await startedRun()
  await run.setLink(1, false)
  await run.setLink(0, true)
  expect(set).toEqual(['nic1 down', 'nic0 up'])
})

test('a guest that begins again is told, but not what the firmware resets on its way up', async () => {
  const { run, clock, reset } = await startedRun()
  let resets = 0
  run.onGuestReset(() => resets++)
  clock.advance(10_000)
  run.firmwareStarts()
  clock.advance(1999)
  await reset()
  expect(resets).toBe(0)
  clock.advance(1)
  await reset()
  await reset()
  expect(resets).toBe(1)
})

test('a QEMU that does not start says why in one line', async () => {
  const folder = tempFolder()
  const files = runFiles(folder, `${folder}/kept`)
  const script = ['-c', 'echo "qemu: -drive x: Could not open x"; echo; echo "  giving up "; exit 1']
  const qemu = await QemuProcess.start('/bin/sh', script, folder, folder, { files, ledger, note: note() })
  await qemu.exited
  expect(startFailure(qemu, files, undefined).message).toBe(
    'QEMU did not start: qemu: -drive x: Could not open x; giving up. Check the paths of disks, CD and kernel. ' +
      `Its command line is in ${folder}/kept/qemu.log`,
  )
  const tap = ['-c', 'echo "qemu: -netdev tap,id=net0: could not open /dev/net/tun: Permission denied"; exit 1']
  const unprivileged = await QemuProcess.start('/bin/sh', tap, folder, folder, { files, ledger, note: note() })
  await unprivileged.exited
  expect(startFailure(unprivileged, files, undefined).message).toContain('A NIC on a bridge needs root.')
})

test.each([
  ["Invalid parameter 'dgram'", 'Segments and UDP links want QEMU 7.2 or newer. '],
  ["can't bind ip=127.0.0.1 to socket: Address already in use", 'power it on again. '],
])('and what to do about it: %s', async (words, advice) => {
  const folder = tempFolder()
  const files = runFiles(folder)
  const script = ['-c', 'echo "$0"; exit 1', words]
  const qemu = await QemuProcess.start('/bin/sh', script, folder, folder, { files, ledger, note: note() })
  await qemu.exited
  expect(startFailure(qemu, files, undefined).message).toContain(advice)
})

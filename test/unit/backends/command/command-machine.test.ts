import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  CommandMachine,
  type CommandMachineOptions,
  createCommandMachine,
} from '../../../../src/backends/command/command-machine.ts'
import { livingMembers } from '../../../../src/backends/command/group-members.ts'
import { type Clock, systemClock } from '../../../../src/base/clock.ts'
import { MemoryLedger } from '../../../../src/base/ledger.ts'
import { silentLogger } from '../../../../src/base/logger.ts'
import type { VmLink } from '../../../../src/machine/vm-link.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { FakeVmLink } from '../../../support/fake-vm-link.ts'
import { tempFolder } from '../../../support/temp-folder.ts'
import { until } from '../../../support/until.ts'

let folder: string
let link: FakeVmLink
const closing: (() => Promise<void>)[] = []

beforeEach(() => {
  folder = tempFolder()
  link = new FakeVmLink()
})

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

function createMachine(options: Partial<CommandMachineOptions> = {}): {
  machine: CommandMachine
  events: string[]
} {
  const machine = new CommandMachine({
    name: 'cn1',
    startCommand: './start.sh',
    poweroffWaitS: 5,
    killWaitS: 3,
    cwd: folder,
    link,
    clock: systemClock,
    log: silentLogger,
    ledger: new MemoryLedger(),
    logFile: join(folder, 'run', 'startcmd.log'),
    ...options,
  })
  const events: string[] = []
  machine.onPower((power, cause) => events.push(`${power} ${cause}`))
  closing.push(() => closed(machine, options.clock))
  return { machine, events }
}

/** Closes it, letting the time of a test pass that stands still. */
async function closed(machine: CommandMachine, clock: Clock | undefined): Promise<void> {
  let done = false
  const closing = machine.close().then(() => {
    done = true
  })
  await until('the machine to close', () => {
    if (clock instanceof FakeClock) clock.advance(1000)
    return done
  })
  await closing
}

/** Writes start.sh as users write it: no `#!` line. Its shell notes its pid, which is the group's, first. */
function script(...lines: string[]): void {
  writeFileSync(join(folder, 'start.sh'), ['echo $$ > pid', ...lines, ''].join('\n'), { mode: 0o755 })
}

/** The process group of the last start: the script may run in a shell below the one that leads the group. */
async function group(): Promise<number> {
  const pid = await until('the script to run', () => written('pid'))
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2])
}

function written(file: string): string | undefined {
  try {
    return readFileSync(join(folder, file), 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}

const gone = (id: number) => until('the group to end', () => livingMembers(id, []).length === 0)
const alive = (id: number) => livingMembers(id, []).length > 0

/** Starts it with the link of its VM. */
async function started(machine: CommandMachine): Promise<number> {
  const on = machine.powerOn()
  const id = await group()
  link.connect()
  await on
  return id
}

describe('power on', () => {
  test('is answered when the VM has connected, and not on before', async () => {
    script('sleep 100')
    const { machine, events } = createMachine()
    const on = machine.powerOn()
    const id = await group()
    expect(machine.power).toBe('off')
    link.connect()
    await on
    expect(machine.power).toBe('on')
    expect(events).toEqual(['on request'])
    await machine.powerOn()
    expect(alive(id)).toBe(true)
  })

  test('without a link is answered when the command has not failed for a while', async () => {
    script('sleep 100')
    const { machine, events } = createMachine({ link: undefined })
    await machine.powerOn()
    expect(machine.power).toBe('on')
    expect(events).toEqual(['on request'])
  })

  test('runs where and with what it is told', async () => {
    script('echo "$FLAVOUR $PWD" > seen', 'sleep 100')
    const { machine } = createMachine({ env: { FLAVOUR: 'mint' } })
    await started(machine)
    expect(written('seen')).toBe(`mint ${folder}`)
  })

  test('fails with the status and the last words of a command that ends at once', async () => {
    script('echo booting', 'echo "qemu: -show-cursor: invalid option" >&2', 'exit 1')
    const { machine, events } = createMachine()
    await expect(machine.powerOn()).rejects.toMatchObject({
      reason: 'wrong-state',
      message: expect.stringMatching(/status 1: booting; qemu: -show-cursor: invalid option \(.*startcmd\.log\)/),
    })
    expect(machine.power).toBe('off')
    expect(events).toEqual([])
  })

  test('quotes only this start, not the one before', async () => {
    script('echo first', 'exit 3')
    const { machine } = createMachine()
    await expect(machine.powerOn()).rejects.toThrow('status 3: first')
    script('echo second', 'exit 4')
    await expect(machine.powerOn()).rejects.toThrow('status 4: second')
    expect(written('run/startcmd.log')).toBe('first\nsecond')
  })

  test('fails where nothing was left running', async () => {
    script('exit 0')
    const { machine } = createMachine({ link: undefined })
    await expect(machine.powerOn()).rejects.toThrow('left nothing running')
  })

  test('counts a VM that the script left in the background', async () => {
    script('sleep 100 &')
    const { machine } = createMachine({ link: undefined })
    await machine.powerOn()
    expect(machine.power).toBe('on')
  })

  test('counts a VM that left the group and connects', async () => {
    script('setsid sleep 0 &', 'exit 0')
    const { machine } = createMachine()
    const on = machine.powerOn()
    await group().catch(() => {})
    link.connect()
    await on
    expect(machine.power).toBe('on')
  })

  test('says what is wrong when the folder is not there', async () => {
    const { machine } = createMachine({ cwd: join(folder, 'nowhere') })
    await expect(machine.powerOn()).rejects.toMatchObject({ reason: 'wrong-state' })
  })

  test('without a start command is refused while nothing is connected', async () => {
    const { machine } = createMachine({ startCommand: undefined })
    await expect(machine.powerOn()).rejects.toMatchObject({ reason: 'not-supported' })
    link.connect()
    await machine.powerOn()
    expect(machine.power).toBe('on')
  })

  test('asked twice at once starts once', async () => {
    script('echo x >> starts', 'sleep 100')
    const { machine } = createMachine()
    const both = Promise.all([machine.powerOn(), machine.powerOn()])
    await group()
    link.connect()
    await both
    expect(written('starts')).toBe('x')
  })
})

describe('the VM comes and goes by itself', () => {
  test('a connection is on, its end is off', () => {
    const { machine, events } = createMachine()
    link.connect()
    expect(machine.power).toBe('on')
    link.disconnect()
    expect(machine.power).toBe('off')
    expect(events).toEqual(['on connected', 'off guest'])
  })

  test('a guest that powers itself off', async () => {
    script('until [ -e off ]; do sleep 0.05; done')
    const { machine, events } = createMachine()
    await started(machine)
    writeFileSync(join(folder, 'off'), '')
    link.disconnect()
    await until('off', () => machine.power === 'off')
    expect(events).toEqual(['on request', 'off guest'])
  })

  test('a VM that dies', async () => {
    script('until [ -e off ]; do sleep 0.05; done', 'exit 139')
    const { machine, events } = createMachine()
    await started(machine)
    link.disconnect()
    writeFileSync(join(folder, 'off'), '')
    await until('off', () => machine.power === 'off')
    expect(events).toEqual(['on request', 'off died'])
  })

  test('a helper that the script left behind is not the VM, and makes room for the next start', async () => {
    script('sleep 100 &', 'until [ -e off ]; do sleep 0.05; done')
    const { machine } = createMachine()
    const id = await started(machine)
    writeFileSync(join(folder, 'off'), '')
    link.disconnect()
    await until('off', () => machine.power === 'off')
    script('sleep 100')
    const on = machine.powerOn()
    await gone(id)
    await until('the next start', () => written('pid'))
    link.connect()
    await on
    expect(machine.power).toBe('on')
  })

  test('a VM in the background that ends', async () => {
    script('(until [ -e off ]; do sleep 0.05; done) &')
    const { machine, events } = createMachine({ link: undefined })
    await machine.powerOn()
    writeFileSync(join(folder, 'off'), '')
    await until('off', () => machine.power === 'off')
    expect(events).toEqual(['on request', 'off guest'])
  })
})

describe('power off', () => {
  /** Says `up` when nothing but SIGKILL can end it, and notes each SIGTERM. */
  const stubborn = ['trap "echo TERM >> signals" TERM', 'echo up > up', 'while :; do sleep 0.05; done']

  test('asks, waits poweroff_wait, SIGTERM, waits kill_wait, SIGKILL', async () => {
    const clock = new FakeClock()
    script(...stubborn)
    const { machine, events } = createMachine({ clock })
    const id = await started(machine)
    await until('the trap', () => written('up'))
    await machine.powerOff()
    expect(link.asked).toEqual(['powerOff'])
    await machine.powerOff()
    expect(link.asked).toEqual(['powerOff'])
    clock.advance(4999)
    expect([written('signals'), machine.power]).toEqual([undefined, 'on'])
    clock.advance(1)
    await until('SIGTERM', () => written('signals') === 'TERM')
    clock.advance(2999)
    expect([alive(id), machine.power]).toEqual([true, 'on'])
    link.disconnect()
    clock.advance(1)
    await until('off', () => {
      clock.advance(10)
      return machine.power === 'off'
    })
    await gone(id)
    expect(events).toEqual(['on request', 'off request'])
  })

  test('with no link is SIGTERM at once', async () => {
    script('sleep 100')
    const { machine, events } = createMachine({ link: undefined })
    await machine.powerOn()
    const id = await group()
    await machine.powerOff()
    await gone(id)
    await until('off', () => machine.power === 'off')
    expect(events).toEqual(['on request', 'off request'])
  })

  test('with a link that announced no power control is SIGTERM at once', async () => {
    script('sleep 100')
    const { machine } = createMachine()
    const id = await started(machine)
    link.connect({ ...link.capabilities, power: false })
    await machine.powerOff()
    await gone(id)
    expect(link.asked).toEqual([])
  })

  test('with poweroff_wait 0 sends no signal, and asks again when asked again', async () => {
    const clock = new FakeClock()
    script(...stubborn)
    const { machine } = createMachine({ clock, poweroffWaitS: 0 })
    const id = await started(machine)
    await until('the trap', () => written('up'))
    await machine.powerOff()
    expect(clock.waiting).toBe(0)
    await machine.powerOff()
    expect(link.asked).toEqual(['powerOff', 'powerOff'])
    expect([alive(id), machine.power, written('signals')]).toEqual([true, 'on', undefined])
  })

  test('with kill_wait 0 sends no SIGKILL', async () => {
    const clock = new FakeClock()
    script(...stubborn)
    const { machine } = createMachine({ clock, killWaitS: 0 })
    const id = await started(machine)
    await until('the trap', () => written('up'))
    await machine.powerOff()
    clock.advance(5000)
    await until('SIGTERM', () => written('signals') === 'TERM')
    clock.advance(3_600_000)
    expect([alive(id), machine.power]).toEqual([true, 'on'])
  })

  test('ends the whole group, not the shell alone', async () => {
    script('sleep 100 &', 'sleep 101')
    const { machine } = createMachine({ link: undefined })
    await machine.powerOn()
    const id = await group()
    await machine.powerOff()
    await gone(id)
  })

  test('ends the helpers too when the VM obeys', async () => {
    script('sleep 100 &', 'until [ -e off ]; do sleep 0.05; done')
    const { machine } = createMachine()
    const id = await started(machine)
    await machine.powerOff()
    writeFileSync(join(folder, 'off'), '')
    link.disconnect()
    await until('off', () => machine.power === 'off')
    await gone(id)
  })

  test('while it starts calls the start off', async () => {
    script('sleep 100')
    const { machine, events } = createMachine()
    const on = machine.powerOn()
    const refused = expect(on).rejects.toMatchObject({ reason: 'wrong-state' })
    const id = await group()
    await machine.powerOff()
    await refused
    await gone(id)
    expect(events).toEqual([])
  })

  test('of a VM that only connected asks it, or is refused where it cannot be asked', async () => {
    const { machine } = createMachine()
    link.connect({ ...link.capabilities, power: false })
    await expect(machine.powerOff()).rejects.toMatchObject({ reason: 'not-supported' })
    link.connect()
    await machine.powerOff()
    expect(link.asked).toEqual(['powerOff'])
  })

  test('when off is nothing', async () => {
    const { machine } = createMachine()
    await machine.powerOff()
    expect(link.asked).toEqual([])
  })
})

describe('power on during a power-off', () => {
  test('waits until it is off, then starts', async () => {
    // Written once: a script that is being written cannot be run.
    script('echo x >> starts', '[ -e off ] && exec sleep 100', 'until [ -e off ]; do sleep 0.05; done')
    const { machine, events } = createMachine()
    await started(machine)
    await machine.powerOff()
    const on = machine.powerOn()
    writeFileSync(join(folder, 'off'), '')
    link.disconnect()
    await until('off', () => machine.power === 'off')
    await until('the second start', () => written('starts') === 'x\nx')
    link.connect()
    await on
    expect(events).toEqual(['on request', 'off request', 'on request'])
  })

  test('says so when the VM cannot be got off', async () => {
    const clock = new FakeClock()
    const { machine } = createMachine({ clock })
    link.connect()
    await machine.powerOff()
    const on = machine.powerOn()
    clock.advance(5000)
    await expect(on).rejects.toMatchObject({ reason: 'timeout' })
    await machine.powerOn()
    expect(machine.power).toBe('on')
  })
})

test('a VM that was not started from here could not be started again', () => {
  expect(createMachine().machine.abilities.powerOn).toBe(true)
  expect(createMachine({ startCommand: undefined }).machine.abilities.powerOn).toBe(false)
})

describe('verbs of the link', () => {
  const verbs = [
    ['reset', 'reset', 'reset'],
    ['nmi', 'nmi', 'nmi'],
    ['softOff', 'gracefulShutdown', 'gracefulShutdown'],
  ] as const

  test.each(verbs)('%s', async (verb, asked, capability) => {
    const { machine } = createMachine()
    await expect(machine[verb]()).rejects.toMatchObject({ reason: 'powered-off' })
    link.connect()
    expect(machine.abilities[verb]).toBe(true)
    await machine[verb]()
    expect(link.asked).toEqual([asked])
    link.connect({ ...link.capabilities, [capability]: false })
    expect(machine.abilities[verb]).toBe(false)
    await expect(machine[verb]()).rejects.toMatchObject({ reason: 'not-supported' })
    expect(link.asked).toEqual([asked])
  })

  test.each(verbs)('%s without a link', async (verb) => {
    const none: VmLink | undefined = undefined
    const { machine } = createMachine({ link: none })
    await expect(machine[verb]()).rejects.toMatchObject({ reason: 'not-supported' })
  })
})

describe('close', () => {
  test('ends what it started, whatever it takes', async () => {
    script('trap "" TERM', 'echo up > up', 'while :; do sleep 0.05; done')
    const { machine } = createMachine()
    const id = await started(machine)
    await until('the trap', () => written('up'))
    await machine.close()
    expect(alive(id)).toBe(false)
  })

  test('ends a start under way', async () => {
    script('sleep 100')
    const { machine } = createMachine()
    const refused = expect(machine.powerOn()).rejects.toThrow()
    const id = await group()
    await machine.close()
    await refused
    expect(alive(id)).toBe(false)
  })

  test('lets a VM go that came by itself', async () => {
    const { machine } = createMachine()
    link.connect()
    await machine.close()
    expect(link.asked).toEqual([])
    expect(machine.power).toBe('on')
    await expect(machine.powerOn()).rejects.toMatchObject({ reason: 'wrong-state' })
  })
})

test('a VM that says it was reset', () => {
  const { machine } = createMachine()
  let resets = 0
  const stop = machine.onReset(() => resets++)
  link.resets.call()
  stop()
  link.resets.call()
  expect(resets).toBe(1)
})

describe('what an earlier process has started', () => {
  const made = (ledger: MemoryLedger, more: Partial<CommandMachineOptions> = {}) => {
    const options = {
      name: 'cn1',
      startCommand: './start.sh',
      poweroffWaitS: 5,
      killWaitS: 3,
      cwd: folder,
      link: undefined,
    }
    const rest = { clock: systemClock, log: silentLogger, logFile: join(folder, 'run', 'startcmd.log'), ledger }
    return createCommandMachine({ ...options, ...rest, ...more }).then((machine) => {
      const events: string[] = []
      machine.onPower((power, cause) => events.push(`${power} ${cause}`))
      closing.push(() => closed(machine, undefined))
      return { machine, events }
    })
  }

  const pids = ({ made }: MemoryLedger) => made.flatMap((one) => (one.kind === 'process' && one.group ? [one.pid] : []))

  /** Started, and let go of. */
  async function left(...lines: string[]): Promise<{ ledger: MemoryLedger; id: number }> {
    script(...lines)
    const ledger = new MemoryLedger()
    const { machine, events } = await made(ledger)
    await machine.powerOn()
    const [id] = pids(ledger)
    await machine.detach()
    // What it let go of is not its own to end.
    closing.pop()
    expect(events).toEqual(['on request'])
    return { ledger, id }
  }

  test.each([
    ['its shell', ['sleep 60']],
    ['what its shell left in the background', ['sleep 60 &']],
  ])('is adopted, once: %s', async (_, lines) => {
    const { ledger, id } = await left(...lines)
    const { machine, events } = await made(ledger)
    expect([machine.adopted, machine.power, machine.notes]).toEqual([true, 'on', []])
    await machine.powerOn()
    expect(pids(ledger)).toEqual([id])
    await machine.powerOff()
    await until('off', () => machine.power === 'off')
    expect([events, livingMembers(id, []), ledger.made]).toEqual([['off request'], [], []])
    await machine.powerOn()
    expect(pids(ledger)).toEqual([expect.any(Number)])
    expect(pids(ledger)).not.toEqual([id])
  })

  test('is seen to end', async () => {
    const { ledger, id } = await left('sleep 60')
    const { machine, events } = await made(ledger)
    process.kill(-id, 'SIGKILL')
    await until('off', () => machine.power === 'off')
    expect([events, ledger.made]).toEqual([['off guest'], []])
  })

  test('is ended where the command is another now', async () => {
    const { ledger, id } = await left('trap "" TERM', 'sleep 60')
    const { machine } = await made(ledger, { startCommand: './start.sh again' })
    expect([machine.adopted, machine.power]).toEqual([false, 'off'])
    expect(machine.notes).toEqual([
      `cn1: its VM of an earlier run (pid ${id}) was ended: its configuration has changed`,
    ])
    expect([livingMembers(id, []), ledger.made]).toEqual([[], []])
  })

  test("is forgotten where its number is somebody else's", async () => {
    const { ledger, id } = await left('sleep 60')
    const [one] = ledger.made
    if (one.kind !== 'process') throw new Error('no process')
    const other = new MemoryLedger([{ ...one, startTime: one.startTime - 1 }])
    expect([(await made(other)).machine.adopted, other.made]).toEqual([false, []])
    expect(livingMembers(id, [])).not.toEqual([])
    await made(ledger)
  })
})

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ProgramMachine } from '../../../../src/backends/command/program-machine.ts'
import { type Logger, silentLogger } from '../../../../src/base/logger.ts'
import type { BootDevice } from '../../../../src/machine/machine.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { tempFolder } from '../../../support/temp-folder.ts'
import { until } from '../../../support/until.ts'

let folder: string
let clock: FakeClock
const closing: (() => Promise<void>)[] = []

beforeEach(() => {
  folder = tempFolder()
  clock = new FakeClock()
  writeFileSync(join(folder, 'power'), '0')
  // Notes what it is told; its power is the file `power`, which "set power 0" leaves alone where `stays` is.
  const lines = [
    '[ -e broken ] && { echo the rack is on fire; exit 1; }',
    'if [ "$2" = get ]; then echo "power:$(cat power)"; exit 0; fi',
    'echo "$*" >> calls',
    'if [ "$3" = power ]; then [ "$4" = 0 ] && [ -e stays ] || echo "$4" > power; fi',
    'exit 0',
    '',
  ]
  writeFileSync(join(folder, 'control'), lines.join('\n'), { mode: 0o755 })
})

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

function create(log: Logger = silentLogger) {
  const machine = new ProgramMachine({ name: 'cn1', program: './control 7', cwd: folder, clock, log })
  closing.push(() => machine.close())
  const events: string[] = []
  machine.onPower((power, cause) => events.push(`${power} ${cause}`))
  return { machine, events }
}

const calls = () => readFileSync(join(folder, 'calls'), 'utf8').trimEnd().split('\n')
const once = (device: BootDevice) => ({ boot: { device, efi: false, persistent: false } })

test('on and off are done by the program, and told when it says so', async () => {
  const { machine, events } = create()
  await machine.powerOn({})
  expect(machine.power).toBe('on')
  await machine.powerOn({})
  await machine.powerOff()
  expect(machine.power).toBe('off')
  expect(calls()).toEqual(['7 set power 1', '7 set power 0'])
  expect(events).toEqual(['on request', 'off request'])
})

test('a change that nobody asked for is seen', async () => {
  const { machine, events } = create()
  writeFileSync(join(folder, 'power'), '1')
  await until('on', () => {
    clock.advance(5000)
    return machine.power === 'on'
  })
  expect(events).toEqual(['on reported'])
})

test('reset and soft shutdown want a machine that is on', async () => {
  const { machine } = create()
  await expect(machine.reset({})).rejects.toMatchObject({ reason: 'powered-off' })
  await expect(machine.softOff()).rejects.toMatchObject({ reason: 'powered-off' })
  await machine.powerOn({})
  await machine.reset({})
  await machine.softOff()
  expect(calls()).toEqual(['7 set power 1', '7 set reset 1', '7 set shutdown 1'])
})

test('a boot choice is told before the start and taken back at the next', async () => {
  const { machine } = create()
  await machine.powerOn(once('pxe'))
  await machine.reset({})
  await machine.reset(once('bios-setup'))
  expect(calls()).toEqual([
    '7 set boot pxe',
    '7 set power 1',
    '7 set boot none',
    '7 set reset 1',
    '7 set boot bios',
    '7 set reset 1',
  ])
  await expect(machine.nmi()).rejects.toMatchObject({ reason: 'not-supported' })
})

test('a boot device that the program has no word for: it starts as ever, and a warning says so', async () => {
  const warnings: unknown[] = []
  const { machine } = create({ ...silentLogger, warn: (_, text) => warnings.push(text) })
  await machine.powerOn(once('floppy'))
  expect(machine.power).toBe('on')
  await machine.reset(once('pxe'))
  await machine.reset(once('diagnostics'))
  expect(calls()).toEqual(['7 set power 1', '7 set boot pxe', '7 set reset 1', '7 set boot none', '7 set reset 1'])
  expect(warnings).toEqual([expect.stringContaining('"floppy"'), expect.stringContaining('"diagnostics"')])
})

test('who asks for the power is told what is, not what was', async () => {
  const { machine, events } = create()
  await machine.askPower()
  expect(machine.power).toBe('off')
  writeFileSync(join(folder, 'power'), '1')
  await Promise.all([machine.askPower(), machine.askPower()])
  expect(machine.power).toBe('on')
  expect(events).toEqual(['on reported'])
  writeFileSync(join(folder, 'broken'), '')
  await expect(machine.askPower()).rejects.toThrow('the rack is on fire')
})

test('the identify light is one argument with a blank in it', async () => {
  const { machine } = create()
  writeFileSync(join(folder, 'control'), '[ "$2" = get ] || printf "[%s]" "$@" >> calls\n', { mode: 0o755 })
  await machine.identify(15, false)
  await machine.identify(0, true)
  expect(calls()).toEqual(['[7][set][identify][15 0][7][set][identify][0 1]'])
})

test('a program that fails is told in its own words', async () => {
  const { machine } = create()
  writeFileSync(join(folder, 'broken'), '')
  await expect(machine.powerOff()).rejects.toThrow('status 1: the rack is on fire')
})

test('closing leaves the machine as it is', async () => {
  const { machine } = create()
  await machine.powerOn({})
  await machine.close()
  expect(clock.waiting).toBe(0)
  expect(calls()).toEqual(['7 set power 1'])
})

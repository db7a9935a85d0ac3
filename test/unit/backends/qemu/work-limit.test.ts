import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { CpuGroup } from '../../../../src/backends/qemu/cpu-group.ts'
import { DutyCycle } from '../../../../src/backends/qemu/duty-cycle.ts'
import { systemClock } from '../../../../src/base/clock.ts'
import { cpuMsOf, statFields } from '../../../../src/base/process-counts.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { tempFolder } from '../../../support/temp-folder.ts'
import { until } from '../../../support/until.ts'

const pids: number[] = []
afterEach(() => {
  for (const pid of pids.splice(0)) process.kill(pid, 'SIGKILL')
})

/** A process that computes and does nothing else. */
function spinner(): number {
  const { pid } = spawn('sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' })
  if (pid === undefined) throw new Error('no sh')
  pids.push(pid)
  return pid
}

/** A host with other work may not let it, or whoever holds it, run for a while: then what counts is what comes of it later. */
const heldBelow = (most: number, pid: number) =>
  until('it to be held down', async () => {
    const held = await busy(pid)
    return held > 0.05 && held < most ? held : undefined
  })

/** Processors that it keeps busy, over a second and a half at least. */
async function busy(pid: number): Promise<number> {
  const from = { ms: systemClock.monotonic(), cpu: cpuMsOf(pid) ?? Number.NaN }
  await until('time', () => systemClock.monotonic() - from.ms >= 1500)
  return ((cpuMsOf(pid) ?? Number.NaN) - from.cpu) / (systemClock.monotonic() - from.ms)
}

describe('a process that is stopped and goes on again', () => {
  it('works as much as it may, and as much as it can when it is let go', async () => {
    const pid = spinner()
    const cycle = new DutyCycle(systemClock, {
      cpuMs: () => cpuMsOf(pid),
      stop: (stopped) => process.kill(pid, stopped ? 'SIGSTOP' : 'SIGCONT'),
    })
    cycle.set(0.2)
    await heldBelow(0.35, pid)
    cycle.set(undefined)
    await until('it to run', () => statFields(pid)?.[0] !== 'T')
  })

  it('is not stopped while it uses less, and saves only a little', () => {
    const clock = new FakeClock()
    let used = 0
    const signals: boolean[] = []
    const cycle = new DutyCycle(clock, { cpuMs: () => used, stop: (stopped) => signals.push(stopped) })
    cycle.set(0.5)
    clock.advance(60_000)
    expect(signals).toEqual([])
    used += 100
    clock.advance(50)
    expect(signals).toEqual([])
    used += 60
    clock.advance(50)
    expect(signals).toEqual([true])
    clock.advance(100)
    expect(signals).toEqual([true, false])
    cycle.close()
    expect(clock.waiting).toBe(0)
  })

  it('is left running, and no timer behind it, when it has ended', () => {
    const clock = new FakeClock()
    let cpu: number | undefined = 0
    const signals: boolean[] = []
    new DutyCycle(clock, { cpuMs: () => cpu, stop: (stopped) => signals.push(stopped) }).set(0.1)
    cpu = 1000
    clock.advance(50)
    cpu = undefined
    clock.advance(50)
    expect(signals).toEqual([true, false])
    expect(clock.waiting).toBe(0)
  })
})

describe('a control group', () => {
  it('holds a process down until it is told otherwise', async ({ skip }) => {
    const pid = spinner()
    const group = CpuGroup.make(pid)
    if (group === undefined) return skip('no control group can be made here')
    group.set(0.2)
    const held = await heldBelow(0.3, pid)
    const again = CpuGroup.of(pid)
    again?.set(undefined)
    await until('more work', async () => (await busy(pid)) > held * 1.3)
    process.kill(pid, 'SIGKILL')
    await until('its end', () => statFields(pid) === undefined)
    pids.splice(pids.indexOf(pid), 1)
    again?.remove()
    expect(CpuGroup.of(pid)).toBeUndefined()
  })

  /** What the kernel shows where version 2 has the processors, in folders of the test's own. */
  function second(handsOn: string) {
    const root = tempFolder()
    const proc = join(root, 'proc')
    const own = join(root, 'fs', 'a.slice', 'b.service')
    for (const folder of [own, join(proc, 'self'), join(proc, '4242')]) mkdirSync(folder, { recursive: true })
    for (const folder of [join(root, 'fs'), join(root, 'fs', 'a.slice'), own]) {
      writeFileSync(join(folder, 'cgroup.procs'), '')
      writeFileSync(join(folder, 'cgroup.subtree_control'), folder === own ? '\n' : handsOn)
    }
    writeFileSync(join(proc, 'self', 'mountinfo'), `30 1 0:40 / ${root}/fs rw - cgroup2 cgroup2 rw\n`)
    writeFileSync(join(proc, '4242', 'cgroup'), '0::/a.slice/b.service\n')
    return { proc, root }
  }

  it('is made, in version 2, in the nearest one that hands on processor time', () => {
    const { proc, root } = second('memory cpu pids\n')
    CpuGroup.make(4242, proc)?.set(1.5)
    const folder = join(root, 'fs', 'a.slice', 'bmcsim-4242')
    expect(readFileSync(join(folder, 'cgroup.procs'), 'utf8')).toBe('4242')
    expect(readFileSync(join(folder, 'cpu.max'), 'utf8')).toBe('150000 100000')
    CpuGroup.make(4242, proc)?.set(undefined)
    expect(readFileSync(join(folder, 'cpu.max'), 'utf8')).toBe('max 100000')
  })

  it('is not made where nobody hands it on', () => {
    const { proc, root } = second('memory pids\n')
    expect(CpuGroup.make(4242, proc)).toBeUndefined()
    expect(existsSync(join(root, 'fs', 'bmcsim-4242'))).toBe(false)
  })
})

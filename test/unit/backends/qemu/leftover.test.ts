import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { endLeftover } from '../../../../src/backends/qemu/leftover.ts'
import { runFiles } from '../../../../src/backends/qemu/options.ts'
import { systemClock } from '../../../../src/base/clock.ts'
import { startTimeOf } from '../../../../src/base/known-process.ts'
import { silentLogger } from '../../../../src/base/logger.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

const started: number[] = []
afterEach(() => {
  for (const pid of started.splice(0)) if (startTimeOf(pid) !== undefined) process.kill(-pid, 'SIGKILL')
})

/** A process that waits, with `word` on its command line. */
async function waiter(word: string): Promise<number> {
  const child = spawn('/bin/sh', ['-c', 'read line', word], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  await new Promise((resolve) => child.once('spawn', resolve))
  const pid = child.pid
  if (pid === undefined) throw new Error('no pid')
  started.push(pid)
  return pid
}

describe('a QEMU that an earlier run left behind', () => {
  it('is ended when pid, start time and command line agree', async () => {
    const files = runFiles(tempFolder())
    const pid = await waiter(files.qmp)
    writeFileSync(files.pid, JSON.stringify({ pid, startTime: startTimeOf(pid) }))
    await expect(endLeftover(files.pid.replace('/qemu.pid', ''), systemClock, silentLogger)).resolves.toBe(true)
    expect(startTimeOf(pid)).toBeUndefined()
    expect(existsSync(files.pid)).toBe(false)
  })

  it.each([
    ['another start time', (pid: number) => ({ pid, startTime: (startTimeOf(pid) ?? 0) + 1 }), true],
    ['a stranger on the command line', (pid: number) => ({ pid, startTime: startTimeOf(pid) }), false],
    ['no start time', (pid: number) => ({ pid }), true],
    ['nonsense', () => 'nonsense', true],
  ])('is left alone with %s', async (_, note, ours) => {
    const folder = tempFolder()
    const files = runFiles(folder)
    const pid = await waiter(ours ? files.qmp : 'stranger')
    writeFileSync(files.pid, JSON.stringify(note(pid)))
    await expect(endLeftover(folder, systemClock, silentLogger)).resolves.toBe(false)
    expect(startTimeOf(pid)).toBeDefined()
  })

  it('is not looked for where there is no folder', async () => {
    await expect(endLeftover('/nonexistent/folder', systemClock, silentLogger)).resolves.toBe(false)
  })
})

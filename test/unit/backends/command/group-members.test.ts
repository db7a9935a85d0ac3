import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { livingMembers, signalGroup } from '../../../../src/backends/command/group-members.ts'
import { until } from '../../../support/until.ts'

const shells: ChildProcess[] = []
afterEach(() => {
  for (const { pid } of shells.splice(0)) if (pid !== undefined) signalGroup(pid, 'SIGKILL')
})

/** A shell that leads a group of its own, and the first line it prints. */
async function shell(command: string): Promise<{ id: number; line: string; process: ChildProcess }> {
  const process = spawn('/bin/sh', ['-c', command], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
  shells.push(process)
  const [chunk] = await once(process.stdout, 'data')
  return { id: process.pid ?? 0, line: String(chunk).trim(), process }
}

test('members are found after their shell has gone', async () => {
  const { id, line, process } = await shell('sleep 100 & echo $!')
  if (process.exitCode === null) await once(process, 'exit')
  expect(livingMembers(id, [])).toEqual([Number(line)])
  expect(livingMembers(id, [Number(line)])).toEqual([Number(line)])
  expect(signalGroup(id, 'SIGKILL')).toBe(true)
  await until('the end of the group', () => livingMembers(id, [Number(line)]).length === 0)
})

test('a member seen before that has gone is replaced by one that is there', async () => {
  const { id, line } = await shell('sleep 100 & echo $!; wait')
  expect(livingMembers(id, [1, 2 ** 22]).sort()).toEqual([id, Number(line)].sort())
})

test('a group of zombies is dead, though kill(2) finds it', async () => {
  // The one in its own session ends, and its parent, by then a sleep, never waits for it.
  const { line } = await shell('setsid true & echo $!; exec sleep 100')
  const zombie = Number(line)
  await until('the zombie', () => livingMembers(zombie, []).length === 0 && signalGroup(zombie, 0))
})

test('a group that is not there has no members and takes no signal', () => {
  expect(livingMembers(2 ** 22, [])).toEqual([])
  expect(signalGroup(2 ** 22, 0)).toBe(false)
})

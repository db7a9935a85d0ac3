import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { endLeftovers, leftovers } from '../../../../src/backends/qemu/leftover.ts'
import { NoteFile, type QemuNote } from '../../../../src/backends/qemu/note.ts'
import { runFiles } from '../../../../src/backends/qemu/options.ts'
import { systemClock } from '../../../../src/base/clock.ts'
import { startTimeOf } from '../../../../src/base/known-process.ts'
import { MemoryLedger } from '../../../../src/base/ledger.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

const started: number[] = []
afterEach(() => {
  for (const pid of started.splice(0)) if (startTimeOf(pid) !== undefined) process.kill(-pid, 'SIGKILL')
})

/** A process that waits. */
async function waiter(): Promise<{ readonly pid: number; readonly startTime: number }> {
  const child = spawn('/bin/sh', ['-c', 'read line'], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  await new Promise((resolve) => child.once('spawn', resolve))
  const { pid } = child
  const startTime = pid && startTimeOf(pid)
  if (!pid || !startTime) throw new Error('no pid')
  started.push(pid)
  return { pid, startTime }
}

function noteOf(known: { pid: number; startTime: number }): QemuNote {
  const started = { order: ['disk0'], menu: false, direct: false, note: undefined }
  return { ...known, digest: 'd', accelerator: 'tcg', netdevs: [], started, restore: null, ownBytes: 0 }
}

const qemu = (known: { pid: number; startTime: number }) => ({ kind: 'process', what: 'QEMU', ...known }) as const

describe('a QEMU that an earlier run left behind', () => {
  it('is found by its note, and is gone with its files when it was ended', async () => {
    const files = runFiles(tempFolder())
    const known = await waiter()
    const { note } = new NoteFile(files.pid, noteOf(known))
    const ledger = new MemoryLedger([qemu(known)])
    const left = leftovers(files, ledger)
    expect(left).toEqual([{ ...known, note: { ...note, started: expect.objectContaining({ order: ['disk0'] }) } }])
    await endLeftovers(left, { files, ledger, clock: systemClock })
    expect(startTimeOf(known.pid)).toBeUndefined()
    expect([existsSync(files.pid), ledger.made]).toEqual([false, []])
  })

  it('is found by the ledger alone, and then nothing else is known of it', async () => {
    const known = await waiter()
    const left = leftovers(runFiles(tempFolder()), new MemoryLedger([qemu(known)]))
    expect(left).toEqual([{ ...known, note: undefined }])
  })

  it.each([
    ['another start time', (known: QemuNote) => JSON.stringify({ ...known, startTime: known.startTime + 1 })],
    ['no start time', (known: QemuNote) => JSON.stringify({ ...known, startTime: undefined })],
    ['no digest', (known: QemuNote) => JSON.stringify({ ...known, digest: undefined })],
    ['nonsense', () => 'nonsense'],
  ])('is none with %s', async (_, text) => {
    const files = runFiles(tempFolder())
    const known = await waiter()
    writeFileSync(files.pid, text(noteOf(known)))
    const ledger = new MemoryLedger([qemu({ ...known, startTime: known.startTime - 1 })])
    expect(leftovers(files, ledger)).toEqual([])
    await endLeftovers([], { files, ledger, clock: systemClock })
    expect(startTimeOf(known.pid)).toBe(known.startTime)
    expect(ledger.made).toEqual([])
  })

  it('is not looked for where there is no folder', () => {
    expect(leftovers(runFiles('/nonexistent/folder'), new MemoryLedger())).toEqual([])
  })
})

import { rmSync } from 'node:fs'
import type { Clock } from '../../base/clock.ts'
import { endKnown, type KnownProcess, runs } from '../../base/known-process.ts'
import type { Ledger, MadeOf } from '../../base/ledger.ts'
import { type QemuNote, readNote } from './note.ts'
import type { RunFiles } from './options.ts'
import { QEMU } from './process.ts'

/** A QEMU that an earlier process of ours left behind, since it was killed or let go of it. */
export interface Leftover extends KnownProcess {
  /** Undefined: too little is known of it to go on with it. */
  readonly note: QemuNote | undefined
}

/** Those of one VM that still run. There is one at most, but where our process was killed while it exchanged one for another. */
export function leftovers({ pid: path }: Pick<RunFiles, 'pid'>, ledger: Ledger): readonly Leftover[] {
  const note = readNote(path)
  const noted = note === undefined ? [] : [{ pid: note.pid, startTime: note.startTime, note }]
  const others = recorded(ledger).filter(({ pid }) => pid !== note?.pid)
  return [...noted, ...others.map(({ pid, startTime }) => ({ pid, startTime, note: undefined }))].filter(runs)
}

/** Ends it, and forgets all that do not run. */
export async function endLeftovers(
  left: readonly KnownProcess[],
  { files, ledger, clock }: { files: RunFiles; ledger: Ledger; clock: Clock },
): Promise<void> {
  await Promise.all(left.map((one) => endKnown(one, clock)))
  for (const made of recorded(ledger)) if (!runs(made)) ledger.forget(made)
  for (const file of [files.pid, files.qmp, files.serial, files.serialLog]) rmSync(file, { force: true })
}

function recorded(ledger: Ledger): readonly MadeOf<'process'>[] {
  return ledger.made.filter((made) => made.kind === 'process').filter(({ what }) => what === QEMU)
}

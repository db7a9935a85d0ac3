import { systemClock } from '../base/clock.ts'
import { isChange, type LabChanges } from '../lab/lab-changes.ts'
import type { LabFile } from '../lab/lab-file.ts'
import { WatchedFiles } from '../lab/watched-files.ts'
import { err, type Io } from './io.ts'
import { report } from './report.ts'

export interface Watching {
  close(): void
}

/** `bmcsim up --watch`: applies the file whenever it, or a file that it names, is changed. What is wrong with it is said, and the lab goes on. */
export function watchFile(io: Io, file: LabFile, changes: LabChanges): Watching {
  /** What was said last of a file that cannot be applied. */
  let wrong: string | undefined
  let good = file.files
  let closed = false
  const apply = async () => {
    try {
      const applied = await changes.apply()
      if (wrong !== undefined && !isChange(applied)) err(io, `${file.shown} is what runs again`)
      wrong = undefined
      good = file.files
    } catch (error) {
      const { text } = report(error, false)
      if (!closed && text !== wrong) err(io, `${text}\n${file.shown} is not applied; the lab goes on as it is`)
      wrong = text
    }
    // A file that was wrong may name less than it did, and will name more again.
    files.watch([...good, ...file.files])
  }
  const files = new WatchedFiles({
    clock: systemClock,
    changed: () => void apply(),
    failed: (message) => err(io, `${file.shown} cannot be followed: ${message}`),
  })
  files.watch(good)
  return {
    close() {
      closed = true
      files.close()
    },
  }
}

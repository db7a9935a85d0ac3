/**
 * What a machine does, as far as it can be seen from outside. Work is counted and not measured: the difference of two
 * looks is exact however long lies between them, and nobody has to look in between. Missing: nobody knows.
 */
export interface MachineVitals {
  /** Milliseconds that its processors have worked, all together. */
  readonly cpuMs: Count | undefined
  /** How many processors did. */
  readonly cpus: number
  /** The part of its memory in use, 0 to 1. */
  readonly memory: number | undefined
  /** Bytes read and written, of all its drives. */
  readonly diskBytes: Count | undefined
  /** Bytes received and sent, of all its network cards. */
  readonly networkBytes: Count | undefined
}

/** Grows while the machine runs, and begins again with it. */
export interface Count {
  readonly total: number
  /** When it was that much, on the machine's monotonic clock. */
  readonly atMs: number
}

/** How much a millisecond between two looks; undefined where no time lies between them or the count has begun again. */
export function rateBetween(before: Count | undefined, after: Count | undefined): number | undefined {
  if (before === undefined || after === undefined || after.atMs <= before.atMs) return undefined
  if (after.total < before.total) return undefined
  return (after.total - before.total) / (after.atMs - before.atMs)
}

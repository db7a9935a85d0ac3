import { fstatSync } from 'node:fs'
import type { Io } from './io.ts'

const STDOUT = 1

/**
 * True where what is printed stays: a file, or the systemd journal, which names its socket in JOURNAL_STREAM (systemd.exec(5)).
 * Passwords go to neither.
 */
export function isKept(io: Io): boolean {
  if (io.stdout.isTTY) return false
  try {
    const stat = fstatSync(STDOUT)
    return stat.isFile() || io.env.JOURNAL_STREAM === `${stat.dev}:${stat.ino}`
  } catch {
    return true
  }
}

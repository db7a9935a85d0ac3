import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** Before the first test file: the answer takes seconds, since apt's lists are read for it, and serves all files. */
export default function findTestGuest(): void {
  process.env.BMCSIM_TEST_GUEST ??= check()
}

/** Where the test guest's kernel (vmlinux, vmlinuz) and initrd are; '' where it is not built, or not from these files. */
export function testGuestFolder(): string {
  return process.env.BMCSIM_TEST_GUEST ?? check()
}

function check(): string {
  const builder = join(import.meta.dirname, '../../scripts/build-guest')
  try {
    return execFileSync(builder, ['--check'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return ''
  }
}

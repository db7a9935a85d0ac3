import { setImmediate as inputRead, setTimeout as sleep } from 'node:timers/promises'

/**
 * Asks `condition` again and again until it gives something other than undefined or false, and returns that. Bounded:
 * after `ms` it fails and says what was awaited, with `detail` to show how far things had come. What other processes wrote before that is
 * read by then, also where this process has just slept longer than it wanted.
 */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  ms = 60_000,
  detail: () => string = () => '',
): Promise<NonNullable<Exclude<T, false>>> {
  const end = performance.now() + ms
  for (;;) {
    const value = await condition()
    if (value !== undefined && value !== null && value !== false) {
      await inputRead()
      return value as NonNullable<Exclude<T, false>>
    }
    if (performance.now() > end) throw new Error(`waited ${ms} ms in vain for ${what}\n${detail()}`)
    await sleep(40)
  }
}

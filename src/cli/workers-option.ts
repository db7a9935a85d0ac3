import { UsageError } from './exit-code.ts'

/** More threads than any machine of today's labs has processors for would only take memory. */
const MOST_WORKERS = 64

/** `--workers N`; 0, and without it: everything in the main thread. */
export function workersOption(text: string | undefined): number {
  const workers = text === undefined ? 0 : Number(text)
  if (text?.trim() !== '' && Number.isInteger(workers) && workers >= 0 && workers <= MOST_WORKERS) return workers
  throw new UsageError(`--workers wants a number of threads from 0 to ${MOST_WORKERS}, not "${text}"`)
}

import { UsageError } from './exit-code.ts'

/** A TCP port; 0 is any that is free. */
export function portOption(name: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65535) return port
  throw new UsageError(`${name} is a number up to 65535, not "${text}"`)
}

import type { LinkChange } from '../app/nics/nic.ts'
import { BmcError } from '../base/errors.ts'
import { leastRateBps, mostDelayMs, mostRateBps } from '../config/link-words.ts'

/** What a request says about a link, looked at before anything changes. */
export function linkChangeOf(body: unknown): LinkChange {
  const facts = factsOf(body)
  const change: Record<string, unknown> = {}
  for (const [key, isRight] of Object.entries(checks)) {
    const value = facts.get(key)
    if (value === undefined) continue
    if (!isRight(value)) throw new BmcError('invalid-field', `${key} cannot be ${JSON.stringify(value)}`)
    change[key] = value
  }
  if (Object.keys(change).length > 0) return change
  throw new BmcError('invalid-field', `say at least one of ${Object.keys(checks).join(', ')}`)
}

/** Undefined: all of them. */
export function nicOf(body: unknown): number | undefined {
  const nic = factsOf(body).get('nic')
  if (nic === undefined || typeof nic === 'number') return nic
  throw new BmcError('invalid-field', 'nic is the number of a NIC, from 0')
}

const within = (least: number, most: number) => (value: unknown) =>
  typeof value === 'number' && value >= least && value <= most

const isRate = within(leastRateBps, mostRateBps)

const checks = {
  up: (value: unknown) => typeof value === 'boolean',
  delayMs: within(0, mostDelayMs),
  jitterMs: within(0, mostDelayMs),
  lossPercent: within(0, 100),
  rateBps: (value: unknown) => value === null || isRate(value),
} satisfies Readonly<Record<keyof LinkChange, (value: unknown) => boolean>>

function factsOf(body: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof body === 'object' && body !== null ? Object.entries(body) : [])
}

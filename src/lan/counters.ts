/** Why a packet got no answer. Silence is the rule for anything not proven (IPMI 2.0 §13.6); the counters tell why. */
export const dropReasons = [
  'malformed',
  'bad checksum',
  'not for us',
  'unknown session',
  'sequence',
  'integrity',
  'not protected',
  'decryption',
  'duplicate request',
  'unsupported payload',
] as const
export type DropReason = (typeof dropReasons)[number]

/** What the LAN door did, in numbers. */
export interface LanTotals {
  readonly received: number
  readonly sent: number
  readonly dropped: Readonly<Record<DropReason, number>>
}

export class LanCounters implements LanTotals {
  received = 0
  sent = 0
  readonly dropped: Record<DropReason, number> = {
    malformed: 0,
    'bad checksum': 0,
    'not for us': 0,
    'unknown session': 0,
    sequence: 0,
    integrity: 0,
    'not protected': 0,
    decryption: 0,
    'duplicate request': 0,
    'unsupported payload': 0,
  }

  /** Those received that were packets at all (Get IP/UDP/RMCP Statistics). */
  get understood(): number {
    return this.received - this.dropped.malformed
  }
}

/** The counters of several listeners together. */
export function lanTotals(counters: readonly LanTotals[]): LanCounters {
  const total = new LanCounters()
  for (const { received, sent, dropped } of counters) {
    total.received += received
    total.sent += sent
    for (const reason of dropReasons) total.dropped[reason] += dropped[reason]
  }
  return total
}

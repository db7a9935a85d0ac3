/** Why a packet got no answer. Silence is the rule for anything not proven (IPMI 2.0 §13.6); the counters tell why. */
export type DropReason =
  | 'malformed'
  | 'bad checksum'
  | 'not for us'
  | 'unknown session'
  | 'sequence'
  | 'integrity'
  | 'not protected'
  | 'decryption'
  | 'duplicate request'
  | 'unsupported payload'

export class LanCounters {
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

import { randomFillSync } from 'node:crypto'

/** Session IDs, RAKP nonces and IVs come through this port, so that whole handshakes can be golden. */
export interface Random {
  /** Fills `into`, all of it or from `from` to `to`, with unpredictable bytes. */
  fill(into: Uint8Array, from?: number, to?: number): Uint8Array
}

export const systemRandom: Random = {
  fill: (into, from = 0, to = into.length) => randomFillSync(into, from, to - from),
}

/** An unpredictable number of 1 .. 2^31 - 1; session IDs are never 0 (IPMI 2.0 §13.17). V8 keeps so small a number, as the key of a map too, without an object. */
export function randomId(random: Random): number {
  const bytes = random.fill(new Uint8Array(4))
  return bytes[0] | (bytes[1] << 8) | (bytes[2] << 16) | ((bytes[3] & 0x7f) << 24) || 1
}

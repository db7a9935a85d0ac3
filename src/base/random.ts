import { randomFillSync } from 'node:crypto'

/** Session IDs, RAKP nonces and IVs come through this port, so that whole handshakes can be golden. */
export interface Random {
  /** Fills `into` with unpredictable bytes. */
  fill(into: Uint8Array): Uint8Array
}

export const systemRandom: Random = { fill: (into) => randomFillSync(into) }

/** An unpredictable number of 1 .. 2^32 - 1; session IDs are never 0 (IPMI 2.0 §13.17). */
export function randomU32(random: Random): number {
  const four = random.fill(new Uint8Array(4))
  return new DataView(four.buffer, four.byteOffset, 4).getUint32(0, true) || 1
}

/** Values that move by themselves, the same at every run for the same seed, and computed from the time alone. */

/** A number of 32 bits for a name (FNV-1a). */
export function seedOf(name: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(name, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash
}

/** Between 0 and 1: three slow waves that never come to the same sum in a day. */
export function wave(seed: number, ms: number): number {
  const turn = (periodS: number, shift: number) => Math.sin(2 * Math.PI * (ms / (periodS * 1000) + shift))
  const shift = (bits: number) => ((seed >>> bits) & 0xff) / 256
  const sum = 0.5 * turn(611, shift(0)) + 0.3 * turn(97, shift(8)) + 0.2 * turn(23, shift(16))
  return (sum + 1) / 2
}

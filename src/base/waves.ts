/** Values that move by themselves, the same at every run for the same seed, and computed from the time alone. */

/** A number of 32 bits for a text (FNV-1a). */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    // Where a letter is no byte, the whole text is read again as bytes.
    if (unit > 0x7f) return seedOfBytes(Buffer.from(text, 'utf8'))
    hash = Math.imul(hash ^ unit, 0x01000193) >>> 0
  }
  return hash
}

function seedOfBytes(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash
}

/** How high each of three slow waves is and how long it takes, in seconds: they never come to the same sum in a day. */
const waves = [
  { height: 0.5, periodS: 611, shiftBits: 0 },
  { height: 0.3, periodS: 97, shiftBits: 8 },
  { height: 0.2, periodS: 23, shiftBits: 16 },
] as const

/** Between 0 and 1. */
export function wave(seed: number, ms: number): number {
  const sum = waves.reduce((all, { height, periodS, shiftBits }) => {
    return all + height * Math.sin(angle(seed, ms, periodS, shiftBits))
  }, 0)
  return (sum + 1) / 2
}

/** What lies below the wave up to `ms`: the difference of two such numbers, by the time between, is its exact mean. */
export function waveArea(seed: number, ms: number): number {
  const sum = waves.reduce((all, { height, periodS, shiftBits }) => {
    return all - ((height * periodS * 1000) / (2 * Math.PI)) * Math.cos(angle(seed, ms, periodS, shiftBits))
  }, 0)
  return (sum + ms) / 2
}

function angle(seed: number, ms: number, periodS: number, shiftBits: number): number {
  return 2 * Math.PI * (ms / (periodS * 1000) + ((seed >>> shiftBits) & 0xff) / 256)
}

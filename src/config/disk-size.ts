const units: Readonly<Record<string, number>> = { M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 }
const MOST_BYTES = 64 * units.T

/** Bytes of `512M`, `10G` or `1T`. */
export function diskBytes(text: string): number | undefined {
  const match = /^([1-9]\d{0,6}) ?([MGT])(?:i?B)?$/i.exec(text)
  if (match === null) return undefined
  const bytes = Number(match[1]) * units[match[2].toUpperCase()]
  return bytes <= MOST_BYTES ? bytes : undefined
}

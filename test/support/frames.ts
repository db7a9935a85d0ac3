/** A MAC of one station; the number is its last two bytes. */
export function mac(number: number): Uint8Array {
  return Uint8Array.of(0x52, 0x54, 0, 0, number >> 8, number & 0xff)
}

export const broadcast = new Uint8Array(6).fill(0xff)

/** An Ethernet frame with a type that nobody uses (IEEE 802 §9.2.3, local experiments). */
export function frameOf(to: Uint8Array, from: Uint8Array, data: Uint8Array = new Uint8Array(46)): Uint8Array {
  return Uint8Array.from([...to, ...from, 0x88, 0xb5, ...data])
}

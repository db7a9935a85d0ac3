/**
 * Destination, source and type (IEEE 802.3 §3.1.1). Frames here begin with the destination and end with the data: neither
 * preamble nor check sequence, and a short one may come without its padding.
 */
export const headerBytes = 14

/** One VLAN tag may be in a frame that is as long as it may be (IEEE 802.1Q §9.3). */
const tagBytes = 4

export function longestFrame(mtu: number): number {
  return headerBytes + tagBytes + mtu
}

/** The first two bytes of the MAC at `offset`, and its last four: numbers that fit into typed arrays. */
export function macHigh(frame: Uint8Array, offset: number): number {
  return (frame[offset] << 8) | frame[offset + 1]
}

export function macLow(frame: Uint8Array, offset: number): number {
  return ((frame[offset + 2] << 24) | (frame[offset + 3] << 16) | (frame[offset + 4] << 8) | frame[offset + 5]) >>> 0
}

/** Group addresses, broadcast among them, have the first bit on the wire set (IEEE 802 §8.2.2). */
export function isGroup(high: number): boolean {
  return (high & 0x0100) !== 0
}

/** 01-80-C2-00-00-00 to -0F are for the other end of the cable and no further (IEEE 802.1Q Table 8-1): LLDP, LACP, pause. */
export function staysOnTheCable(high: number, low: number): boolean {
  return high === 0x0180 && low >= 0xc2000000 && low <= 0xc200000f
}

/**
 * The classic pcap file (draft-ietf-opsawg-pcap, "PCAP Capture File Format"): a header, then each frame behind sixteen bytes that
 * say when it was seen and how long it is. Little-endian, microseconds.
 */
const magic = 0xa1b2c3d4
const linkTypeEthernet = 1
/** No frame here is longer. */
const snapLength = 65_535

export const pcapHeaderBytes = 24
export const recordHeaderBytes = 16

export function pcapHeader(): Uint8Array {
  const bytes = new Uint8Array(pcapHeaderBytes)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, magic, true)
  view.setUint16(4, 2, true)
  view.setUint16(6, 4, true)
  view.setUint32(16, snapLength, true)
  view.setUint32(20, linkTypeEthernet, true)
  return bytes
}

/** `atMs`: milliseconds since 1970, with their fractions. */
export function pcapRecord(frame: Uint8Array, atMs: number): Uint8Array {
  const kept = Math.min(frame.length, snapLength)
  const bytes = new Uint8Array(recordHeaderBytes + kept)
  const view = new DataView(bytes.buffer)
  const microseconds = Math.floor(atMs * 1000)
  view.setUint32(0, Math.floor(microseconds / 1e6), true)
  view.setUint32(4, microseconds % 1e6, true)
  view.setUint32(8, kept, true)
  view.setUint32(12, frame.length, true)
  bytes.set(kept === frame.length ? frame : frame.subarray(0, kept), recordHeaderBytes)
  return bytes
}

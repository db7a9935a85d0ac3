/** The first 32 bytes of a qcow2 image of that many bytes. */
export function qcow2Header(sizeBytes: number): Buffer {
  const head = Buffer.alloc(32)
  head.write('QFI\xfb', 'latin1')
  head.writeUInt32BE(3, 4)
  head.writeBigUInt64BE(BigInt(sizeBytes), 24)
  return head
}

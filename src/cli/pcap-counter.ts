import { pcapHeaderBytes, recordHeaderBytes } from '../net/segment/pcap.ts'

/** Cuts a growing pcap file between its records, so that whoever stops has a whole file, and counts the frames in it. */
export class PcapCounter {
  frames = 0
  #rest: Uint8Array = new Uint8Array()
  #begun = false

  /** What of it, and of what came before, is whole. */
  feed(chunk: Uint8Array): Uint8Array {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    let end = 0
    if (!this.#begun && bytes.length >= pcapHeaderBytes) {
      this.#begun = true
      end = pcapHeaderBytes
    }
    while (this.#begun && bytes.length - end >= recordHeaderBytes) {
      const next = end + recordHeaderBytes + view.getUint32(end + 8, true)
      if (next > bytes.length) break
      end = next
      this.frames++
    }
    this.#rest = bytes.subarray(end)
    return bytes.subarray(0, end)
  }
}

/**
 * The bytes of a VM link, written and read in another way than the product does it and without a line of it: what both
 * understand alike is no common mistake.
 */
export interface WireMessage {
  readonly seq: number
  /** netFn and LUN in one byte, as they are sent. */
  readonly netFnLun: number
  readonly cmd: number
  readonly data: readonly number[]
}

const total = (bytes: readonly number[]) => bytes.reduce((sum, byte) => sum + byte, 0)

export function wireMessage({ seq, netFnLun, cmd, data }: WireMessage): number[] {
  const plain = [seq, netFnLun, cmd, ...data]
  return ended([...plain, (256 - (total(plain) % 256)) % 256], 0xa0)
}

export function wireControl(...plain: readonly number[]): number[] {
  return ended(plain, 0xa1)
}

function ended(plain: readonly number[], end: number): number[] {
  return [...plain.flatMap((byte) => (byte === 0xa0 || byte === 0xa1 || byte === 0xaa ? [0xaa, byte + 16] : byte)), end]
}

/** The longest message with its seq and checksum (QEMU's MAX_IPMI_MSG_SIZE is 300). */
const LONGEST = 302

/** All messages that are whole and sound in a stream; control commands and what is broken are left out. */
export function wireMessages(stream: readonly number[]): WireMessage[] {
  const messages: WireMessage[] = []
  let frame: number[] = []
  for (const byte of stream) {
    if (byte !== 0xa0 && byte !== 0xa1) {
      frame.push(byte)
      continue
    }
    const plain = byte === 0xa0 ? unescaped(frame) : undefined
    frame = []
    if (plain === undefined || plain.length < 4 || plain.length > LONGEST || total(plain) % 256 !== 0) continue
    const [seq, netFnLun, cmd, ...data] = plain.slice(0, -1)
    messages.push({ seq, netFnLun, cmd, data })
  }
  return messages
}

/** Undefined where an escape stands before another, or before nothing. */
function unescaped(frame: readonly number[]): number[] | undefined {
  const plain: number[] = []
  for (let at = 0; at < frame.length; at++) {
    if (frame[at] !== 0xaa) plain.push(frame[at])
    else if (at + 1 === frame.length || frame[++at] === 0xaa) return undefined
    else plain.push(frame[at] & 0xef)
  }
  return plain
}

import { fromHex, hex } from '../../src/base/bytes.ts'

/**
 * Packets as annotated hex text:
 *
 *     # anything after a hash is for the reader
 *     > 06 00 ff 07 ...    what the remote console sent
 *     < 06 00 ff 07 ...    what the managed system answered
 */
export interface GoldenPacket {
  readonly from: 'console' | 'bmc'
  readonly bytes: Uint8Array
  /** What the line says beside the bytes, and where it stands. */
  readonly note: string
  readonly line: number
}

export function readPackets(text: string): GoldenPacket[] {
  const packets: GoldenPacket[] = []
  for (const [index, whole] of text.split('\n').entries()) {
    const [body, ...notes] = whole.split('#')
    const direction = body.trim()[0]
    if (direction === undefined) continue
    if (direction !== '<' && direction !== '>') throw new Error(`line ${index + 1}: "${whole}" is neither > nor <`)
    const from = direction === '>' ? 'console' : 'bmc'
    packets.push({ from, bytes: fromHex(body.trim().slice(1)), note: notes.join('#').trim(), line: index + 1 })
  }
  return packets
}

export function writePackets(head: readonly string[], packets: readonly Omit<GoldenPacket, 'line'>[]): string {
  const lines = packets.map(({ from, bytes, note }) => `${from === 'console' ? '>' : '<'} ${hex(bytes)}  # ${note}`)
  return `${[...head.map((line) => `# ${line}`), ...lines].join('\n')}\n`
}

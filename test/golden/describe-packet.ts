import { decodePacket15 } from '../../src/ipmi/session15.ts'
import { decodePacket20, isRmcpPlus, PayloadType, payloadOf20 } from '../../src/ipmi/session20.ts'

const names = new Map<number, string>([
  [PayloadType.ipmi, 'IPMI message'],
  [PayloadType.sol, 'SOL'],
  [PayloadType.openSessionRequest, 'Open Session Request'],
  [PayloadType.openSessionResponse, 'Open Session Response'],
  [PayloadType.rakp1, 'RAKP Message 1'],
  [PayloadType.rakp2, 'RAKP Message 2'],
  [PayloadType.rakp3, 'RAKP Message 3'],
  [PayloadType.rakp4, 'RAKP Message 4'],
])

/** A few words for the margin of a golden packet. */
export function describePacket(bytes: Uint8Array): string {
  if ((bytes[3] & 0x1f) === 6) return 'ASF'
  if (!isRmcpPlus(bytes)) {
    const { sessionId, payload } = decodePacket15(bytes)
    return `IPMI 1.5, ${sessionId === 0 ? 'no session' : 'in session'}, ${message(payload)}`
  }
  const header = decodePacket20(bytes)
  const name = names.get(header.payloadType) ?? `payload type ${header.payloadType}`
  const guards = `${header.authenticated ? ', authenticated' : ''}${header.encrypted ? ', encrypted' : ''}`
  const content =
    header.payloadType === PayloadType.ipmi && !header.encrypted ? `, ${message(payloadOf20(bytes, header))}` : ''
  return `${name}${guards}${content}`
}

function message(payload: Uint8Array): string {
  const number = (value: number) => value.toString(16).padStart(2, '0')
  return `netfn ${number(payload[1] >> 2)} cmd ${number(payload[5])}`
}

import { Session, type SessionFacts } from '../../src/bmc/access/session.ts'
import { decodeSol } from '../../src/ipmi/sol.ts'

/** A session as the LAN door makes one, and what was sent on it. */
export function solSession(facts: Partial<SessionFacts> = {}) {
  const payloads: Uint8Array[] = []
  const session = new Session({
    id: 0x1234,
    version: '2.0',
    handle: 1,
    channel: 1,
    userId: 2,
    userName: 'ops',
    maximum: 'Administrator',
    privilege: 'Administrator',
    peer: { address: '127.0.0.1', port: 40000 },
    lastSeen: 0,
    authenticated: true,
    encrypted: true,
    localPort: 623,
    sendSol: (payload) => payloads.push(payload),
    sendMessage: () => {},
    ...facts,
  })
  const sent = () =>
    payloads.splice(0).map((payload) => {
      const packet = decodeSol(payload)
      return { ...packet, text: Buffer.from(packet.data).toString('latin1') }
    })
  return { session, sent }
}

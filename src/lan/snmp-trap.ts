import { createSocket } from 'node:dgram'
import type { Trap } from '../bmc/alerts.ts'
import { PET_ENTERPRISE, PET_VARIABLE } from '../ipmi/pet.ts'

/**
 * Sends one trap, from a socket of its own. Alerts are rare: the package is loaded with the first of them, and nothing stays
 * open between two. net-snmp 3.29 does not pass the errors of its socket on (an address that is no longer ours, for one),
 * so the socket is made and watched here.
 */
export async function sendTrap(trap: Trap): Promise<void> {
  const { createSession, ObjectType, Version1 } = await import('net-snmp')
  const { address, port, community, from, agent, specific, upTime, variable } = trap
  await new Promise<void>((resolve, reject) => {
    const socket = createSocket('udp4')
    const session = createSession(address, community, {
      version: Version1,
      trapPort: port,
      sourceAddress: from,
      dgramModule: { createSocket: () => socket },
    })
    let over = false
    const done = (error: Error | null) => {
      if (over) return
      over = true
      session.close()
      if (error === null) resolve()
      else reject(error)
    }
    socket.on('error', done)
    const varbind = { oid: PET_VARIABLE, type: ObjectType.OctetString, value: Buffer.from(variable) }
    session.trap(`${PET_ENTERPRISE}.${specific}`, [varbind], { agentAddr: agent, upTime }, done)
  })
}

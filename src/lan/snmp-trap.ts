import { createSocket } from 'node:dgram'
import type { Trap } from '../bmc/pef/alerts.ts'
import { PET_ENTERPRISE, PET_VARIABLE } from '../ipmi/pet.ts'
import type { OpenSocket } from './udp-socket.ts'

/**
 * Sends one trap, from a socket of its own. Alerts are rare: the package is loaded with the first of them, and nothing stays
 * open between two. net-snmp 3.29 does not pass the errors of its socket on (an address that is no longer ours, for one),
 * so the socket is made and watched here. `open` makes it where the address is not on this process's own network.
 */
export async function sendTrap(trap: Trap, open?: OpenSocket): Promise<void> {
  const { createSession, ObjectType, Version1 } = await import('net-snmp')
  const { address, port, community, from, agent, specific, upTime, variable } = trap
  const bound = from === undefined ? undefined : await open?.(from, 0)
  await new Promise<void>((resolve, reject) => {
    const socket = bound ?? createSocket('udp4')
    const session = createSession(address, community, {
      version: Version1,
      trapPort: port,
      // The package binds its socket where it is given an address.
      sourceAddress: bound === undefined ? from : undefined,
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

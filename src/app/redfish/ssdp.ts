import { createSocket, type Socket } from 'node:dgram'
import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { Random } from '../../base/random.ts'
import { udpHere } from '../../net/udp-here.ts'
import { SSDP_ADDRESS, SSDP_PORT } from '../../redfish/ssdp.ts'
import type { SsdpDoor, SsdpSockets } from '../../web/ssdp-door.ts'
import type { LanDoors } from '../lan/lan-doors.ts'

interface SsdpAround {
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

/** What is found of a node on the network of one of its cards; undefined where SSDP cannot be spoken there. */
export async function openSsdp(
  { clock, random, log }: SsdpAround,
  on: LanDoors,
  address: string,
  found: { readonly uuid: string; readonly url: string },
): Promise<SsdpDoor | undefined> {
  const { SsdpDoor } = await import('../../web/ssdp-door.ts')
  try {
    const door = new SsdpDoor(await sockets(on, address), { found, address, clock, random, log })
    door.open()
    return door
  } catch (error) {
    log.warn({ address, error: messageOf(error) }, 'Redfish cannot be found by SSDP there')
    return undefined
  }
}

async function sockets(on: LanDoors, address: string): Promise<SsdpSockets> {
  // In a namespace of its own a BMC has one address, which everything that it sends comes from.
  const alone = await on.openSocket?.(SSDP_ADDRESS, SSDP_PORT)
  if (alone !== undefined) return { group: alone, own: alone }
  return { group: await joined(), own: await udpHere(address, 0) }
}

/** Every BMC of a machine, and whoever else searches or is found there, shares the port. */
function joined(): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close()
      reject(error)
    })
    socket.bind(SSDP_PORT, SSDP_ADDRESS, () => {
      socket.removeAllListeners('error')
      resolve(socket)
    })
  })
}

import type { Socket } from 'node:dgram'
import { ipv4Number, ipv4Text, subnetOf } from '../base/ipv4.ts'
import type { IpCommand } from './ip-command.ts'
import type { Place } from './network.ts'

/** RFC 863: whatever comes here is thrown away. */
const DISCARD_PORT = 9

/**
 * Makes the machines of a subnet learn whose address this is now. Node has no raw sockets, and no tool that sends a gratuitous
 * ARP is on every Debian; but the kernel announces an address by itself whenever it has to ask from it. So one datagram goes
 * from the address to a neighbour that the kernel has just forgotten: the question is broadcast with our MAC and the
 * address as its sender, and everybody who had another MAC for it takes this one (RFC 826, "merge flag").
 */
export async function greetSubnet(
  ip: IpCommand,
  open: (address: string, port: number) => Promise<Socket>,
  device: string,
  { address, prefix }: Place,
): Promise<void> {
  const neighbour = lastOther(address, prefix)
  if (neighbour === undefined) return
  await ip('neighbor', 'flush', 'to', neighbour, 'dev', device).catch(() => '')
  const socket = await open(address, 0)
  await new Promise<void>((resolve, reject) => {
    const done = (error: Error | null) => {
      socket.close()
      if (error === null) resolve()
      else reject(error)
    }
    socket.once('error', done)
    socket.send(new Uint8Array(1), DISCARD_PORT, neighbour, done)
  })
}

/** The last host address of the subnet that is not this one; a gateway lives there as often as nobody. */
function lastOther(address: string, prefix: number): string | undefined {
  if (prefix === 0 || prefix > 30) return undefined
  const broadcast = ipv4Number(subnetOf(address, prefix)) + 2 ** (32 - prefix) - 1
  const last = ipv4Text(broadcast - 1)
  return last === address ? ipv4Text(broadcast - 2) : last
}

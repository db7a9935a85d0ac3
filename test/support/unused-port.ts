import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** A TCP port of 127.0.0.1 that was free a moment ago, for daemons that must be told one. */
export async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

let udpPorts = 0

/**
 * A UDP port of 127.0.0.1 that nothing has, for a program that binds it later. It is none of those that the system gives to
 * whoever asks for any (32768 to 60999 on Linux): one of those could be gone by then.
 */
export async function unusedUdpPort(): Promise<number> {
  for (;;) {
    udpPorts++
    const port = 20_000 + ((process.pid * 16 + udpPorts) % 12_000)
    if (await isFreeUdp(port)) return port
    if (udpPorts > 500) throw new Error('no UDP port is free')
  }
}

async function isFreeUdp(port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  socket.bind(port, '127.0.0.1')
  try {
    await once(socket, 'listening')
    return true
  } catch {
    return false
  } finally {
    socket.close()
  }
}

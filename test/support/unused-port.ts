import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * A TCP port of 127.0.0.1 that nothing has, for a program that binds it later. It is none of those that the system gives to
 * whoever asks for any (32768 to 60999 on Linux): one of those could be gone by then. The process id makes it, so that no test file that
 * runs at the same time gets it too.
 */
export function unusedPort(): Promise<number> {
  return unused(isFreeTcp)
}

/** The same for UDP. */
export function unusedUdpPort(): Promise<number> {
  return unused(isFreeUdp)
}

let tried = 0

async function unused(isFree: (port: number) => Promise<boolean>): Promise<number> {
  for (;;) {
    tried++
    const port = 20_000 + ((process.pid * 16 + tried) % 12_000)
    if (await isFree(port)) return port
    if (tried > 500) throw new Error('no port of 127.0.0.1 is free')
  }
}

async function isFreeTcp(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
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

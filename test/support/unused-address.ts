import { createSocket } from 'node:dgram'
import { once } from 'node:events'

let count = 0

/**
 * A loopback address that no other test file uses: the process id makes it. Checked by binding `port` there, so that a
 * busy port shows here and not as a strange answer later.
 */
export async function unusedAddress(port = 623): Promise<string> {
  for (;;) {
    const { pid } = process
    count++
    const address = `127.${100 + ((pid >> 8) & 0x7f)}.${pid & 0xff}.${count}`
    if (count > 250) throw new Error(`no loopback address with a free UDP port ${port}; is one there at all?`)
    if (await isFree(address, port)) return address
  }
}

async function isFree(address: string, port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  socket.bind(port, address)
  try {
    await once(socket, 'listening')
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false
    throw error
  } finally {
    socket.close()
  }
}

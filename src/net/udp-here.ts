import { createSocket, type Socket } from 'node:dgram'

/** A UDP socket of this process's own network, bound to an IPv4 address. Rejects with the system's own error. */
export function udpHere(address: string, port: number): Promise<Socket> {
  const socket = createSocket('udp4')
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close()
      reject(error)
    })
    socket.bind({ address, port, exclusive: true }, () => {
      socket.removeAllListeners('error')
      resolve(socket)
    })
  })
}

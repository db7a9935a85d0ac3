import { createSocket, type Socket } from 'node:dgram'

/** Opens a UDP socket that is bound; rejects with the system's own error (`EADDRINUSE`, `EACCES`, ...). */
export type OpenSocket = (host: string, port: number) => Promise<Socket>

/** On a network of this process's own. */
export const openSocket: OpenSocket = (host, port) => {
  const family = host.includes(':') ? 6 : 4
  const socket = createSocket({
    type: `udp${family}`,
    // Peers are numeric already: no resolver on the way out.
    lookup: (peer, _options, done) => done(null, peer, family),
  })
  return new Promise((resolve, reject) => {
    const refused = (error: Error) => {
      socket.close()
      reject(error)
    }
    socket.once('error', refused)
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.off('error', refused)
      resolve(socket)
    })
  })
}

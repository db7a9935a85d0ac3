import { createSocket } from 'node:dgram'

/**
 * A program of its own, started inside a network namespace by `namespace-socket.ts`: opens a UDP socket, gives it to its
 * parent and ends. It imports nothing of ours, to be quick.
 */
const [address, port] = process.argv.slice(2)
const socket = createSocket('udp4')
socket.once('error', (error) => {
  const code = 'code' in error ? error.code : undefined
  process.send?.({ code, message: error.message }, undefined, {}, () => process.disconnect())
})
socket.bind({ address, port: Number(port), exclusive: true }, () => {
  process.send?.({}, socket, {}, () => {
    socket.close()
    process.disconnect()
  })
})

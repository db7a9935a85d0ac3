import { createServer } from 'node:net'

/**
 * A program of its own, started where `net/services/station.ts` has made a network: listens on a TCP port there, gives the
 * listener to the process at the other end of its channel, and ends. It imports nothing of ours, to be quick.
 */
const [host, port] = process.argv.slice(2)
const server = createServer()
server.once('error', (error) => {
  const code = 'code' in error ? error.code : undefined
  process.send?.({ code, message: error.message }, undefined, {}, () => process.disconnect())
})
server.listen({ host, port: Number(port), exclusive: true }, () => {
  process.send?.({}, server, {}, () => {
    server.close()
    process.disconnect()
  })
})

// The least that answering costs in Node: every datagram goes back as it came. echo.mjs HOST PORT
import { createSocket } from 'node:dgram'

const [, , host, port] = process.argv
const socket = createSocket({ type: 'udp4', lookup: (name, _options, done) => done(null, name, 4) })
socket.on('message', (packet, peer) => socket.send(packet, 0, packet.length, peer.port, peer.address))
socket.bind(Number(port), host)

import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { hex } from '../../../src/base/bytes.ts'
import type { Trap } from '../../../src/bmc/pef/alerts.ts'
import { sendTrap } from '../../../src/lan/snmp-trap.ts'
import { udpHere } from '../../../src/net/udp-here.ts'

const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close()
})

async function receiver() {
  const socket = createSocket('udp4')
  sockets.push(socket)
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const received = once(socket, 'message').then(([packet, peer]) => {
    return { packet: new Uint8Array(packet), from: String(peer.address) }
  })
  return { port: socket.address().port, received }
}

function trap(port: number, more: Partial<Trap> = {}): Trap {
  return {
    address: '127.0.0.1',
    port,
    community: 'ops',
    from: '127.51.0.7',
    agent: '127.51.0.7',
    specific: 0x010189,
    upTime: 500,
    variable: Uint8Array.of(1, 2, 3),
    ...more,
  }
}

/** RFC 1157 §4.1.6, in BER. */
test('a version 1 trap: enterprise, agent, enterprise-specific, time, one variable', async () => {
  const { port, received } = await receiver()
  await sendTrap(trap(port))
  const { packet, from } = await received
  expect(from).toBe('127.51.0.7')
  expect(hex(packet)).toBe(
    [
      '30 3c 02 01 00 04 03 6f 70 73 a4 32',
      '06 09 2b 06 01 04 01 98 6f 01 01',
      '40 04 7f 33 00 07 02 01 06 02 03 01 01 89 43 02 01 f4',
      '30 13 30 11 06 0a 2b 06 01 04 01 98 6f 01 01 01 04 03 01 02 03',
    ].join(' '),
  )
})

test('an address that is not ours is an error, and not a wait for ever', async () => {
  await expect(sendTrap(trap(9, { from: '192.0.2.77' }))).rejects.toThrow(/EADDRNOTAVAIL/)
})

test('from a network that this process has no address in, by a socket that is bound there', async () => {
  const { port, received } = await receiver()
  const asked: unknown[] = []
  await sendTrap(trap(port), (address, from) => {
    asked.push([address, from])
    return udpHere('127.62.2.1', 0)
  })
  expect(asked).toEqual([['127.51.0.7', 0]])
  expect((await received).from).toBe('127.62.2.1')
})

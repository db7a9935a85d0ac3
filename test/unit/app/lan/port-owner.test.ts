import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { udpPortOwner } from '../../../../src/app/lan/port-owner.ts'

const linux = process.platform === 'linux'
const me = `(pid ${process.pid}, `

async function withSocket(family: 'udp4' | 'udp6', host: string, look: (port: number) => void): Promise<void> {
  const socket = createSocket(family)
  socket.bind(0, host)
  await once(socket, 'listening')
  try {
    look(socket.address().port)
  } finally {
    socket.close()
  }
}

describe.runIf(linux)('the owner of a UDP port', () => {
  it('is named by pid', () =>
    withSocket('udp4', '127.0.0.1', (port) => expect(udpPortOwner('127.0.0.1', port)).toContain(me)))

  it('is not somebody who has the port on another address', () =>
    withSocket('udp4', '127.0.0.1', (port) => {
      expect(udpPortOwner('127.0.0.2', port)).toBe('')
      expect(udpPortOwner('::1', port)).toBe('')
    }))

  it('is whoever has it on every address, and anybody where every address is wanted', async () => {
    await withSocket('udp4', '0.0.0.0', (port) => expect(udpPortOwner('127.0.0.2', port)).toContain(me))
    await withSocket('udp6', '::', (port) => expect(udpPortOwner('127.0.0.2', port)).toContain(me))
    await withSocket('udp4', '127.0.0.3', (port) => expect(udpPortOwner('::', port)).toContain(me))
  })

  it('is found on an IPv6 address, however that is written', () =>
    withSocket('udp6', '::1', (port) => expect(udpPortOwner('0:0:0:0:0:0:0:1', port)).toContain(me)))

  it('is nobody when the port is free', () => {
    expect(udpPortOwner('127.0.0.1', 1)).toBe('')
    expect(udpPortOwner('localhost', 1)).toBe('')
  })
})

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { udpPortOwner } from '../../../src/app/port-owner.ts'

describe('the owner of a UDP port', () => {
  it.runIf(process.platform === 'linux')('is named by pid', async () => {
    const socket = createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    try {
      expect(udpPortOwner(socket.address().port)).toContain(`(pid ${process.pid}, `)
    } finally {
      socket.close()
    }
  })

  it('is nobody when the port is free', () => {
    expect(udpPortOwner(1)).toBe('')
  })
})

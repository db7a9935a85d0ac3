import { createSocket } from 'node:dgram'
import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../../src/base/clock.ts'
import { SetupError } from '../../../../src/base/errors.ts'
import { LoopbackPorts } from '../../../../src/net/segment/loopback-ports.ts'
import { Segment } from '../../../../src/net/segment/segment.ts'
import { UdpEnd } from '../../../../src/net/segment/udp-end.ts'
import { broadcast, frameOf, mac } from '../../../support/frames.ts'
import { until } from '../../../support/until.ts'

const host = '127.0.0.1'
const open: { close(): void }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

function made() {
  const frames: Uint8Array[] = []
  const end = new UdpEnd((frame) => frames.push(Uint8Array.from(frame)))
  open.push(end)
  return { end, frames }
}

async function joined() {
  const [a, b] = [made(), made()]
  const [portA, portB] = [await a.end.open({ host, port: 0 }, 'a'), await b.end.open({ host, port: 0 }, 'b')]
  await a.end.connect({ host, port: portB })
  await b.end.connect({ host, port: portA })
  return { a, b, portA, portB }
}

describe('an end of a cable of UDP', () => {
  it('carries frames as they are, both ways', async () => {
    const { a, b } = await joined()
    const frame = frameOf(
      broadcast,
      mac(1),
      Uint8Array.from({ length: 1500 }, (_, i) => i),
    )
    a.end.send(frame)
    b.end.send(frame.subarray(0, 14))
    await until('both', () => a.frames.length > 0 && b.frames.length > 0)
    expect(b.frames).toEqual([frame])
    expect(a.frames).toEqual([frame.subarray(0, 14)])
  })

  it('takes nothing from anybody else', async () => {
    const { a, b, portA } = await joined()
    const stranger = createSocket('udp4')
    open.push(stranger)
    await new Promise<void>((resolve, reject) =>
      stranger.send(frameOf(broadcast, mac(66)), portA, host, (error) => (error ? reject(error) : resolve())),
    )
    b.end.send(frameOf(broadcast, mac(2)))
    await until('the peer', () => a.frames.length > 0)
    expect(a.frames).toEqual([frameOf(broadcast, mac(2))])
  })

  it('goes on when the other end was away for a while', async () => {
    const { a, b, portA, portB } = await joined()
    b.end.close()
    for (let i = 0; i < 5; i++) a.end.send(frameOf(broadcast, mac(i)))
    const again = made()
    await again.end.open({ host, port: portB }, 'again')
    await again.end.connect({ host, port: portA })
    await until('a frame', () => {
      a.end.send(frameOf(broadcast, mac(7)))
      return again.frames.length > 0
    })
  })

  it('says what is in the way', async () => {
    const { portA } = await joined()
    const taken = made().end.open({ host, port: portA }, 'network lan')
    await expect(taken).rejects.toThrow(SetupError)
    await expect(taken).rejects.toThrow(`network lan: UDP port 127.0.0.1:${portA} is in use`)
    await expect(made().end.open({ host: '192.0.2.1', port: 1234 }, 'cn01:0')).rejects.toThrow(
      'has no address 192.0.2.1',
    )
  })

  it('gets a port that is free, and never one that another was given', async () => {
    const ports = new LoopbackPorts()
    const taken = await Promise.all(Array.from({ length: 50 }, () => ports.take()))
    expect(new Set(taken).size).toBe(50)
  })
})

it('a segment has its UDP links as ports', async () => {
  const [left, right] = [made(), made()]
  const leftPort = await left.end.open({ host, port: 0 }, 'left')
  const rightPort = await right.end.open({ host, port: 0 }, 'right')
  const ports = new LoopbackPorts()
  const links = await Promise.all(
    [leftPort, rightPort].map(async (port) => ({ listen: { host, port: await ports.take() }, peer: { host, port } })),
  )
  const segment = new Segment({ name: 'lan', mtu: 1500, links, clock: systemClock })
  open.push(segment)
  await segment.open()
  await left.end.connect(links[0].listen)
  await right.end.connect(links[1].listen)
  const local: Uint8Array[] = []
  const port = segment.join((frame) => local.push(Uint8Array.from(frame)))
  left.end.send(frameOf(broadcast, mac(1)))
  await until('a flood', () => right.frames.length > 0 && local.length > 0)
  port.receive(frameOf(mac(1), mac(3)))
  await until('an answer', () => left.frames.length > 0)
  expect([left.frames.length, right.frames.length]).toEqual([1, 1])
  port.receive(frameOf(broadcast, mac(3), new Uint8Array(2000)))
  expect(segment.refused).toBe(1)
})

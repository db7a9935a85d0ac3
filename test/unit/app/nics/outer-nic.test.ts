import { createSocket } from 'node:dgram'
import { afterEach, expect, it } from 'vitest'
import { OuterNic } from '../../../../src/app/nics/outer-nic.ts'
import type { Detour, DetourEnd } from '../../../../src/backends/qemu/detours.ts'
import { systemClock } from '../../../../src/base/clock.ts'
import { systemRandom } from '../../../../src/base/random.ts'
import type { LinkConfig } from '../../../../src/config/config.ts'
import { LoopbackPorts } from '../../../../src/net/segment/loopback-ports.ts'
import { broadcast, frameOf, mac } from '../../../support/frames.ts'
import { until } from '../../../support/until.ts'

const at = { file: 'lab.yaml', line: 1, column: 1, length: 1 }
const open: { close(): void }[] = []
afterEach(() => {
  for (const one of open.splice(0).reverse()) one.close()
})

function nic(link: Partial<LinkConfig> = {}) {
  const plain = { up: true, delayMs: 0, jitterMs: 0, lossPercent: 0, rateBps: null }
  const made = new OuterNic(
    {
      model: 'e1000',
      mac: '52:54:00:00:00:01',
      at,
      plug: { kind: 'bridge', bridge: 'br0' },
      link: { ...plain, ...link },
    },
    { kind: 'bridge', bridge: 'br0' },
    { whose: 'a:0', ports: new LoopbackPorts(), clock: systemClock, random: systemRandom, boot: () => undefined },
  )
  open.push(made)
  return made
}

/** What QEMU does with it: a socket at each end. */
function qemu() {
  const led: (Detour | undefined)[] = []
  return { led, lead: async (detour: Detour | undefined) => void led.push(detour) }
}

async function end({ port, peer }: DetourEnd) {
  const socket = createSocket('udp4')
  open.push(socket)
  const frames: Uint8Array[] = []
  socket.on('message', (frame) => frames.push(frame))
  await new Promise<void>((resolve) => socket.bind(port, '127.0.0.1', resolve))
  return { frames, send: (frame: Uint8Array) => socket.send(frame, peer, '127.0.0.1') }
}

it('goes straight, and round as long as its link is to be bad', async () => {
  const made = nic()
  const { led, lead } = qemu()
  await made.plugged(lead)
  expect([led, made.status().sent]).toEqual([[undefined], null])
  await made.change({ delayMs: 30 })
  const [, detour] = led
  if (detour === undefined) throw new Error('it goes straight')
  const [guest, bridge] = [await end(detour.near), await end(detour.far)]
  const since = performance.now()
  guest.send(frameOf(broadcast, mac(1)))
  await until('a frame on the bridge', () => bridge.frames.length === 1)
  bridge.send(frameOf(mac(1), mac(2)))
  await until('an answer', () => guest.frames.length === 1)
  expect(performance.now() - since).toBeGreaterThanOrEqual(59)
  expect(made.status()).toMatchObject({ delayMs: 30, sent: { frames: 1 }, received: { frames: 1 } })
  await made.change({ lossPercent: 1 })
  expect(led).toHaveLength(2)
  await made.change({ lossPercent: 0, delayMs: 0 })
  expect([led[2], led.length, made.status().sent]).toEqual([undefined, 3, null])
})

it('goes round from the start where the file says so, at every start with ports of its own', async () => {
  const made = nic({ lossPercent: 50 })
  for (let start = 0; start < 2; start++) {
    const { led, lead } = qemu()
    await made.plugged(lead)
    expect(led).toEqual([expect.objectContaining({ near: { port: expect.any(Number), peer: expect.any(Number) } })])
    made.powerOff()
    await made.change({ lossPercent: 20 })
    expect([led.length, made.status().lossPercent]).toEqual([1, 20])
  }
})

it('goes round for whoever looks on, until the last one leaves', async () => {
  const made = nic()
  const { led, lead } = qemu()
  const stop = await made.watch(() => {})
  await made.plugged(lead)
  const other = await made.watch(() => {})
  expect(led).toEqual([expect.objectContaining({ far: expect.anything() })])
  stop()
  other()
  await until('it to go straight', () => led.length === 2)
  expect(led[1]).toBeUndefined()
})

it('is as it was where QEMU cannot do it', async () => {
  const made = nic()
  await made.plugged(async (detour) => {
    if (detour !== undefined) throw new Error('no dgram here')
  })
  await expect(made.change({ delayMs: 5, up: false })).rejects.toThrow(
    'a:0: its frames cannot be led through bmcsim: no dgram here',
  )
  expect(made.status()).toMatchObject({ up: true, delayMs: 0, sent: null })
  await expect(made.watch(() => {})).rejects.toThrow('no dgram here')
})

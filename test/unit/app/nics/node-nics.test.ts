import { createSocket, type Socket } from 'node:dgram'
import { afterEach, describe, expect, it } from 'vitest'
import { KeptLinks } from '../../../../src/app/nics/kept-links.ts'
import { Networks } from '../../../../src/app/nics/networks.ts'
import { NodeNics } from '../../../../src/app/nics/node-nics.ts'
import { systemClock } from '../../../../src/base/clock.ts'
import { MemoryLedger } from '../../../../src/base/ledger.ts'
import { silentLogger } from '../../../../src/base/logger.ts'
import { systemRandom } from '../../../../src/base/random.ts'
import type { LinkConfig, MachineConfig, NicConfig, PlugConfig } from '../../../../src/config/config.ts'
import { FakeMachine } from '../../../support/fake-machine.ts'
import { broadcast, frameOf, mac } from '../../../support/frames.ts'
import { tempFolder } from '../../../support/temp-folder.ts'
import { until } from '../../../support/until.ts'
import { unusedUdpPort } from '../../../support/unused-port.ts'

const at = { file: 'lab.yaml', line: 1, column: 1, length: 1 }
const open: { close(): void }[] = []
afterEach(() => {
  for (const one of open.splice(0).reverse()) one.close()
})

const lan: PlugConfig = { kind: 'segment', network: 'lan', mtu: 1500 }

function nic(plug: PlugConfig, link: Partial<LinkConfig> = {}): NicConfig {
  const plain = { up: true, delayMs: 0, jitterMs: 0, lossPercent: 0, rateBps: null }
  return { model: 'e1000', mac: '52:54:00:00:00:01', at, plug, link: { ...plain, ...link } }
}

const ledger = new MemoryLedger()

function lab() {
  const networks = new Networks([{ kind: 'segment', name: 'lan', at, mtu: 1500, links: [] }], {
    clock: systemClock,
    random: systemRandom,
    ledger,
    log: silentLogger,
  })
  open.push(networks)
  const node = (name: string, ...configs: NicConfig[]) => {
    const machine = new FakeMachine()
    const told: string[] = []
    machine.setLink = async (which, up) => {
      told.push(`${which} ${up ? 'up' : 'down'}`)
    }
    const nics = new NodeNics({ kind: 'simulated', at, startNow: false, nics: configs }, name, networks, true)
    open.push(nics)
    nics.attach(machine)
    return { nics, machine, told, start: (which = 0) => qemu(nics, which) }
  }
  return { node }
}

/** What QEMU does with its `-netdev`: a socket on the local end that sends to the remote one. */
async function qemu(nics: NodeNics, which: number) {
  const { netdev } = nics.forQemu()[which]
  const text = typeof netdev === 'string' ? netdev : await netdev()
  const [, local, remote] =
    /^dgram,local.type=inet,local.host=127.0.0.1,local.port=(\d+),remote.type=inet,remote.host=127.0.0.1,remote.port=(\d+)$/.exec(
      text,
    ) ?? []
  return { ...(await plugged(Number(local), Number(remote))), netdev: text }
}

async function plugged(local: number, remote: number) {
  const socket: Socket = createSocket('udp4')
  open.push(socket)
  const frames: Uint8Array[] = []
  socket.on('message', (frame) => frames.push(Uint8Array.from(frame)))
  await new Promise<void>((resolve) => socket.bind(local, '127.0.0.1', resolve))
  return { frames, send: (frame: Uint8Array) => socket.send(frame, remote, '127.0.0.1') }
}

describe('NICs of nodes', () => {
  it('meet on their segment, each time that their QEMUs start', async () => {
    const { node } = lab()
    const [a, b] = [node('a', nic(lan)), node('b', nic(lan))]
    for (let start = 0; start < 3; start++) {
      a.machine.becomes('on', 'request')
      const [here, there] = [await a.start(), await b.start()]
      here.send(frameOf(broadcast, mac(1)))
      await until('a flood', () => there.frames.length === 1)
      there.send(frameOf(mac(1), mac(2)))
      await until('an answer', () => here.frames.length === 1)
      a.machine.becomes('off', 'request')
      there.send(frameOf(broadcast, mac(2)))
      await until('it to be sent', () => (b.nics.status()[0].sent?.frames ?? 0) === 2 * (start + 1))
      expect(a.nics.status()[0].received?.frames).toBe(start + 1)
    }
    expect(a.nics.forQemu()[0].bytes?.()).toBe(6 * 60)
  })

  it('are adopted with the QEMU that is at their ports, and it notices nothing', async () => {
    const before = lab().node('a', nic(lan))
    const here = await before.start()
    before.nics.close()
    const { node } = lab()
    const [a, b] = [node('a', nic(lan)), node('b', nic(lan))]
    const there = await b.start()
    const [{ adopt }] = a.nics.forQemu()
    expect(await adopt?.('user')).toBe('its NICs are plugged in elsewhere now')
    expect(await adopt?.(here.netdev)).toBeUndefined()
    here.send(frameOf(broadcast, mac(1)))
    await until('a flood', () => there.frames.length === 1)
    there.send(frameOf(mac(1), mac(2)))
    await until('an answer', () => here.frames.length === 1)
    expect(await lab().node('c', nic(lan)).nics.forQemu()[0].adopt?.(here.netdev)).toMatch(/UDP port .* is in use/)
  })

  it('keep what was changed of their links over a crash, unless the file says something else since', async () => {
    const kept = new KeptLinks(tempFolder())
    const one = (...configs: NicConfig[]) => {
      const machine: MachineConfig = { kind: 'simulated', at, startNow: false, nics: configs }
      const made = new NodeNics(
        machine,
        'a',
        new Networks([], { clock: systemClock, random: systemRandom, ledger, log: silentLogger }),
        false,
        kept,
      )
      open.push(made)
      return made
    }
    await one(nic(lan), nic(lan)).change(1, { up: false, lossPercent: 3 })
    const now = one(nic(lan, { delayMs: 5 }), nic(lan)).status()
    expect(now.map(({ up, delayMs, lossPercent }) => [up, delayMs, lossPercent])).toEqual([
      [true, 5, 0],
      [false, 0, 3],
    ])
    expect(one(nic(lan), nic(lan, { delayMs: 5 })).status()[1]).toMatchObject({ up: true, delayMs: 5, lossPercent: 0 })
  })

  it('tell their machine of a link that is down from the start, and of every change', async () => {
    const { node } = lab()
    const { nics, told } = node('a', nic(lan), nic({ kind: 'netdev', netdev: 'user' }, { up: false }))
    expect(told).toEqual(['1 down'])
    await nics.change(undefined, { up: false })
    await nics.change(0, { up: true })
    await nics.change(0, { up: true, lossPercent: 1 })
    expect(told).toEqual(['1 down', '0 down', '0 up'])
    expect(nics.status().map(({ node: of, nic: which, up, lossPercent }) => [of, which, up, lossPercent])).toEqual([
      ['a', 0, true, 1],
      ['a', 1, false, 0],
    ])
  })

  it('change all or none', async () => {
    const { nics } = lab().node('a', nic(lan), nic({ kind: 'netdev', netdev: 'user' }))
    await expect(nics.change(undefined, { up: false, delayMs: 5 })).rejects.toThrow(
      'a:1: its frames do not come through bmcsim',
    )
    expect(nics.status()).toMatchObject([{ up: true, delayMs: 0 }, { up: true }])
    await expect(nics.change(2, { up: true })).rejects.toThrow('a has no NIC 2; it has a:0, a:1')
  })

  it('are linked by UDP straight to somebody else, and seen by whoever looks', async () => {
    const [listen, peer] = [await unusedUdpPort(), await unusedUdpPort()]
    const host = '127.0.0.1'
    const { nics, start } = lab().node(
      'a',
      nic({ kind: 'udp', listen: { host, port: listen }, peer: { host, port: peer }, at }),
    )
    await nics.open()
    const [here, there] = [await start(), await plugged(peer, listen)]
    const seen: number[] = []
    const stop = await nics.watch(undefined, (frame) => seen.push(frame[11]))
    // Everything goes through a cable, also what a switch would keep, and of any length.
    here.send(frameOf(Uint8Array.of(1, 0x80, 0xc2, 0, 0, 0x0e), mac(1), new Uint8Array(9000)))
    await until('it', () => there.frames.length === 1)
    there.send(frameOf(broadcast, mac(2)))
    await until('an answer', () => here.frames.length === 1)
    expect(seen).toEqual([1, 2])
    stop()
    await nics.change(0, { up: false })
    there.send(frameOf(broadcast, mac(2)))
    await until('it to be lost', () => nics.status()[0].received?.down === 1)
    expect(nics.status()[0].network).toBe(`127.0.0.1:${listen}-127.0.0.1:${peer}`)
  })
})

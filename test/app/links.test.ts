import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NicStatus } from '../../src/app/nics/node-nics.ts'
import { bmcsim, type Lab, program, upLab } from '../support/bmcsim.ts'
import { start } from '../support/process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const env = { BMCSIM_RUN_DIR: join(tempFolder(), 'run') }

describe('links of simulated machines', () => {
  let lab: Lab

  beforeAll(async () => {
    const host = await unusedAddress()
    lab = await upLab(
      `networks:
  lan: segment
  out: user
defaults:
  users: [{ name: admin, password: password }]
  machine: { kind: simulated, nics: [{ network: lan }, { network: out }] }
nodes:
  cn[1-2]: { bmc: { address: ${host} } }
  cn3: { bmc: { address: ${host} }, machine: { nics: [{ network: lan, link: { up: false, delay: 20ms, rate: 64k } }] } }
  old: { bmc: { address: ${host} }, machine: { nics: [{ netdev: user }] } }
  bare: { bmc: { address: ${host} }, machine: { nics: [] } }
`,
      { env },
    )
  })
  afterAll(() => lab?.process.stop('SIGINT'))

  async function links(...words: string[]): Promise<NicStatus[]> {
    const { code, stdout, stderr } = await lab.bmcsim('link', '--json', ...words)
    expect([code, stderr]).toEqual([0, ''])
    return JSON.parse(stdout)
  }

  it('are as the file says, and listed by node and NIC', async () => {
    const all = await links()
    expect(all.map(({ node, nic, kind, network, up }) => [node, nic, kind, network, up])).toEqual([
      ['cn1', 0, 'segment', 'lan', true],
      ['cn1', 1, 'user', 'out', true],
      ['cn2', 0, 'segment', 'lan', true],
      ['cn2', 1, 'user', 'out', true],
      ['cn3', 0, 'segment', 'lan', false],
      ['old', 0, 'netdev', 'user', true],
    ])
    expect(all[4]).toMatchObject({ delayMs: 20, jitterMs: 0, lossPercent: 0, rateBps: 64_000 })
    const { stdout } = await lab.bmcsim('link', 'cn3')
    expect(stdout).toBe(
      `NIC    MAC                NETWORK  LINK  DELAY  LOSS  RATE  SENT  RECEIVED\ncn3:0  ${all[4].mac}  lan      down  20ms   -     64k   0     0\n`,
    )
  })

  it('change: one NIC, all of a node, those of a set', async () => {
    expect((await links('cn1:0', 'down')).map(({ nic, up }) => [nic, up])).toEqual([[0, false]])
    expect((await links('cn1')).map(({ up }) => up)).toEqual([false, true])
    expect((await links('cn[1-2]', 'down')).map(({ up }) => up)).toEqual([false, false, false, false])
    expect((await links('all', 'up')).every(({ up }) => up)).toBe(true)
    expect(await links('cn[1-2]:0', 'delay=100ms', 'jitter=10ms', 'loss=1.5%', 'rate=10M')).toMatchObject([
      { delayMs: 100, jitterMs: 10, lossPercent: 1.5, rateBps: 10e6, up: true },
      { node: 'cn2', delayMs: 100 },
    ])
    const { stdout } = await lab.bmcsim('link', 'cn1:0')
    expect(stdout).toContain('up    100ms+-10ms  1.5%  10M   0     0')
    expect(await links('cn1:0', 'delay=0', 'loss=0', 'rate=none')).toMatchObject([
      { delayMs: 0, jitterMs: 10, lossPercent: 0, rateBps: null },
    ])
  })

  it('are captured until the lab ends', async () => {
    const host = await unusedAddress()
    const small = await upLab(
      `networks: { lan: segment }
nodes: { a: { bmc: { address: ${host} }, machine: { kind: simulated, nics: [{ network: lan }] }, users: [{ name: a, password: b }] } }
`,
      { env },
    )
    const file = join(tempFolder(), 'a.pcap')
    const capture = start(process.execPath, [program, 'capture', 'a', file, '--state', small.state], { env })
    await until('the header', () => existsSync(file) && statSync(file).size === 24)
    await small.process.stop('SIGINT')
    expect(await capture.ended()).toBe(1)
    expect(capture.stderr).toBe('0 frames\nbmcsim: the lab ended, or a was changed\n')
    expect(statSync(file).size).toBe(24)
  })

  it('say what cannot be', async () => {
    const refused = async (...words: string[]) => {
      const { code, stderr } = await lab.bmcsim('link', ...words)
      return [code, stderr.trim()]
    }
    expect(await refused('old:0', 'delay=1')).toEqual([
      1,
      'old:0: its frames do not come through bmcsim and cannot be slowed down; plug the NIC into a network, in place of netdev',
    ])
    expect((await refused('old', 'down', 'delay=1'))[0]).toBe(1)
    expect((await links('old')).every(({ up }) => up)).toBe(true)
    expect(await refused('cn1:2', 'up')).toEqual([1, 'cn1 has no NIC 2; it has cn1:0, cn1:1'])
    expect(await refused('bare:0', 'up')).toEqual([1, 'bare has no NIC 0; it has none'])
    const bare = await lab.bmcsim('link', 'bare')
    expect([bare.code, bare.stderr]).toEqual([0, 'no NIC there: a lab file gives nodes theirs by nics\n'])
    expect(await refused('cn9')).toEqual([1, 'no node cn9 in lab lab; it has cn1, cn2, cn3, old, bare'])
    expect(await refused('cn1', 'of')).toEqual([2, expect.stringContaining('"of" says nothing about a link')])
    const capture = await lab.bmcsim('capture', 'old', '-')
    expect([capture.code, capture.stderr]).toEqual([
      1,
      expect.stringContaining('old:0: its frames do not come through bmcsim'),
    ])
    expect((await lab.bmcsim('capture', 'cn[1-2]', '-')).code).toBe(2)
    expect((await lab.bmcsim('capture', 'cn1', join(tempFolder(), 'no', 'file'))).stderr).toContain('cannot write')
  })
})

it('a port that is in use ends the start, and the message says whose it is', async () => {
  const other = createSocket('udp4').bind(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address()
  const file = join(tempFolder(), 'lab.yaml')
  writeFileSync(
    file,
    `networks: { lan: { kind: segment, links: [{ listen: "127.0.0.1:${port}", peer: "127.0.0.1:1" }] } }
nodes: { a: { bmc: { address: ${await unusedAddress()} }, machine: simulated, users: [{ name: a, password: b }] } }
`,
  )
  const { code, stderr } = await bmcsim(['up', file, '--state', tempFolder()], { env })
  other.close()
  expect(code).toBe(1)
  expect(stderr).toContain(`network lan: UDP port 127.0.0.1:${port} is in use; take another for its listen`)
})

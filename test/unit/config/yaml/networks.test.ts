import { describe, expect, it } from 'vitest'
import type { NicConfig } from '../../../../src/config/config.ts'
import { delayMs, lossPercent, rateBps } from '../../../../src/config/link-words.ts'
import { lab, problemsOf } from '../../../support/config-files.ts'

const USERS = 'defaults: { users: [{ name: admin, password: secret }] }\n'
/** What stands behind `networks:` is line 3, the first node line 5 where there is one network. */
const file = (networks: string, nodes: string) => lab(`${USERS}networks:\n${networks}\nnodes:\n${nodes}\n`)
const wrong = (networks: string, nodes: string) => problemsOf(() => file(networks, nodes))
const lan = '  lan: { kind: segment }'

function nicsOf(networks: string, nodes: string): NicConfig[] {
  return file(networks, nodes).nodes.flatMap(({ machine }) => (machine.kind === 'command' ? [] : machine.nics))
}

describe('networks of a lab file', () => {
  it('are segments, and QEMU’s own', () => {
    const { networks } = file(
      '  lan: segment\n  big: { kind: segment, mtu: 9000, links: [{ listen: "127.0.0.1:20001", peer: "[::1]:20002" }] }\n  out: { kind: user }',
      '  cn1:',
    )
    expect(networks).toMatchObject([
      { kind: 'segment', name: 'lan', mtu: 1500, links: [], at: { line: 3, column: 3, length: 3 } },
      {
        kind: 'segment',
        name: 'big',
        mtu: 9000,
        links: [{ listen: { host: '127.0.0.1', port: 20001 }, peer: { host: '::1', port: 20002 }, at: { line: 4 } }],
      },
      { kind: 'user', name: 'out' },
    ])
    expect(lab(`${USERS}nodes: { a: }`).networks).toEqual([])
  })

  it('are what NICs are plugged into', () => {
    const nics = nicsOf(
      '  lan: { kind: segment, mtu: 9000 }\n  out: user',
      '  cn[1-2]: { machine: { nics: [{ network: lan }, { network: out }, user, {}, { udp: { listen: "127.0.0.1:200[11-12]", peer: "127.0.0.1:200[21-22]" } }] } }',
    )
    expect(nics.slice(0, 4).map(({ plug }) => plug)).toEqual([
      { kind: 'segment', network: 'lan', mtu: 9000 },
      { kind: 'user', network: 'out' },
      { kind: 'netdev', netdev: 'user' },
      { kind: 'netdev', netdev: 'user' },
    ])
    expect(nics[9].plug).toMatchObject({
      kind: 'udp',
      listen: { host: '127.0.0.1', port: 20012 },
      peer: { host: '127.0.0.1', port: 20022 },
    })
    expect(new Set(nics.map(({ mac }) => mac)).size).toBe(10)
  })

  it('have cables with properties', () => {
    const [plain, long, down] = nicsOf(
      lan,
      '  cn1: { machine: { nics: [{ network: lan }, { network: lan, link: { delay: 0.1s, jitter: 5, loss: 1.5%, rate: 10M } }, { link: { up: false } }] } }',
    )
    expect(plain.link).toEqual({ up: true, delayMs: 0, jitterMs: 0, lossPercent: 0, rateBps: null })
    expect(long.link).toEqual({ up: true, delayMs: 100, jitterMs: 5, lossPercent: 1.5, rateBps: 10e6 })
    expect(down.link).toMatchObject({ up: false })
  })

  it('count for simulated machines too, also from the defaults', () => {
    const text = (node: string) =>
      lab(`networks: { lan: segment }
defaults:
  users: [{ name: admin, password: secret }]
  machine: { memory: 64M, start: now, nics: [{ network: lan }] }
nodes:
  ${node}
`).nodes.map(({ machine }) => machine)
    expect(text('a: { machine: simulated }')).toMatchObject([
      { kind: 'simulated', startNow: true, nics: [{ plug: { kind: 'segment', network: 'lan' } }] },
    ])
    expect(text('a: { machine: { kind: simulated, nics: [] } }')).toMatchObject([{ nics: [] }])
    expect(text('a: { machine: { kind: command, startCommand: x } }')).toMatchObject([{ kind: 'command' }])
    expect(file(lan, '  a: { machine: simulated }').nodes[0].machine).toMatchObject({ nics: [] })
  })

  it('are named by their NICs as they are declared, or the error says where and what there is', () => {
    const node = (name: string) => `  cn1: { machine: { nics: [{ network: ${name} }] } }`
    expect(wrong(lan, node('lna'))).toEqual(['5:39+3 there is no network "lna"; did you mean "lan"?'])
    expect(wrong(`${lan}\n  out: user`, node('storage'))).toEqual([
      '6:39+7 there is no network "storage"; there are lan, out',
    ])
    expect(problemsOf(() => lab(`${USERS}nodes:\n${node('lan')}\n`))).toEqual([
      '3:39+3 there is no network "lan"; there are none, write networks: { lan: { kind: segment } } at the top',
    ])
  })

  it('say what is wrong with them', () => {
    expect(wrong('  lan: { kind: segmnt }', '  a:')).toEqual([
      '3:16+6 kind "segmnt" is not one of user, segment; did you mean "segment"?',
    ])
    expect(wrong('  lan: {}', '  a:')).toEqual(['3:8+2 "kind" is missing; write one of user, segment'])
    expect(wrong('  lan:', '  a:')[0]).toContain('"kind" is missing')
    expect(wrong('  lan: { kind: segment, mut: 9000 }', '  a:')).toEqual([
      '3:25+3 unknown key "mut"; did you mean "mtu"?',
    ])
    expect(wrong('  lan: { kind: segment, mtu: 9 }', '  a:')).toEqual(['3:30+1 mtu must be at least 68'])
    expect(wrong('  lan: { kind: user, mtu: 9000 }', '  a:')).toEqual([
      '3:27+4 "mtu" means nothing for a network of kind user; remove it',
    ])
    expect(wrong('  "a b": segment', '  a:')[0]).toContain('"a b" is no name of a network')
    expect(wrong('  - lan', '  a:')[0]).toContain('networks has a name for each below it')
    expect(wrong('  lan: { kind: segment, links: [{ listen: "127.0.0.1", peer: "127.0.0.1:2" }] }', '  a:')).toEqual([
      '3:43+11 listen "127.0.0.1": the port is missing; write HOST:PORT',
    ])
    expect(wrong('  lan: { kind: segment, links: [{ lisen: "127.0.0.1:1", peer: "127.0.0.1:2" }] }', '  a:')).toEqual([
      '3:33+45 "listen" is missing',
      '3:35+5 unknown key "lisen"; did you mean "listen"?',
    ])
    expect(problemsOf(() => lab(`${USERS}network: {}\nnodes: { a: }`))).toEqual([
      '2:1+7 unknown key "network"; did you mean "networks"?',
    ])
    // Whatever is wrong with a network, a NIC on it is not wrong too.
    expect(wrong('  lan: { kind: x }', '  a: { machine: { nics: [{ network: lan }] } }')).toHaveLength(1)
  })

  it('say what is wrong with a NIC', () => {
    const nic = (text: string) => wrong(lan, `  a: { machine: { nics: [${text}] } }`)
    expect(nic('{ network: lan, netdev: user }')).toEqual([
      '5:50+4 a NIC has one plug: network or netdev; remove one of the two',
    ])
    expect(nic('{ netwrk: lan }')).toEqual(['5:28+6 unknown key "netwrk"; did you mean "network"?'])
    expect(nic('{ network: lan, link: { delya: 1 } }')).toEqual(['5:50+5 unknown key "delya"; did you mean "delay"?'])
    expect(nic('{ network: lan, link: { delay: 1h } }')).toEqual(['5:57+2 delay must be a time up to 10s, like 100ms'])
    expect(nic('{ network: lan, link: { loss: 101 } }')[0]).toContain('loss must be per cent')
    expect(nic('{ link: { rate: 10M } }')).toEqual([
      '5:42+3 frames that do not come through bmcsim cannot be slowed down; plug this NIC into a network of kind segment, or remove rate',
    ])
    expect(nic('{ udp: { listen: "127.0.0.1:1", pear: "127.0.0.1:2" } }')).toContain(
      '5:58+4 unknown key "pear"; did you mean "peer"?',
    )
    expect(nic('{ udp: { listen: "127.0.0.1:1", peer: "127.0.0.1:99999" } }')).toEqual([
      '5:64+17 peer "127.0.0.1:99999": "99999" is no port from 1 to 65535; write HOST:PORT',
    ])
  })

  it('have each address once: of a listener, and of a NIC on a segment', () => {
    expect(
      wrong(
        '  lan: { kind: segment, links: [{ listen: "127.0.0.1:20001", peer: "127.0.0.1:1" }] }',
        '  a: { machine: { nics: [{ udp: { listen: "127.0.0.1:20001", peer: "127.0.0.1:2" } }] } }',
      ),
    ).toEqual(['5:43+17 network lan listens on 127.0.0.1 port 20001 already; take another port'])
    expect(
      wrong(
        lan,
        '  a[1-2]: { machine: { nics: [{ network: lan, mac: "52:54:00:00:00:01" }, { mac: "52:54:00:00:00:01" }] } }',
      ),
    ).toEqual([
      '5:31+42 a NIC of a1 on lan has the same MAC 52:54:00:00:00:01; leave mac out, and each NIC gets its own',
    ])
  })
})

it('measures of a link are read as people write them', () => {
  expect(['100', '100ms', '0.5 ms', '1.5s', 0, 10_000, '10s'].map(delayMs)).toEqual([
    100, 100, 0.5, 1500, 0, 10_000, 10_000,
  ])
  expect(['', '-1', 'x', '1m', '11s', '1e3', 10_001, -1].map(delayMs)).toEqual(Array(8).fill(undefined))
  expect(['1', '0.1%', '100 %', 0].map(lossPercent)).toEqual([1, 0.1, 100, 0])
  expect(['101', '-1', 'all', '%', 100.5].map(lossPercent)).toEqual(Array(5).fill(undefined))
  expect(['9600', '64k', '10M', '1.5g', '100Mbit', '1Gbit/s', '2Mbps', 'none', 5000].map(rateBps)).toEqual([
    9600,
    64_000,
    10e6,
    1.5e9,
    100e6,
    1e9,
    2e6,
    null,
    5000,
  ])
  expect(['', '10', 'fast', '1T', '-1M', '0'].map(rateBps)).toEqual(Array(6).fill(undefined))
})

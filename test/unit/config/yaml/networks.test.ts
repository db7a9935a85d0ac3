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
      { kind: 'user', network: 'out', forwards: [] },
      { kind: 'netdev', netdev: 'user' },
      { kind: 'user', network: 'user', forwards: [] },
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
      '3:16+6 kind "segmnt" is not one of user, segment, bridge, isolated; did you mean "segment"?',
    ])
    expect(wrong('  lan: {}', '  a:')).toEqual([
      '3:8+2 "kind" is missing; write one of user, segment, bridge, isolated',
    ])
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
    expect(nic('{ link: { rate: 10M } }')).toEqual([])
    expect(nic('{ bridge: br0, link: { rate: 10M } }')).toEqual([])
    expect(nic('{ netdev: user, link: { rate: 10M } }')).toEqual([
      '5:56+3 frames that do not come through bmcsim cannot be slowed down; plug this NIC into a network, in place of netdev, or remove rate',
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

describe('bridges of a lab file', () => {
  const bridges = (text: string) => file(text, '  a: { machine: simulated }').networks

  it('are found, or made under a name that is the same at every start', () => {
    const networks = bridges(
      '  br: { kind: bridge, bridge: br0 }\n  storage.net: { kind: bridge, address: [10.1.0.1/24, "fd00::1/64"], mtu: 9000, nat: true, uplink: eth1, vlan: 20 }\n  mgmt: { kind: isolated, address: 10.2.0.1/16 }',
    )
    expect(networks).toMatchObject([
      { kind: 'bridge', bridge: 'br0', mayBeThere: true, addresses: [], mtu: undefined, nat: false, uplink: undefined },
      {
        kind: 'bridge',
        bridge: expect.stringMatching(/^storagen-[0-9a-f]{6}$/),
        mayBeThere: false,
        addresses: [
          { address: '10.1.0.1', prefix: 24 },
          { address: 'fd00::1', prefix: 64 },
        ],
        mtu: 9000,
        nat: true,
        uplink: { interface: 'eth1', vlan: 20, moveAddresses: false },
      },
      { kind: 'isolated', bridge: expect.stringMatching(/^mgmt-/), mayBeThere: false, nat: false },
    ])
    expect(bridges('  lan: bridge')).toMatchObject([{ kind: 'bridge', mayBeThere: false }])
  })

  it('are where NICs and BMCs are', () => {
    const read = lab(`networks:
  lan: { kind: bridge, bridge: br0 }
  mgmt: { kind: isolated, address: 10.2.0.1/16 }
defaults:
  users: [{ name: admin, password: secret }]
  bmc: { network: namespace, interface: mgmt }
nodes:
  a: { bmc: { address: 10.2.0.2 }, machine: { nics: [{ network: lan }, { network: mgmt }, { bridge: br9 }] } }
  b: { bmc: { address: 10.2.0.3, network: alias } }
  c: { bmc: { address: 10.9.0.3, prefixLength: 8, interface: eth7 } }
`)
    const [lan, mgmt] = read.networks.map((network) => ('bridge' in network ? network.bridge : ''))
    const [a, b, c] = read.nodes
    expect(a.machine).toMatchObject({
      nics: [
        { plug: { kind: 'bridge', bridge: lan, network: 'lan' } },
        { plug: { kind: 'bridge', bridge: mgmt, network: 'mgmt' } },
        { plug: { kind: 'bridge', bridge: 'br9' } },
      ],
    })
    expect(a.channels[0].namespace).toEqual({ bridge: mgmt, prefixLength: 16, dhcp: false })
    expect(b.channels[0].alias).toEqual({ interface: mgmt, prefixLength: 16 })
    expect(c.channels[0].namespace).toEqual({ bridge: 'eth7', prefixLength: 8, dhcp: false })
  })

  it.each([
    ['{ kind: bridge, bridge: "no way" }', '"no way" is no name of an interface'],
    ['{ kind: bridge, uplink: an-interface-too-long }', 'is no name of an interface'],
    ['{ kind: bridge, address: 10.0.0.1 }', 'address "10.0.0.1": write an address with its prefix length'],
    ['{ kind: bridge, address: [10.0.0.1/33] }', 'an IPv4 prefix length is from 1 to 32'],
    ['{ kind: bridge, address: "fd00::1/0" }', 'an IPv6 prefix length is from 1 to 128'],
    ['{ kind: bridge, address: 10.0.0.0/24 }', 'this is the subnet itself'],
    ['{ kind: bridge, address: 10.0.0.255/24 }', 'this is the subnet itself, or its broadcast address'],
    ['{ kind: bridge, address: 127.0.0.1/8 }', 'no interface can have this address'],
    ['{ kind: bridge, address: { a: 1 } }', 'address must be text, or a list of texts'],
    ['{ kind: bridge, nat: true }', 'nat is for the IPv4 subnet of this machine'],
    ['{ kind: bridge, nat: true, address: "fd00::1/64" }', 'nat is for the IPv4 subnet of this machine'],
    ['{ kind: bridge, mtu: 1000, address: "fd00::1/64" }', 'IPv6 needs an mtu of 1280 at least'],
    ['{ kind: bridge, vlan: 20 }', 'vlan is one of an uplink; write uplink: INTERFACE too'],
    ['{ kind: bridge, uplink: eth1, vlan: 4095 }', 'vlan must be at most 4094'],
    ['{ kind: bridge, moveAddresses: true }', 'moveAddresses goes with an uplink'],
    ['{ kind: bridge, uplink: eth1, vlan: 2, moveAddresses: true }', 'with a vlan the uplink keeps its addresses'],
    ['{ kind: isolated, uplink: eth1 }', '"uplink" means nothing for a network of kind isolated; remove it'],
    ['{ kind: isolated, nat: true }', '"nat" means nothing for a network of kind isolated; remove it'],
    ['{ kind: bridge, forwards: [] }', '"forwards" means nothing for a network of kind bridge; remove it'],
  ])('say what is wrong with %s', (text, message) => {
    const problems = wrong(`  lan: ${text}`, '  a:')
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(message)
    expect(problems[0]).toMatch(/^3:\d+\+\d+ /)
  })

  it('do not get into each other’s way', () => {
    expect(wrong('  a: { kind: bridge, bridge: br0 }\n  b: { kind: bridge, bridge: br0 }', '  n:')).toEqual([
      '4:3+1 br0 is the bridge of a already; take another',
    ])
    expect(
      wrong('  a: { kind: bridge, address: 10.0.7.1/24 }\n  b: { kind: isolated, address: 10.0.0.1/16 }', '  n:'),
    ).toEqual(['4:3+1 10.0.0.1/16 has addresses in common with 10.0.7.1/24 of a; take another subnet'])
  })

  it('are not mistaken for other interfaces by a BMC', () => {
    const bmc = (text: string) =>
      wrong('  mgmt: { kind: isolated, address: 10.2.0.1/16 }\n  seg: segment', `  a: ${text}`)
    expect(bmc('{ bmc: { network: namespace, interface: mgmt, address: 10.2.0.1 } }')).toEqual([
      "6:61+8 10.2.0.1 is this machine's own address on mgmt; give the BMC another",
    ])
    expect(bmc('{ bmc: { network: alias, interface: seg, address: 10.2.0.2 } }')).toEqual([
      '6:42+3 seg is a network of kind segment, which is no interface of this machine; take one of kind isolated or bridge',
    ])
  })
})

describe('ports of this machine that lead to guests', () => {
  const forwardsOf = (networks: string, nodes: string) =>
    nicsOf(networks, nodes).map(({ plug }) => (plug.kind === 'user' ? plug.forwards : []))

  it('are another for each node', () => {
    expect(
      forwardsOf(
        '  out: { kind: user, forwards: ["127.0.0.1:22{nn} -> 22", "udp 127.0.0.[1-2]:69->10.0.2.16:69"] }',
        '  cn[1-2]: { machine: { nics: [{ network: out }] } }',
      )[1],
    ).toMatchObject([
      { protocol: 'tcp', host: '127.0.0.1', port: 2202, guestHost: undefined, guestPort: 22, at: { line: 3 } },
      { protocol: 'udp', host: '127.0.0.2', port: 69, guestHost: '10.0.2.16', guestPort: 69 },
    ])
  })

  it('are a NIC’s own, beside those of its network', () => {
    const own =
      '  a: { machine: { nics: [{ network: out, forwards: ["tcp:8080 -> 80"] }, { forwards: ["0.0.0.0:81->80"] }] } }'
    expect(forwardsOf('  out: { kind: user, forwards: [2201 -> 22] }', own)).toMatchObject([
      [
        { host: '127.0.0.1', port: 2201 },
        { host: '127.0.0.1', port: 8080, guestPort: 80 },
      ],
      [{ host: '0.0.0.0', port: 81 }],
    ])
  })

  it.each([
    ['22', 'write HOST:PORT -> PORT, like 127.0.0.1:2201 -> 22'],
    ['sctp 1 -> 2', 'write HOST:PORT -> PORT'],
    ['::1:22 -> 22', 'write HOST:PORT -> PORT'],
    ['localhost:22 -> 22', '"localhost" is no IPv4 address'],
    ['1 -> guest:22', '"guest" is no IPv4 address'],
    ['0 -> 22', '"0" is no port from 1 to 65535'],
    ['1 -> 70000', '"70000" is no port from 1 to 65535'],
  ])('%s is wrong', (text, message) => {
    const problems = wrong(
      `  out: { kind: user, forwards: ["${text}"] }`,
      '  a: { machine: { nics: [{ network: out }] } }',
    )
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(/^3:33\+/)
    expect(problems[0]).toContain(message)
  })

  it('are somebody’s alone', () => {
    const nics = (text: string) => wrong(lan, `  a[1-2]: { machine: { nics: [${text}] } }`)
    expect(nics('{ forwards: ["127.0.0.1:2201 -> 22"] }')).toEqual([
      '5:44+22 127.0.0.1 port 2201 leads to a1 already; take another port, like one with {nn} in it',
    ])
    expect(nics('{ forwards: ["127.0.0.[1-2]:2201 -> 22", "udp 2201 -> 22"] }')).toEqual([
      '5:72+16 127.0.0.1 port 2201 leads to a1 already; take another port, like one with {nn} in it',
    ])
    expect(
      wrong(lan, '  a: { machine: { nics: [{ forwards: ["0.0.0.0:1 -> 2", "127.0.0.9:1 -> 2"] }] } }')[0],
    ).toContain('127.0.0.9 port 1 leads to a already')
    expect(
      wrong(lan, '  a: { machine: { nics: [{ forwards: ["127.0.0.9:1 -> 2", "0.0.0.0:1 -> 2"] }] } }')[0],
    ).toContain('0.0.0.0 port 1 leads to a already')
  })

  it('go with a user network', () => {
    expect(wrong(lan, '  a: { machine: { nics: [{ network: lan, forwards: ["1 -> 2"] }] } }')[0]).toContain(
      'forwards are of networks of kind user, and lan is of kind segment; remove them',
    )
    expect(wrong(lan, '  a: { machine: { nics: [{ bridge: br0, forwards: ["1 -> 2"] }] } }')[0]).toContain(
      "forwards are of QEMU's user network; remove them, or bridge",
    )
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

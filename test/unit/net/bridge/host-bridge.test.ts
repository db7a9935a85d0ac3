import { describe, expect, test } from 'vitest'
import { BmcError } from '../../../../src/base/errors.ts'
import { type Made, MemoryLedger } from '../../../../src/base/ledger.ts'
import { bridgeProblems } from '../../../../src/net/bridge/bridge-problems.ts'
import { type BridgeWish, HostBridge } from '../../../../src/net/bridge/host-bridge.ts'
import { natPrograms } from '../../../../src/net/bridge/nat.ts'
import { attach, detach, moveBack } from '../../../../src/net/bridge/uplink.ts'

interface Link {
  readonly kind?: string
  readonly up?: boolean
  readonly master?: string
  readonly addresses?: readonly string[]
  readonly mtu?: number
}

/** A host with these links, in as much of `ip` as is used; `calls` are the changes that were asked for. test/clients/bridges.test.ts has the real one. */
function host(links: Readonly<Record<string, Link>>, routes: Readonly<Record<string, string>> = {}) {
  const calls: string[] = []
  const ip = async (...args: readonly string[]) => {
    const words = args.join(' ')
    const name = args[args.indexOf('dev') + 1]
    if (words.includes('route show')) return routes[`${args[0]} ${name}`] ?? ''
    if (args.includes('show')) {
      const link = links[name]
      if (link === undefined) throw new BmcError('wrong-state', `ip ${words}: Device "${name}" does not exist`)
      const { kind, up = true, master, addresses = [], mtu = 1500 } = link
      const addr_info = addresses.map((text) => {
        const [local, prefixlen] = text.split('/')
        return { local, prefixlen: Number(prefixlen), scope: 'global' }
      })
      const flags = up ? ['UP'] : []
      return JSON.stringify([
        { ifname: name, flags, mtu, master, address: '02:00:00:00:00:09', linkinfo: { info_kind: kind }, addr_info },
      ])
    }
    calls.push(words)
    return ''
  }
  return { ip, calls }
}

const wish: BridgeWish = {
  name: 'lan',
  bridge: 'lan-1',
  mayBeThere: false,
  addresses: [],
  mtu: undefined,
  nat: false,
  uplink: undefined,
}

function bridge(
  ip: (...args: readonly string[]) => Promise<string>,
  more: Partial<BridgeWish>,
  ledger = new MemoryLedger(),
) {
  return { ledger, bridge: new HostBridge({ ...wish, ...more }, { ledger, ip, nat: natPrograms }) }
}

test('a VLAN of an uplink becomes the port, and the uplink itself stays as it is', async () => {
  const { ip, calls } = host({ eth1: { mtu: 9000, addresses: ['192.0.2.1/24'] } })
  const { ledger, bridge: lan } = bridge(ip, { uplink: { interface: 'eth1', vlan: 20, moveAddresses: false } })
  await lan.make()
  expect(calls).toContain('link add link eth1 name eth1.20 type vlan id 20')
  expect(calls).toContain('link set dev eth1.20 master lan-1 up')
  expect(calls).toContain('link set dev lan-1 mtu 9000')
  expect(calls.filter((call) => /dev eth1( |$)/.test(call))).toEqual([])
  expect(ledger.made).toEqual([
    { kind: 'interface', name: 'lan-1' },
    { kind: 'interface', name: 'eth1.20' },
  ])
})

test('a bridge that an earlier run made keeps what is plugged in, and has the addresses that are wanted now', async () => {
  const { ip, calls } = host({ 'lan-1': { kind: 'bridge', addresses: ['10.0.0.1/24', '10.9.0.1/24', '10.0.0.7/32'] } })
  const ours = new MemoryLedger([{ kind: 'interface', name: 'lan-1' }])
  await bridge(
    ip,
    {
      addresses: [
        { address: '10.0.0.1', prefix: 24 },
        { address: 'fd00::1', prefix: 64 },
      ],
    },
    ours,
  ).bridge.make()
  expect(calls.filter((call) => call.startsWith('address'))).toEqual([
    'address del 10.9.0.1/24 dev lan-1',
    'address add fd00::1/64 dev lan-1 nodad',
  ])
  expect(calls.filter((call) => call.startsWith('link add'))).toEqual([])
})

test('one that is there is not touched', async () => {
  const { ip, calls } = host({ br0: { kind: 'bridge', addresses: ['10.0.0.1/24'] } })
  const { ledger, bridge: br0 } = bridge(ip, { bridge: 'br0', mayBeThere: true })
  await br0.make()
  expect([calls, ledger.made]).toEqual([[], []])
})

test('addresses and routes of an uplink move to the bridge, and are put back in the other order', async () => {
  const links: Record<string, Link> = {
    eth1: { addresses: ['192.0.2.1/24', '2001:db8::1/64'] },
    br: { kind: 'bridge' },
  }
  const routes = {
    '-4 eth1': '192.0.2.0/24 proto kernel scope link src 192.0.2.1\ndefault via 192.0.2.2 metric 100 linkdown \n',
  }
  const there = host(links, routes)
  const made: Made[] = []
  await attach(there.ip, { port: 'eth1', bridge: 'br', moveAddresses: true }, (one) => made.push(one))
  expect(there.calls).toEqual([
    'link set dev eth1 master br',
    'address del 192.0.2.1/24 dev eth1',
    'address del 2001:db8::1/64 dev eth1',
    'address replace 192.0.2.1/24 dev br',
    'address replace 2001:db8::1/64 dev br nodad',
    '-4 route replace default via 192.0.2.2 metric 100 dev br',
  ])
  const back = host({ eth1: { master: 'br' }, br: { kind: 'bridge', addresses: ['192.0.2.1/24', '2001:db8::1/64'] } })
  for (const one of made.reverse()) {
    if (one.kind === 'attached') await detach(back.ip, one)
    if (one.kind === 'moved') await moveBack(back.ip, one)
  }
  expect(back.calls).toEqual([
    'link set dev eth1 nomaster',
    'address del 2001:db8::1/64 dev br',
    'address add 2001:db8::1/64 dev eth1 nodad',
    'address del 192.0.2.1/24 dev br',
    'address add 192.0.2.1/24 dev eth1',
    '-4 route replace default via 192.0.2.2 metric 100 dev eth1',
  ])
})

describe('what is in the way is said with what to do:', () => {
  const uplink = { interface: 'eth1', vlan: undefined, moveAddresses: false }
  test.each<[string, Partial<BridgeWish>, Record<string, Link>, string]>([
    ['the name is taken', {}, { 'lan-1': { kind: 'bridge' } }, 'lan-1 is there already, though bmcsim makes it'],
    ['no bridge', { bridge: 'eth1', mayBeThere: true }, { eth1: {} }, 'eth1 is there and no bridge; take another name'],
    ['it is down', { bridge: 'br0', mayBeThere: true }, { br0: { kind: 'bridge', up: false } }, 'ip link set br0 up'],
    ['no uplink', { uplink }, {}, 'there is no interface eth1 for its uplink'],
    ['the uplink is down', { uplink }, { eth1: { up: false } }, 'the uplink eth1 is down; ip link set eth1 up'],
    ['a port of another', { uplink }, { eth1: { master: 'br0' } }, 'write bridge: br0 in place of uplink'],
    ['a bridge itself', { uplink }, { eth1: { kind: 'bridge' } }, 'write bridge: eth1 in place of uplink'],
    [
      'it has an address',
      { uplink },
      { eth1: { addresses: ['192.0.2.1/24'] } },
      'with moveAddresses: true the bridge has it',
    ],
    ['a small uplink', { uplink, mtu: 9000 }, { eth1: {} }, 'mtu 9000 is more than the uplink eth1 carries (1500)'],
    [
      'the VLAN is there',
      { uplink: { ...uplink, vlan: 20 } },
      { eth1: {}, 'eth1.20': {} },
      'write uplink: eth1.20, without vlan',
    ],
    ['an address of loopback', { addresses: [{ address: '127.0.0.1', prefix: 8 }] }, {}, '127.0.0.1 is on lo already'],
  ])('%s', async (_, more, links, message) => {
    const { ip } = host(links)
    const problems = await bridgeProblems({ ...wish, ...more }, { ip, nat: natPrograms, ours: () => false })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(message)
    expect(problems[0]).toMatch(/^network lan: /)
  })
})

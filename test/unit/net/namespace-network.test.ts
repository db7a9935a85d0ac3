import { expect, test } from 'vitest'
import { BmcError } from '../../../src/base/errors.ts'
import { MemoryLedger } from '../../../src/base/ledger.ts'
import { silentLogger } from '../../../src/base/logger.ts'
import { DhcpClient } from '../../../src/net/dhcp-client.ts'
import { NamespaceNetwork } from '../../../src/net/namespace-network.ts'
import { udpHere } from '../../../src/net/udp-here.ts'
import { FakeClock } from '../../support/fake-clock.ts'

const names = { namespace: 'bmcsim-cn01-76c907', cable: 'bmc76c907eb04', owner: 'cn01' }
const inside = `-n ${names.namespace}`

/** A host with a bridge br0, a plain eth9, and `ip` as far as it is used here. */
function fakeHost(left: { ledger?: string[]; namespaces?: string[]; links?: string[] } = {}) {
  const namespaces = new Set(left.namespaces)
  const links = new Set(['br0', 'eth9', ...(left.links ?? [])])
  let addresses: string[] = []
  const ledger = new MemoryLedger((left.ledger ?? []).map((name) => ({ kind: 'namespace', name })))
  let refused = 'nothing'
  const calls: string[] = []
  const ip = async (...args: readonly string[]) => {
    const words = args.join(' ')
    const device = args[args.indexOf('dev') + 1]
    if (words === '-j netns list')
      return namespaces.size === 0 ? '' : JSON.stringify([...namespaces].map((name) => ({ name })))
    if (words.startsWith('netns pids')) return ''
    if (words.startsWith('-d -j link show')) {
      if (!links.has(device)) throw new BmcError('wrong-state', `Device "${device}" does not exist`)
      return JSON.stringify([{ ifname: device, ...(device === 'br0' ? { linkinfo: { info_kind: 'bridge' } } : {}) }])
    }
    if (words.includes('-j address show')) {
      if (args[0] !== '-n' && !links.has(device)) throw new BmcError('wrong-state', 'does not exist')
      return JSON.stringify([{ flags: ['UP'], addr_info: addresses.map((local) => ({ family: 'inet', local })) }])
    }
    calls.push(words)
    if (words.includes(refused)) throw new BmcError('wrong-state', 'Operation not permitted')
    if (words.startsWith('netns add')) namespaces.add(args[2])
    if (words.startsWith('netns del')) namespaces.delete(args[2])
    if (words.startsWith('link add')) links.add(args[2])
    if (words.startsWith('link del')) links.delete(device)
    if (words.includes('address add')) addresses.push(args[4].split('/')[0])
    if (words.includes('address del')) addresses = addresses.filter((each) => each !== args[4].split('/')[0])
    return ''
  }
  const network = (bridge = 'br0') =>
    new NamespaceNetwork({
      names,
      bridge,
      ledger,
      log: silentLogger,
      ip,
      open: (_, address, port) => udpHere(address, port),
      listen: () => Promise.reject(new Error('nobody listens here')),
      client: new DhcpClient({ hostname: 'cn01', folder: '/nowhere', clock: new FakeClock(), log: silentLogger }),
    })
  return {
    network,
    calls: () => calls.splice(0),
    refuse: (words: string) => {
      refused = words
    },
    left: () => ({
      namespaces: [...namespaces],
      links: [...links].filter((link) => link.startsWith('bmc')),
      ledger: ledger.made.map((made) => ('name' in made ? made.name : made.kind)),
    }),
  }
}

const nothing = { namespaces: [], links: [], ledger: [] }
const place = { address: '10.0.0.5', prefix: 24, vlan: undefined, gateway: '10.0.0.1' }

test('a namespace with a cable to the bridge is made, and all of it goes', async () => {
  const { network, calls, left } = fakeHost()
  const own = network()
  await own.tidy()
  expect(left()).toEqual({
    namespaces: [names.namespace],
    links: [names.cable],
    ledger: [names.namespace, names.cable],
  })
  expect(calls()).toContain(`link set dev ${names.cable} master br0 up`)
  await own.setMac(Uint8Array.of(2, 0, 0, 0, 0, 9))
  await own.claim(place)
  expect(calls()).toEqual([
    `${inside} link set dev eth0 address 02:00:00:00:00:09`,
    `${inside} address add 10.0.0.5/32 dev eth0`,
    `${inside} route flush dev eth0 src 10.0.0.5`,
    `${inside} route add 10.0.0.0/24 dev eth0 src 10.0.0.5 metric 167772165`,
    `${inside} route replace default via 10.0.0.1 dev eth0 src 10.0.0.5`,
  ])
  await own.close()
  expect(left()).toEqual(nothing)
})

test('the port of a bridge never has the lowest MAC: the bridge would take it', async () => {
  const { network, calls } = fakeHost()
  await network().tidy()
  expect(calls().join('\n')).toMatch(new RegExp(`link set dev ${names.cable} address fe:`))
})

test.each(['10.0.1.1', '0.0.0.0', '10.0.0.5'])('gateway %s leads nowhere: there is none', async (gateway) => {
  const { network, calls } = fakeHost()
  const own = network()
  await own.tidy()
  calls()
  await own.claim({ ...place, gateway })
  expect(calls().at(-1)).toBe(`${inside} route flush exact default`)
})

test('what a killed run has left is made anew', async () => {
  const { network, calls, left } = fakeHost({
    ledger: [names.namespace],
    namespaces: [names.namespace, 'theirs'],
    links: [names.cable],
  })
  const own = network()
  await own.tidy()
  expect(calls().slice(0, 3)).toEqual([
    `link del dev ${names.cable}`,
    `netns del ${names.namespace}`,
    `netns add ${names.namespace}`,
  ])
  await own.close()
  expect(left()).toEqual({ ...nothing, namespaces: ['theirs'] })
})

test('of a run that the file says nothing of any more, all is taken away', async () => {
  const { network, left } = fakeHost({ ledger: [names.namespace], namespaces: [names.namespace], links: [names.cable] })
  await network('').close()
  expect(left()).toEqual(nothing)
})

test.each(['netns add', 'link add', 'master', 'eth0 up'])('when "%s" is refused nothing is left', async (words) => {
  const { network, refuse, left } = fakeHost()
  refuse(words)
  await expect(network().tidy()).rejects.toMatchObject({ reason: 'wrong-state' })
  expect(left()).toEqual(nothing)
})

test('what is no bridge is said so', async () => {
  await expect(fakeHost().network('eth9').tidy()).rejects.toThrow('eth9 is no bridge')
  const failure = fakeHost().network('br7').tidy()
  await expect(failure).rejects.toThrow('there is no bridge br7 on this machine; make it: ip link add br7 type bridge')
})

test.each([
  [1, 0, 0, 0, 0, 1],
  [0, 0, 0, 0, 0, 0],
])('%d:%d:... is no MAC of a card', async (...mac) => {
  await expect(fakeHost().network().setMac(Uint8Array.from(mac))).rejects.toMatchObject({ reason: 'invalid-field' })
})

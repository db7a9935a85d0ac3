import { expect, test } from 'vitest'
import { BmcError } from '../../../src/base/errors.ts'
import { type Made, MemoryLedger } from '../../../src/base/ledger.ts'
import { silentLogger } from '../../../src/base/logger.ts'
import { AliasNetwork } from '../../../src/net/alias-network.ts'
import type { Place } from '../../../src/net/network.ts'

/** A host with an interface br0 and `ip` as far as it is used here; `calls` are the changes that were asked for. */
function fakeHost(ledger: string[] = []) {
  const links = new Map<string, { addresses: string[]; mark?: string; up: boolean }>([
    ['br0', { addresses: [], up: true }],
  ])
  const calls: string[] = []
  let refused = ''
  const ip = async (...args: readonly string[]) => {
    const words = args.join(' ')
    const device = args[args.indexOf('dev') + 1]
    const link = links.get(device)
    if (args[0] === '-j') {
      if (link === undefined) throw new BmcError('wrong-state', `Device "${device}" does not exist.`)
      const addr_info = link.addresses.map((local) => ({ family: 'inet', local, prefixlen: 32 }))
      return JSON.stringify([{}, { ifname: device, flags: link.up ? ['UP'] : [], ifalias: link.mark, addr_info }])
    }
    calls.push(words)
    if (refused !== '' && words.startsWith(refused)) throw new BmcError('wrong-state', 'Operation not permitted')
    if (words.startsWith('link add')) links.set(args[5], { addresses: [], up: false })
    if (words.startsWith('link set') && link !== undefined) Object.assign(link, { up: true, mark: args[5] })
    if (words.startsWith('link del')) links.delete(device)
    const address = args[2]?.split('/')[0]
    if (words.startsWith('address add')) link?.addresses.push(address)
    if (words.startsWith('address del') && link !== undefined) {
      link.addresses = link.addresses.filter((each) => each !== address)
    }
    return ''
  }
  const memory = new MemoryLedger(ledger.map(madeOf))
  const entries = () => memory.made.map((made) => (made.kind === 'address' ? `${made.interface} ${made.address}` : '?'))
  const noted = (change: () => void) => {
    change()
    calls.push(`ledger: ${entries().join(', ')}`)
  }
  const kept = {
    record: (made: Made) => noted(() => memory.record(made)),
    forget: (made: Made) => noted(() => memory.forget(made)),
    get made() {
      return memory.made
    },
  }
  const network = () => new AliasNetwork({ interface: 'br0', ledger: kept, log: silentLogger, ip })
  return {
    network,
    links,
    calls: () => calls.splice(0),
    refuse: (words: string) => {
      refused = words
    },
    ledger: entries,
  }
}

/** `br0 10.0.0.5` */
function madeOf(entry: string): Made {
  const [device, address] = entry.split(' ')
  return { kind: 'address', address, interface: device }
}

const place = (address: string, more: Partial<Place> = {}): Place => ({ address, prefix: 24, vlan: undefined, ...more })

test('an address is noted before it is added, with a route of its own; it is gone after release', async () => {
  const { network, calls, ledger, links } = fakeHost()
  const alias = network()
  await alias.claim(place('10.0.0.5'))
  expect(calls()).toEqual([
    'ledger: br0 10.0.0.5',
    'address add 10.0.0.5/32 dev br0',
    'route flush dev br0 src 10.0.0.5',
    'route add 10.0.0.0/24 dev br0 src 10.0.0.5 metric 167772165',
  ])
  expect(alias.prefixOf('10.0.0.5')).toBe(24)
  await alias.release(place('10.0.0.5'))
  expect(calls()).toEqual(['address del 10.0.0.5/32 dev br0', 'ledger: '])
  expect([ledger(), links.get('br0')?.addresses]).toEqual([[], []])
})

test('another mask changes the route and not the address', async () => {
  const { network, calls } = fakeHost()
  const alias = network()
  await alias.claim(place('10.0.0.5'))
  calls()
  await alias.claim(place('10.0.0.5', { prefix: 16 }))
  expect(calls()).toEqual([
    'route flush dev br0 src 10.0.0.5',
    'route add 10.0.0.0/16 dev br0 src 10.0.0.5 metric 167772165',
  ])
  await alias.claim(place('10.0.0.5', { prefix: 16 }))
  expect(calls()).toEqual([])
})

test("an address of the host's own is used and never removed", async () => {
  const { network, links, calls } = fakeHost()
  links.get('br0')?.addresses.push('10.0.0.5')
  const alias = network()
  await alias.claim(place('10.0.0.5'))
  await alias.release(place('10.0.0.5'))
  await alias.close()
  expect(calls()).toEqual([])
})

test.each(['address add', 'route add'])('when "%s" is refused nothing is left', async (words) => {
  const { network, refuse, ledger, links } = fakeHost()
  refuse(words)
  await expect(network().claim(place('10.0.0.5'))).rejects.toMatchObject({ reason: 'wrong-state' })
  expect([ledger(), links.get('br0')?.addresses]).toEqual([[], []])
})

test('what a killed process left goes, but for the address that is wanted again', async () => {
  const { network, links, ledger } = fakeHost(['br0 10.0.0.5', 'br0 10.0.0.6', 'br9 10.0.0.7'])
  links.get('br0')?.addresses.push('10.0.0.1', '10.0.0.5', '10.0.0.6')
  const alias = network()
  await alias.tidy(place('10.0.0.6'))
  await alias.claim(place('10.0.0.6'))
  expect([ledger(), links.get('br0')?.addresses]).toEqual([['br0 10.0.0.6'], ['10.0.0.1', '10.0.0.6']])
  await alias.close()
  expect([ledger(), links.get('br0')?.addresses]).toEqual([[], ['10.0.0.1']])
})

test('what cannot be removed is kept in mind', async () => {
  const { network, refuse, ledger } = fakeHost()
  const alias = network()
  await alias.claim(place('10.0.0.5'))
  refuse('address del')
  await alias.close()
  expect(ledger()).toEqual(['br0 10.0.0.5'])
})

test('a VLAN gets an interface, which goes with the last BMC that we have on it', async () => {
  const { network, links, calls } = fakeHost()
  const [one, two] = [network(), network()]
  await one.claim(place('10.0.0.5', { vlan: 42 }))
  expect(calls().slice(0, 3)).toEqual([
    'ledger: br0.42 10.0.0.5',
    'link add link br0 name br0.42 type vlan id 42',
    'link set dev br0.42 alias made by bmcsim up',
  ])
  await two.claim(place('10.0.0.6', { vlan: 42 }))
  await one.release(place('10.0.0.5', { vlan: 42 }))
  expect(links.get('br0.42')?.addresses).toEqual(['10.0.0.6'])
  await two.close()
  expect([...links.keys()]).toEqual(['br0'])
})

test("a VLAN interface of somebody else's stays", async () => {
  const { network, links } = fakeHost()
  links.set('br0.42', { addresses: [], up: true })
  const alias = network()
  await alias.claim(place('10.0.0.5', { vlan: 42 }))
  await alias.close()
  expect(links.get('br0.42')?.addresses).toEqual([])
})

test.each(['127.0.0.5', '224.0.0.5', '0.0.0.0'])('%s is not put onto an interface', async (address) => {
  await expect(fakeHost().network().check(place(address))).rejects.toMatchObject({ reason: 'invalid-field' })
})

test('an interface that is down or missing is said so', async () => {
  const { network, links } = fakeHost()
  Object.assign(links.get('br0') ?? {}, { up: false })
  await expect(network().check(place('10.0.0.5'))).rejects.toThrow('br0 is down')
  links.clear()
  await expect(network().claim(place('10.0.0.5'))).rejects.toThrow('does not exist')
})

import { hash } from 'node:crypto'
import type { LinkConfig, NicConfig, PlugConfig, UserNetworkConfig } from '../config.ts'
import { delayMs, lossPercent, rateBps } from '../link-words.ts'
import { didYouMean } from '../nearest.ts'
import { readHostPort } from '../serial-device.ts'
import type { EntryReader } from './entry-reader.ts'
import { readForwards } from './forwards.ts'
import { checkMac } from './mac.ts'
import { isInterfaceName } from './network.ts'
import type { LinkEntry, NicEntry } from './schema.ts'

type Path = readonly PropertyKey[]

/** What a NIC may be plugged into. One of them, or none: QEMU's own user network. */
const plugs = ['network', 'udp', 'bridge', 'netdev'] as const

export function readNic(nic: NicEntry, index: number, reader: EntryReader): NicConfig {
  const path = ['machine', 'nics', index]
  const mac = nic.mac === undefined ? macOf(reader.member.name, index) : reader.inStep(nic.mac, [...path, 'mac'])
  if (mac !== undefined) checkMac(mac, [...path, 'mac'], reader)
  const plug = readPlug(nic, path, reader)
  return {
    model: nic.model ?? 'e1000',
    mac: (mac ?? '').toLowerCase(),
    at: reader.place(...path),
    plug,
    link: readLink(nic.link ?? {}, plug, [...path, 'link'], reader),
  }
}

function readPlug(nic: NicEntry, path: Path, reader: EntryReader): PlugConfig {
  const said = plugs.filter((key) => nic[key] !== undefined)
  for (const more of said.slice(1)) {
    reader.wrong([...path, more], `a NIC has one plug: ${said[0]} or ${more}; remove one of the two`)
  }
  const forwards = (nic.forwards ?? []).map((text, i) => ({ text, at: reader.place(...path, 'forwards', i) }))
  if (nic.network !== undefined) return readNetworkPlug(nic.network, forwards, path, reader)
  if (said.length === 0) return { kind: 'user', network: 'user', forwards: readForwards(forwards, reader) }
  if (nic.forwards !== undefined) {
    reader.wrong([...path, 'forwards'], `forwards are of QEMU's user network; remove them, or ${said[0]}`)
  }
  if (nic.bridge !== undefined) {
    const bridge = reader.filled(nic.bridge) ?? ''
    if (!isInterfaceName(bridge)) reader.wrong([...path, 'bridge'], `"${bridge}" is no name of an interface`)
    return { kind: 'bridge', bridge }
  }
  if (nic.udp !== undefined) {
    const { listen, peer } = nic.udp
    const at = [...path, 'udp']
    return {
      kind: 'udp',
      listen: readEnd('listen', listen, at, reader),
      peer: readEnd('peer', peer, at, reader),
      at: reader.place(...at, 'listen'),
    }
  }
  return { kind: 'netdev', netdev: reader.filled(nic.netdev ?? '') ?? '' }
}

function readNetworkPlug(
  text: string,
  forwards: UserNetworkConfig['forwards'],
  path: Path,
  reader: EntryReader,
): PlugConfig {
  const name = reader.filled(text) ?? ''
  const network = reader.networks.get(name)
  if (network !== undefined && network.kind !== 'user' && forwards.length > 0) {
    const why = `forwards are of networks of kind user, and ${name} is of kind ${network.kind}`
    reader.wrong([...path, 'forwards'], `${why}; remove them`)
  }
  switch (network?.kind) {
    case 'user':
      return { kind: 'user', network: name, forwards: readForwards([...network.forwards, ...forwards], reader) }
    case 'segment':
      return { kind: 'segment', network: name, mtu: network.mtu }
    case 'bridge':
    case 'isolated':
      return { kind: 'bridge', bridge: network.bridge, network: name, mtu: network.mtu }
  }
  const names = [...reader.networks.keys()]
  const known =
    names.length === 0
      ? `; there are none, write networks: { ${/^[\w.-]+$/.test(name) ? name : 'lan'}: { kind: segment } } at the top`
      : didYouMean(name, names) || `; there are ${names.join(', ')}`
  reader.wrong([...path, 'network'], `there is no network "${name}"${known}`)
  return { kind: 'user', network: name, forwards: [] }
}

function readEnd(key: 'listen' | 'peer', written: string, path: Path, reader: EntryReader) {
  const nowhere = { host: '', port: 0 }
  const text = reader.inStep(written, [...path, key])
  if (text === undefined) return nowhere
  const end = readHostPort(text)
  if (typeof end !== 'string') return end
  reader.wrong([...path, key], `${key} "${text}": ${end}; write HOST:PORT`)
  return nowhere
}

function readLink(entry: LinkEntry, plug: PlugConfig, path: Path, reader: EntryReader): LinkConfig {
  if (plug.kind === 'netdev') {
    for (const key of ['delay', 'jitter', 'loss', 'rate'] as const) {
      if (entry[key] === undefined) continue
      const why = 'frames that do not come through bmcsim cannot be slowed down'
      reader.wrong([...path, key], `${why}; plug this NIC into a network, in place of netdev, or remove ${key}`)
    }
  }
  return {
    up: entry.up ?? true,
    delayMs: delayMs(entry.delay ?? 0) ?? 0,
    jitterMs: delayMs(entry.jitter ?? 0) ?? 0,
    lossPercent: lossPercent(entry.loss ?? 0) ?? 0,
    rateBps: rateBps(entry.rate ?? 'none') ?? null,
  }
}

/** The same for a node at every start: QEMU's own prefix and three bytes of the name's digest. */
function macOf(name: string, index: number): string {
  const digest = hash('sha1', `${name}/${index}`, 'hex')
  return `52:54:00:${digest.slice(0, 2)}:${digest.slice(2, 4)}:${digest.slice(4, 6)}`
}

import { isIP, isIPv6 } from 'node:net'
import { resolve } from 'node:path'
import { isMap } from 'yaml'
import type { NetworkConfig } from '../config.ts'
import type { Problems } from '../problems.ts'
import { readHostPort } from '../serial-device.ts'
import type { SubnetConfig } from '../services.ts'
import type { SourceRange } from '../source.ts'
import { readTextFile } from '../text-file.ts'
import { keyText, type Places } from './places.ts'
import { knownNetworkKeys, type NetworkEntry, networkSchema } from './schema.ts'
import { type NetworkReader, readServices } from './services.ts'
import type { Shapes } from './shape.ts'

/** What Ethernet carries unless somebody says otherwise (IEEE 802.3 §3.2.7). */
const DEFAULT_MTU = 1500

/** The networks of a lab file by name, in the order of the file. `node`: what stands behind `networks:`. */
export function readNetworks(
  node: unknown,
  { cwd, places, problems, shapes }: { cwd: string; places: Places; problems: Problems; shapes: Shapes },
): Map<string, NetworkConfig> {
  const networks = new Map<string, NetworkConfig>()
  if (node === undefined) return networks
  if (!isMap(node)) {
    problems.add(places.of(node), 'networks has a name for each below it, like "  lan: { kind: segment }"')
    return networks
  }
  for (const { key, value } of node.items) {
    const name = keyText(key) ?? ''
    const at = places.of(key)
    if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}$/.test(name)) {
      const rule = 'a name of up to 32 letters, digits, dots, dashes and underscores'
      problems.add(at, `"${name}" is no name of a network; write ${rule}`)
    }
    const entry = shapes.checked(value, networkSchema, knownNetworkKeys)
    if (entry === undefined) {
      // It is there all the same: a NIC on it is not wrong too.
      networks.set(name, { kind: 'user', name, at })
      continue
    }
    const place = (...path: PropertyKey[]) => places.nearest(value, path)
    const reader = {
      cwd,
      place,
      wrong: (path: readonly PropertyKey[], message: string) => problems.add(place(...path), message),
      text: (written: string, path: readonly PropertyKey[]) =>
        readTextFile(resolve(cwd, written), written, problems, place(...path))?.text,
    }
    networks.set(name, readNetwork(name, entry, at, reader))
  }
  return networks
}

function readNetwork(name: string, entry: NetworkEntry, at: SourceRange, reader: NetworkReader): NetworkConfig {
  const { wrong, place } = reader
  if (entry.kind === 'user') {
    for (const key of ['mtu', 'links', 'address'] as const) {
      if (entry[key] !== undefined) wrong([key], `"${key}" means nothing for a network of kind user; remove it`)
    }
    return { kind: 'user', name, at, services: readServices(entry, { kind: 'user', subnets: [] }, reader) }
  }
  const end = (link: number, key: 'listen' | 'peer', text: string) => {
    const read = readHostPort(text)
    if (typeof read !== 'string') return read
    wrong(['links', link, key], `${key} "${text}": ${read}; write HOST:PORT`)
    return { host: '', port: 0 }
  }
  const links = (entry.links ?? []).map(({ listen, peer }, i) => ({
    listen: end(i, 'listen', listen),
    peer: end(i, 'peer', peer),
    at: place('links', i, 'listen'),
  }))
  const services = readServices(entry, { kind: 'segment', subnets: readSubnets(entry.address, wrong) }, reader)
  if (entry.address !== undefined && services === undefined) {
    wrong(['address'], 'nothing of ours is on a segment without dhcp or boot; write one of them, or remove address')
  }
  return { kind: 'segment', name, at, mtu: entry.mtu ?? DEFAULT_MTU, links, services }
}

/** Addresses of ours with the lengths of their prefixes. */
function readSubnets(written: NetworkEntry['address'], wrong: NetworkReader['wrong']): SubnetConfig[] {
  const texts = written === undefined ? [] : typeof written === 'string' ? [written] : written
  return texts.flatMap((text) => {
    const [, address = '', prefix = ''] = /^([\d.]+|[\da-f:]+)\/(\d{1,3})$/i.exec(text) ?? []
    if (isIP(address) !== 0 && Number(prefix) <= (isIPv6(address) ? 128 : 32))
      return [{ address, prefix: Number(prefix) }]
    wrong(['address'], `"${text}" is no address with its prefix length; write one like 10.0.0.1/24`)
    return []
  })
}

import { dirname, resolve } from 'node:path'
import { isMap } from 'yaml'
import type { NetworkConfig } from '../config.ts'
import type { Problems } from '../problems.ts'
import { readHostPort } from '../serial-device.ts'
import { readTextFile } from '../text-file.ts'
import { readBridgeNetwork } from './bridge-network.ts'
import { isConsequence } from './gone.ts'
import type { NetworkReader } from './network-reader.ts'
import { keysOfKind, knownNetworkKeys, type NetworkEntry, type NetworkKey, networkSchema } from './network-schema.ts'
import { keyText, type Places } from './places.ts'
import { readServices, readUserServices } from './services.ts'
import type { Shapes } from './shape.ts'
import { readAddresses } from './subnets.ts'

/** What Ethernet carries unless somebody says otherwise (IEEE 802.3 §3.2.7). */
const DEFAULT_MTU = 1500

/** What has nothing to say while the address beside it is one of the wrong shape. */
const wantsAddress: ReadonlySet<PropertyKey | undefined> = new Set(['dhcp', 'boot'])

/** The networks of a lab file by name, in the order of the file. `node`: what stands behind `networks:`; `file`: its whole path. */
export function readNetworks(
  node: unknown,
  { file, places, problems, shapes }: { file: string; places: Places; problems: Problems; shapes: Shapes },
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
    const entry = shapes.sound(value, networkSchema, knownNetworkKeys)
    if (entry === undefined) {
      // It is there all the same: a NIC on it is not wrong too.
      networks.set(name, { kind: 'user', name, at, forwards: [] })
      continue
    }
    const place = (...path: PropertyKey[]) => places.nearest(value, path)
    const wrong = (path: readonly PropertyKey[], message: string) => {
      const lacksAddress = entry.gone.some(({ path: [key] }) => key === 'address')
      if (lacksAddress && path.length === 1 && wantsAddress.has(path[0])) return
      if (!isConsequence(path, entry.gone)) problems.add(place(...path), message)
    }
    const text = (written: string, path: readonly PropertyKey[]) =>
      readTextFile(resolve(dirname(file), written), written, problems, place(...path))?.text
    networks.set(name, readNetwork(entry.value, { file, name, at, place, wrong, text }))
  }
  return networks
}

function readNetwork(entry: NetworkEntry, reader: NetworkReader): NetworkConfig {
  const { name, at, place, wrong } = reader
  const { kind } = entry
  for (const key of Object.keys(entry).filter((key): key is NetworkKey => key !== 'kind')) {
    if (!keysOfKind[kind].includes(key)) {
      wrong([key], `"${key}" means nothing for a network of kind ${kind}; remove it`)
    }
  }
  if (kind === 'bridge' || kind === 'isolated') return readBridgeNetwork({ ...entry, kind }, reader)
  if (kind === 'user') {
    const forwards = (entry.forwards ?? []).map((text, i) => ({ text, at: place('forwards', i) }))
    return { kind, name, at, forwards, services: readUserServices(entry, reader) }
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
  const services = readServices(entry, readAddresses(entry.address, reader), reader)
  if (entry.address !== undefined && services === undefined) {
    wrong(['address'], 'nothing of ours is on a segment without dhcp or boot; write one of them, or remove address')
  }
  return { kind, name, at, mtu: entry.mtu ?? DEFAULT_MTU, links, services }
}

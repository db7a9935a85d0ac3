import { basename, dirname, join, resolve } from 'node:path'
import { type Document, isMap, isNode, isScalar, LineCounter, type Pair, parseDocument, type YAMLMap } from 'yaml'
import { hex } from '../../base/bytes.ts'
import type {
  ForwardConfig,
  LabConfig,
  LabRedfishConfig,
  ListenConfig,
  NetworkConfig,
  NodeConfig,
  UdpLinkConfig,
} from '../config.ts'
import { didYouMean } from '../nearest.ts'
import { expandNodeSet, NodeSetError } from '../node-set.ts'
import { defaultPersonality } from '../personality/find.ts'
import { PersonalityShelf } from '../personality/shelf.ts'
import { type CreatedNode, findInPools, nameInPool } from '../pool.ts'
import { Problems } from '../problems.ts'
import type { SourceRange } from '../source.ts'
import { readTextFile } from '../text-file.ts'
import { EntryReader } from './entry-reader.ts'
import { explain } from './issues.ts'
import { LabImages } from './lab-images.ts'
import { readNetworks } from './lab-networks.ts'
import { type ReadPool, readPools } from './lab-pools.ts'
import { readLabRedfish } from './lab-redfish.ts'
import { readSeeds } from './lab-seeds.ts'
import { merged, readNode } from './node.ts'
import { keyText, Places } from './places.ts'
import { knownKeys, type NodeEntry, nodeSchema, rootKeys } from './schema.ts'
import { hideSecrets } from './secrets.ts'
import { isHostOf } from './services.ts'
import { firstSentence, Shapes, type Sound } from './shape.ts'
import { type Member, RangeValues } from './steps.ts'
import { isInSubnet, overlaps } from './subnets.ts'

/** What a label of a host name may have (RFC 1035 §2.3.4). */
const MOST_OF_A_NAME = 63

/**
 * Reads a lab file. Throws ConfigError with everything that is wrong with it. `personality`: of nodes that name none, in
 * the file or its defaults. `created`: nodes of its pools that are to be there, behind those of the file.
 */
export function readLabFile(
  path: string,
  personality = defaultPersonality,
  created: readonly CreatedNode[] = [],
): LabConfig {
  const problems = new Problems()
  const source = readTextFile(resolve(path), path, problems)
  const cwd = dirname(resolve(path))
  const reader = source && new LabReader({ ...source, cwd, personality, created }, problems)
  const nodes = reader?.read() ?? []
  problems.check()
  const pools = reader?.pools.map(({ config }) => config) ?? []
  return {
    file: path,
    files: [...problems.files],
    nodes,
    pools,
    networks: [...(reader?.networks.values() ?? [])],
    seeds: reader?.seeds,
    redfish: reader?.redfish,
    keyFile: reader?.keyFile,
  }
}

class LabReader {
  keyFile: string | undefined
  seeds: ListenConfig | undefined
  redfish: LabRedfishConfig | undefined
  networks: ReadonlyMap<string, NetworkConfig> = new Map()
  pools: readonly ReadPool[] = []
  readonly #cwd: string
  /** Its whole path. */
  readonly #file: string
  readonly #images: LabImages
  readonly #problems: Problems
  readonly #document: Document
  readonly #places: Places
  readonly #shapes: Shapes
  readonly #nodes: NodeConfig[] = []
  readonly #taken = new Map<string, string>()
  /** Where keys stand that are there twice, which has been said. */
  readonly #doubled = new Set<string>()
  readonly #personalities: PersonalityShelf

  readonly #personality: string
  readonly #created: readonly CreatedNode[]
  readonly #ranges = new RangeValues()

  constructor(
    lab: { file: string; text: string; cwd: string; personality: string; created: readonly CreatedNode[] },
    problems: Problems,
  ) {
    const { file, text, cwd } = lab
    const lines = new LineCounter()
    this.#personality = lab.personality
    this.#created = lab.created
    this.#cwd = cwd
    this.#file = join(cwd, basename(file))
    this.#images = new LabImages(cwd, problems)
    this.#problems = problems
    this.#personalities = new PersonalityShelf(cwd, problems)
    this.#document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' })
    this.#places = new Places(file, text, this.#document, lines)
    this.#shapes = new Shapes(this.#document, this.#places, problems)
    hideSecrets(text, this.#document, this.#places, problems)
  }

  read(): NodeConfig[] {
    const sound = this.#readSyntax()
    if (sound) this.#readRoot()
    return this.#nodes
  }

  /**
   * What the parser says. After its first error most others are consequences: one a line, and no stray tokens. The result: whether
   * the rest can be read all the same.
   */
  #readSyntax(): boolean {
    let lastLine = 0
    let sound = true
    for (const { pos, code, message } of [...this.#document.errors, ...this.#document.warnings]) {
      if (code === 'DUPLICATE_KEY') {
        const at = this.#places.keyAt(pos[0])
        this.#doubled.add(`${at.line}:${at.column}`)
        this.#problems.add(at, 'this key is here already; remove one of the two, or rename it')
        continue
      }
      const at = this.#places.range(pos[0], pos[1])
      if (code === 'MULTIPLE_DOCS') {
        this.#problems.add(
          { ...at, length: 3 },
          'a second document begins here; a lab file is one, so remove this line',
        )
        continue
      }
      sound = false
      if (lastLine > 0 && (at.line <= lastLine || code === 'UNEXPECTED_TOKEN')) continue
      lastLine = at.line
      const brackets = /^Unexpected flow-(seq|map)-start at node end/.exec(message)?.[1]
      const example = brackets === 'seq' ? '"127.10.0.[1-3]"' : '"127.10.0.{n}"'
      const hint = brackets ? `; between { } or [ ] a value with brackets needs quotes, like ${example}` : ''
      this.#problems.add(at, `not valid YAML: ${firstSentence(message)}${hint}`)
    }
    return sound
  }

  #readRoot(): void {
    const root = this.#document.contents
    if (!isMap(root)) {
      this.#problems.add(this.#places.of(root), 'a lab file starts with nodes: and the nodes below it')
      return
    }
    for (const { key } of root.items) {
      const text = keyText(key)
      if (text !== undefined && rootKeys.includes(text)) continue
      const hint = didYouMean(text ?? '', rootKeys) || `; known here: ${rootKeys.join(', ')}`
      this.#problems.add(this.#places.of(key), `unknown key "${text ?? ''}"${hint}`)
    }
    this.#readKeyFile(root.items.find((item) => keyText(item.key) === 'keyFile')?.value)
    this.#readNetworks(root.items.find((item) => keyText(item.key) === 'networks')?.value)
    const seeds = root.items.find((item) => keyText(item.key) === 'seeds')?.value
    this.seeds = readSeeds(seeds, this.#places, this.#problems)
    const redfish = root.items.find((item) => keyText(item.key) === 'redfish')?.value
    const parts = { cwd: this.#cwd, places: this.#places, problems: this.#problems, shapes: this.#shapes }
    this.redfish = readLabRedfish(redfish, parts)
    const images = root.items.find((item) => keyText(item.key) === 'images')?.value
    this.#images.read(images, { places: this.#places, shapes: this.#shapes })
    const defaults = root.items.find((item) => keyText(item.key) === 'defaults')?.value
    const general = this.#checked(defaults)
    const { personality } = general?.value ?? {}
    // Also where every node has one of its own.
    if (personality !== undefined) this.#personalities.get(personality, this.#places.nearest(defaults, ['personality']))
    const pools = root.items.find((item) => keyText(item.key) === 'pools')?.value
    this.pools = readPools(pools, { places: this.#places, problems: this.#problems, shapes: this.#shapes })
    const nodes = root.items.find((item) => keyText(item.key) === 'nodes')
    this.#readNodes(root, nodes, general, defaults)
    if (general === undefined) return
    for (const pool of this.pools) this.#checkPool(pool, general, defaults)
    for (const one of this.#created) this.#readCreated(one, general, defaults)
  }

  #readNodes(root: YAMLMap, nodes: Pair | undefined, general: Sound<NodeEntry> | undefined, defaults: unknown): void {
    if (nodes === undefined) {
      // One that is wrong, which has been said, is there all the same.
      const pools = root.get('pools')
      if (this.pools.length > 0 || (isMap(pools) && pools.items.length > 0)) return
      this.#problems.add(this.#places.of(root), 'there are no nodes; write nodes: and a name below it')
      return
    }
    const { key: word, value: names } = nodes
    if (!isMap(names) || names.items.length === 0) {
      const nothing = isMap(names) || !isNode(names) || (isScalar(names) && names.value === null)
      const [at, what] = nothing ? [word, 'there are no nodes'] : [names, 'these are no keys']
      this.#problems.add(this.#places.of(at), `${what}; write names below, like "  cn[01-03]:"`)
      return
    }
    for (const { key, value } of names.items) {
      const own = this.#checked(value)
      const both = own !== undefined && general !== undefined
      const entry = both ? { value: merged(own.value, general.value), gone: [...own.gone, ...general.gone] } : undefined
      this.#readSet(key, entry, [value, defaults])
    }
  }

  #readNetworks(node: unknown): void {
    const parts = { places: this.#places, problems: this.#problems, shapes: this.#shapes }
    this.networks = readNetworks(node, { ...parts, file: this.#file })
    for (const network of this.networks.values()) {
      if (network.kind === 'user') continue
      if (network.kind === 'segment') {
        for (const link of network.links) this.#uniqueListener(`network ${network.name}`, link)
        continue
      }
      const { name, at, bridge } = network
      this.#unique(`bridge ${bridge}`, name, at, (other) => `${bridge} is the bridge of ${other} already; take another`)
    }
    for (const { at, message } of overlaps([...this.networks.values()])) this.#problems.add(at, message)
  }

  /** Relative to the lab file, as every path in it. */
  #readKeyFile(node: unknown): void {
    if (node === undefined) return
    const text = isScalar(node) ? node.value : undefined
    if (typeof text === 'string' && text !== '') this.keyFile = text === 'none' ? text : resolve(this.#cwd, text)
    else this.#problems.add(this.#places.of(node), 'keyFile is the path of a file, or none')
  }

  #checked(node: unknown): Sound<NodeEntry> | undefined {
    return this.#shapes.sound(node, nodeSchema, knownKeys)
  }

  /** Its first and its last node say whether a pool's values fit, before one is created. */
  #checkPool(pool: ReadPool, general: Sound<NodeEntry>, defaults: unknown): void {
    for (const number of new Set([pool.config.first, pool.config.last])) {
      this.#poolMember(pool, number, pool.entry, { general, defaults })
    }
  }

  #readCreated({ name, image }: CreatedNode, general: Sound<NodeEntry>, defaults: unknown): void {
    const found = findInPools(
      name,
      this.pools.map(({ config }) => config),
    )
    if (typeof found === 'string') {
      const none = this.pools.length === 0 ? `"${name}" is in no pool any more; the file has none` : found
      this.#problems.add(
        this.#places.of(this.#document.contents),
        `${none}. It was created: put its pool back, or take it away with bmcsim rm ${name}`,
      )
      return
    }
    if (this.#taken.has(`name ${nameInPool(found.pool, found.number)}`)) {
      const why = `${name} is one of the nodes of this file and cannot be created as well`
      this.#problems.add(found.pool.at, `${why}; one that was created before is taken away by bmcsim rm ${name}`)
      return
    }
    const pool = this.pools.find(({ config }) => config === found.pool)
    const unknown = image === undefined ? undefined : this.#images.unknown(image)
    if (unknown !== undefined) {
      this.#problems.add(found.pool.at, `${name}:${image}: ${unknown}`)
      return
    }
    const own = nodeSchema.safeParse({ machine: { start: 'now', ...(image === undefined ? {} : { image }) } })
    if (!own.success) {
      const said = own.error.issues.flatMap((issue) => explain(issue, { machine: { image } }, knownKeys))
      for (const { message } of said) this.#problems.add(found.pool.at, `${name}: ${message}`)
      return
    }
    if (pool === undefined) return
    const node = this.#poolMember(pool, found.number, merged(own.data, pool.entry), { general, defaults })
    this.#add(node)
  }

  /** `own` over the defaults, and the pool's MAC. */
  #poolMember(
    { config, entry, value }: ReadPool,
    number: number,
    own: NodeEntry,
    { general, defaults }: { general: Sound<NodeEntry>; defaults: unknown },
  ): NodeConfig {
    const { first, last, at } = config
    const member = { name: nameInPool(config, number), index: number - first, count: last - first + 1, number }
    const all = { value: withMac(merged(own, general.value), entry.mac), gone: general.gone }
    // The MAC pattern of the pool stands at the pool, and is read as that of the first NIC.
    const asNic = this.#document.createNode({
      machine: { nics: [{ mac: isMap(value) ? value.get('mac', true) : null }] },
    })
    return this.#read(member, at, all, [value, defaults, asNic])
  }

  /** One key under `nodes`: a name, or a node set. Where nothing is left of its entry, only the names are looked at. */
  #readSet(key: unknown, entry: Sound<NodeEntry> | undefined, entries: readonly unknown[]): void {
    const at = this.#places.of(key)
    const names = this.#names(key, at)
    for (const [index, name] of names.entries()) {
      if (entry === undefined) this.#uniqueName(name, at)
      else this.#add(this.#read({ name, index, count: names.length }, at, entry, entries))
    }
  }

  #read(member: Member, at: SourceRange, entry: Sound<NodeEntry>, entries: readonly unknown[]): NodeConfig {
    return readNode(
      entry.value,
      new EntryReader({
        member,
        cwd: this.#cwd,
        at,
        networks: this.networks,
        images: this.#images,
        places: this.#places,
        problems: this.#problems,
        ranges: this.#ranges,
        entries,
        gone: entry.gone,
        personality: (written, place) => this.#personalities.get(written ?? this.#personality, place),
      }),
    )
  }

  #add(node: NodeConfig): void {
    this.#uniqueName(node.name, node.at)
    this.#checkUnique(node)
    this.#checkLease(node)
    this.#nodes.push(node)
  }

  #uniqueName(name: string, at: SourceRange): void {
    if (this.#doubled.has(`${at.line}:${at.column}`)) return
    this.#unique(`name ${name}`, name, at, () => `node ${name} is there already; rename one of the two`)
  }

  #names(key: unknown, at: SourceRange): string[] {
    const text = keyText(key)
    if (text === undefined) {
      this.#problems.add(at, 'a node name must be text, like cn01 or cn[01-03]')
      return []
    }
    try {
      const names = expandNodeSet(text)
      const wrong = names.map(whatIsWrongWithName).find((found) => found !== undefined)
      if (wrong !== undefined) this.#problems.add(at, wrong)
      return names
    } catch (error) {
      if (!(error instanceof NodeSetError)) throw error
      const quotes = isScalar(key) && key.type !== 'PLAIN' ? 1 : 0
      const { column, length } = error
      this.#problems.add({ ...at, column: at.column + quotes + column - 1, length }, error.reason)
      return []
    }
  }

  #checkUnique({ name, at, channels, identity: { guid }, machine, xname, xnameAt = at }: NodeConfig): void {
    for (const { mac, at: nicAt, plug } of machine.kind === 'command' ? [] : machine.nics) {
      if (plug.kind === 'udp') this.#uniqueListener(name, plug)
      if (plug.kind === 'user') for (const forward of plug.forwards) this.#uniqueForward(name, forward)
      const place = plug.kind === 'segment' || plug.kind === 'bridge' ? plug.network : undefined
      if (place === undefined) continue
      const why = 'leave mac out, and each NIC gets its own'
      const said = (other: string) => `a NIC of ${other} on ${place} has the same MAC ${mac}; ${why}`
      this.#unique(`mac ${place} ${mac}`, name, nicAt, said)
    }
    const [{ host, port, at: addressAt }] = channels[0].addresses
    // `auto` finds a port of its own for each, and so does the system for 0; a DHCP server gives each an address of its own.
    if (!channels[0].namespace?.dhcp && host !== '' && port !== 'auto' && port !== 0) {
      const where = `${host} port ${port}`
      const why = 'give each node an address or a port of its own'
      this.#unique(`address ${where}`, name, addressAt, (other) => `${where} is the BMC of ${other} already; ${why}`)
    }
    if (guid !== undefined) {
      const why = 'leave guid out, and each node gets its own'
      this.#unique(`guid ${hex(guid)}`, name, at, (other) => `${name} has the same guid as ${other}; ${why}`)
    }
    if (xname !== undefined) {
      const said = (other: string) => `${xname} is the xname of ${other} already; give ${name} one of its own`
      this.#unique(`xname ${withoutZeros(xname)}`, name, xnameAt, said)
    }
  }

  /** Addresses that our DHCP leases to a node and nobody else. */
  #checkLease({ name, at, address, machine }: NodeConfig): void {
    if (address === undefined || machine.kind === 'command') return
    for (const network of new Set(machine.nics.map(({ plug }) => ('network' in plug ? plug.network : undefined)))) {
      const { own, dhcp } = this.networks.get(network ?? '')?.services ?? {}
      if (own === undefined || dhcp === undefined || !isInSubnet(address, own)) continue
      if (!isHostOf(address, own) || address === own.address) {
        const whose = address === own.address ? 'is our own' : 'is no host'
        this.#problems.add(at, `the address ${address} of ${name} ${whose} on ${network}; give it another`)
        continue
      }
      const said = (other: string) => `${other} has the address ${address} on ${network} already; give ${name} another`
      this.#unique(`lease ${network} ${address}`, name, at, said)
    }
  }

  #uniqueListener(of: string, { listen: { host, port }, at }: UdpLinkConfig): void {
    if (host === '') return
    const where = `${host} port ${port}`
    this.#unique(`udp ${where}`, of, at, (other) => `${other} listens on ${where} already; take another port`)
  }

  /** Linux lets nobody else have a port of an address where somebody has it of all addresses. */
  #uniqueForward(of: string, { protocol, host, port, at }: ForwardConfig): void {
    const what = `${protocol} ${port}`
    const said = (other: string) =>
      `${host} port ${port} leads to ${other} already; take another port, like one with {nn} in it`
    const everywhere = this.#taken.get(`forward ${what} 0.0.0.0`)
    const somewhere = host === '0.0.0.0' ? this.#taken.get(`forward ${what}`) : undefined
    const other = everywhere ?? somewhere ?? this.#taken.get(`forward ${what} ${host}`)
    if (other !== undefined) this.#problems.add(at, said(other))
    this.#taken.set(`forward ${what} ${host}`, of)
    this.#taken.set(`forward ${what}`, of)
  }

  /** What only one may have, and which has it. */
  #unique(what: string, node: string, at: SourceRange, message: (other: string) => string): void {
    const other = this.#taken.get(what)
    if (other === undefined) this.#taken.set(what, node)
    else this.#problems.add(at, message(other))
  }
}

/** A name is one of a folder and of a host, and stands on command lines. */
function whatIsWrongWithName(name: string): string | undefined {
  if (!/^[A-Za-z0-9_]/.test(name)) return 'a node name begins with a letter, a digit or an underscore'
  if (name.length <= MOST_OF_A_NAME) return undefined
  return `a node name has up to ${MOST_OF_A_NAME} characters, and this has ${name.length}`
}

/** As xnames are compared: x01000c0 is x1000c0. */
function withoutZeros(xname: string): string {
  return xname.replace(/(?<=[a-z])0+(?=\d)/g, '')
}

/** A pool's MAC is that of the first NIC, unless the NIC has one. */
function withMac(entry: NodeEntry, mac: string | undefined): NodeEntry {
  if (mac === undefined) return entry
  const [first = {}, ...others] = entry.machine?.nics ?? []
  return { ...entry, machine: { ...entry.machine, nics: [{ mac, ...first }, ...others] } }
}

import { createHash } from 'node:crypto'
import type { LabRedfishConfig, ListenConfig, MachineConfig, NetworkConfig, NodeConfig } from '../config/config.ts'

/** What a lab is made of, by digests: enough to see what differs, and nothing that anybody could log in with. */
export interface LabDigest {
  readonly networks: string
  readonly seeds: string
  /** The one of all nodes. */
  readonly redfish: string
  readonly nodes: readonly { readonly name: string; readonly parts: Readonly<Record<Part, string>> }[]
}

/** The keys of a lab file under which a node can differ. */
const parts = ['personality', 'bmc', 'users', 'machine', 'start', 'console', 'address', 'ready', 'boot'] as const
export type Part = (typeof parts)[number]

export type Difference =
  /** `replace`: made anew, without what one of this name kept before. */
  | { readonly name: string; readonly action: 'start' | 'leave' | 'stop' | 'replace' }
  | { readonly name: string; readonly action: 'change'; readonly parts: readonly Part[] }

/** What there is to compare of a lab. */
export interface Comparable {
  readonly nodes: readonly { readonly config: NodeConfig }[]
  readonly networks: readonly NetworkConfig[]
  readonly seeds?: ListenConfig | undefined
  readonly redfish?: LabRedfishConfig | undefined
}

export function labDigest({ nodes, networks, seeds, redfish }: Comparable): LabDigest {
  // Many nodes share what stands behind a personality, and it is large.
  const known = new Map<object, string>()
  const shared = (value: object | undefined) => {
    if (value === undefined) return ''
    const found = known.get(value) ?? digest(value)
    known.set(value, found)
    return found
  }
  return {
    networks: digest(networks),
    seeds: digest(seeds ?? null),
    redfish: digest(redfish ?? null),
    nodes: nodes.map(({ config }) => {
      const of = (part: Part, ...more: unknown[]) => digest([...keysOf(part).map((key) => config[key]), ...more])
      return {
        name: config.name,
        parts: {
          personality: shared(config.personality),
          bmc: of('bmc'),
          users: of('users'),
          // The VM shows the BMC's GUID, hangs on the networks of its NICs, and may have a card of the BMC's.
          // When it is started is no fact of the VM.
          machine: digest([
            ...keysOf('machine').map((key) =>
              key === 'machine' ? { ...config.machine, startNow: undefined } : config[key],
            ),
            config.identity.guid,
            carriers(config.machine, networks),
            ...(config.redfish?.hostInterface ? ['host interface'] : []),
          ]),
          start: digest(config.machine.startNow),
          console: of('console'),
          address: of('address'),
          ready: of('ready'),
          boot: of('boot'),
        },
      }
    }),
  }
}

/** Under which key of a lab file each fact of a node stands, so that none is forgotten; null: no lab file has it, or it is no difference. */
const partOf = {
  name: null,
  at: null,
  cwd: 'machine',
  personality: 'personality',
  identity: 'bmc',
  channels: 'bmc',
  users: 'users',
  machine: 'machine',
  vmLink: 'machine',
  sol: 'console',
  sel: 'bmc',
  redfish: 'bmc',
  address: 'address',
  xname: 'bmc',
  xnameAt: null,
  ready: 'ready',
  boot: 'boot',
  ipmbAddress: 'bmc',
  emulator: null,
  emulatorVariables: null,
  emulatorConsole: null,
} satisfies Record<keyof NodeConfig, Part | null>

function keysOf(part: Part): (keyof NodeConfig)[] {
  const isKey = (key: string): key is keyof NodeConfig => Object.hasOwn(partOf, key)
  return Object.keys(partOf)
    .filter(isKey)
    .filter((key) => partOf[key] === part)
}

/**
 * What is to be done to get from what runs (undefined: nothing) to what is wanted, in the order of the latter. `anew`: names
 * that are to be made anew where they are there.
 */
export function differences(
  running: LabDigest | undefined,
  wanted: LabDigest,
  anew: ReadonlySet<string> = new Set(),
): Difference[] {
  const before = new Map(running?.nodes.map((node) => [node.name, node.parts]))
  const after = wanted.nodes.map(({ name, parts: now }): Difference => {
    const old = before.get(name)
    before.delete(name)
    if (old === undefined) return { name, action: 'start' }
    if (anew.has(name)) return { name, action: 'replace' }
    const changed = parts.filter((part) => old[part] !== now[part])
    return changed.length === 0 ? { name, action: 'leave' } : { name, action: 'change', parts: changed }
  })
  return [...after, ...[...before.keys()].map((name): Difference => ({ name, action: 'stop' }))]
}

/** The networks under NICs, as far as a NIC would have to be plugged in again. The links of a segment, and what we serve, come and go beside it. */
function carriers(machine: MachineConfig, networks: readonly NetworkConfig[]): unknown {
  if (machine.kind === 'command') return []
  const names = new Set(machine.nics.map(({ plug }) => ('network' in plug ? plug.network : undefined)))
  return networks
    .filter(({ name }) => names.has(name))
    .map((network) => ({ ...network, links: undefined, services: undefined }))
}

/** Where something stands in the file is no difference. */
function digest(value: unknown): string {
  const text = JSON.stringify(value, (key, one: unknown) => {
    if (key === 'at') return undefined
    return one instanceof Uint8Array ? Buffer.from(one).toString('hex') : one
  })
  return createHash('sha256').update(text).digest('base64').slice(0, 22)
}

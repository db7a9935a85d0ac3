import { hex } from '../base/bytes.ts'
import { firmwareVersion } from './firmware-version.ts'
import type { RedfishNode } from './node.ts'
import type { Body } from './request.ts'
import { isBody } from './request.ts'

/** What one maker's Redfish calls things, and has besides: data of a personality. */
export interface Layout {
  /** ServiceRoot's; undefined: as the name plate says. */
  readonly vendor: string | undefined
  readonly product: string | undefined
  /** Ids of numbered parts, with `{n}` for the number, from 1 on, or `{i}` from 0 on. */
  readonly parts: Readonly<Record<PartKind, string>>
  /** Paths without their ids (`Systems/SimpleStorage`): such a service has none of them. */
  readonly without: readonly string[]
  /** Content of `Oem`, with words in braces, as `words` below has them. */
  readonly oem: Readonly<Partial<Record<'root' | 'system' | 'manager' | 'chassis', Body>>>
}

export type PartKind = 'processor' | 'memory' | 'nic' | 'managerNic'

/** `n` from 1 on. */
export function partId({ layout }: RedfishNode, kind: PartKind, n: number): string {
  return layout.parts[kind].replaceAll('{n}', String(n)).replaceAll('{i}', String(n - 1))
}

/** `{ Oem: ... }`, or nothing. */
export function oemOf(node: RedfishNode, where: keyof Layout['oem']): Body {
  const said = node.layout.oem[where]
  return said === undefined ? {} : { Oem: eachText(said, (text) => filled(text, node)) }
}

type Word = (node: RedfishNode) => string | undefined

/** What a text of `Oem` can say of the node as it is now. */
const words: Readonly<Record<string, Word>> = {
  uuid: ({ uuid }) => uuid,
  firmware: firmwareVersion,
  hostName: (node) => node.doors().hostName,
  power: ({ bmc }) => (bmc.power.state === 'on' ? 'On' : 'Off'),
  mac: ({ bmc }) => {
    const channel = bmc.channels.lan[0]
    const lan = channel && bmc.lanConfiguration(channel.number)
    return lan && hex(lan.mac, ':').toUpperCase()
  },
  postState: ({ bmc }) => {
    if (bmc.power.state !== 'on') return 'PowerOff'
    const { stage } = bmc.bootProgress
    return stage === 'start' || stage === 'firmware' ? 'InPost' : 'FinishedPost'
  },
}

function filled(text: string, node: RedfishNode): string {
  return text.replace(/\{(\w+)\}/g, (all, word) => words[word]?.(node) ?? all)
}

/** Every text in it is another. */
export function eachText(body: Body, turned: (text: string) => string): Body {
  const turn = (value: unknown): unknown => {
    if (typeof value === 'string') return turned(value)
    if (Array.isArray(value)) return value.map(turn)
    return isBody(value) ? eachText(value, turned) : value
  }
  return Object.fromEntries(Object.entries(body).map(([name, one]) => [name, turn(one)]))
}

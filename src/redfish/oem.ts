import { hex } from '../base/bytes.ts'
import { firmwareVersion } from './firmware-version.ts'
import { hostNameOf } from './host-name.ts'
import type { Layout } from './layout.ts'
import type { RedfishNode } from './node.ts'
import { type Body, isBody } from './request.ts'

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
  hostName: hostNameOf,
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

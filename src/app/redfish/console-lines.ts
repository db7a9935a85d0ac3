import { stripVTControlCharacters } from 'node:util'
import type { ConsoleHub } from '../../console/hub.ts'
import type { ConsoleText } from '../../redfish/node.ts'

const MOST = 1000

/** Of a console hub, what is asked of it here. */
export type SpokenHub = Pick<ConsoleHub, 'count' | 'backlog' | 'clear'>

/** The last lines that a console said, taken apart when somebody asks and something was said since. */
export class ConsoleLines implements ConsoleText {
  readonly most = MOST
  readonly #hub: SpokenHub
  #known: { readonly count: number; readonly lines: readonly string[] } | undefined

  constructor(hub: SpokenHub) {
    this.#hub = hub
  }

  get lines(): readonly string[] {
    const { count } = this.#hub
    if (this.#known?.count !== count) this.#known = { count, lines: linesOf(this.#hub.backlog()).slice(-MOST) }
    return this.#known.lines
  }

  clear(): void {
    this.#hub.clear()
    this.#known = undefined
  }
}

/** Without what moves a cursor or colours it. */
export function linesOf(bytes: Uint8Array): readonly string[] {
  const text = new TextDecoder('utf-8').decode(bytes)
  const plain = stripVTControlCharacters(text).replace(/[^\P{Cc}\n]/gu, '')
  const lines = plain.split('\n')
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}

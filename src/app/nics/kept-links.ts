import { join } from 'node:path'
import { readIfThere, writeAtomic } from '../../base/atomic-file.ts'
import type { NicConfig } from '../../config/config.ts'
import type { LinkChange, Nic } from './nic.ts'

/** What was changed of the links of one node since its file was read, so that it outlives a crash of our process: `links.json`. */
export class KeptLinks {
  readonly #path: string

  constructor(runDir: string) {
    this.#path = join(runDir, 'links.json')
  }

  keep(configs: readonly NicConfig[], nics: readonly Nic[]): void {
    const links = nics.map((nic, i) => {
      const { up, delayMs, jitterMs, lossPercent, rateBps } = nic.status()
      return { configured: configs[i].link, now: { up, delayMs, jitterMs, lossPercent, rateBps } }
    })
    writeAtomic(this.#path, `${JSON.stringify(links)}\n`)
  }

  /** Of each NIC of whose link the file still says the same; undefined: nothing was changed, or the file has been since. */
  read(configs: readonly NicConfig[]): readonly (LinkChange | undefined)[] {
    const kept = parsed(readIfThere(this.#path))
    return configs.map(({ link }, i) => {
      const facts = factsOf(kept[i])
      return JSON.stringify(facts.get('configured')) === JSON.stringify(link) ? changeOf(facts.get('now')) : undefined
    })
  }
}

function changeOf(value: unknown): LinkChange | undefined {
  const facts = factsOf(value)
  const up = facts.get('up')
  const rateBps = facts.get('rateBps')
  const [delayMs, jitterMs, lossPercent] = ['delayMs', 'jitterMs', 'lossPercent'].map((name) => facts.get(name))
  if (typeof up !== 'boolean' || (rateBps !== null && typeof rateBps !== 'number')) return undefined
  if (typeof delayMs !== 'number' || typeof jitterMs !== 'number' || typeof lossPercent !== 'number') return undefined
  return { up, delayMs, jitterMs, lossPercent, rateBps }
}

function factsOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : [])
}

function parsed(text: string | undefined): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

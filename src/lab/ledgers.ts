import { join } from 'node:path'
import { killMade, madeText, undoAll } from '../app/undo.ts'
import type { Clock } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import { FileLedger, type Ledger, type Made, MemoryLedger, tidyLedger } from '../base/ledger.ts'
import type { Logger } from '../base/logger.ts'

export function ledgerIn(folder: string): string {
  return join(folder, 'made.jsonl')
}

/** Each file once. */
export class Ledgers {
  readonly #open = new Map<string, Ledger>()

  at(path: string | undefined): Ledger {
    if (path === undefined) return new MemoryLedger()
    const ledger = this.#open.get(path) ?? new FileLedger(path)
    this.#open.set(path, ledger)
    return ledger
  }
}

interface HasLedger {
  readonly ledger?: string | undefined
}

/**
 * Takes away what an earlier run made for nodes that are not in the file any more, and the processes of the lab itself, which serve
 * nobody now. The rest is taken over by who made it.
 */
export async function undoOfOthers(
  { ledger: path, nodes }: HasLedger & { readonly nodes: readonly { readonly config: { readonly name: string } }[] },
  clock: Clock,
  log: Logger,
): Promise<void> {
  if (path === undefined) return
  const names = new Set(nodes.map(({ config }) => config.name))
  await undoIn(path, clock, log, ({ node, kind }) => (node === undefined ? kind === 'process' : !names.has(node)))
}

type Whole = HasLedger & { readonly nodes: readonly HasLedger[] }

/** Takes away all that is left, where nobody else has the ledgers open. */
export async function undoLeft(whole: Whole, clock: Clock, log: Logger): Promise<void> {
  for (const path of paths(whole)) await undoIn(path, clock, log, () => true)
}

async function undoIn(path: string, clock: Clock, log: Logger, isChosen: (made: Made) => boolean): Promise<void> {
  for (const { made, failure } of await undoAll(new FileLedger(path), clock, isChosen)) {
    const what = { what: madeText(made), node: made.node }
    if (failure === undefined) log.info(what, 'what was left is taken away')
    else log.warn({ ...what, error: messageOf(failure) }, 'something that was left could not be taken away')
  }
}

/** What is noted on disk, whoever of this process wrote it. */
export function allMade(whole: Whole): readonly Made[] {
  return paths(whole).flatMap((path) => new FileLedger(path).made)
}

/** Whether machines of this lab could be adopted by a later process. */
export function canGoOn(whole: Whole): boolean {
  return whole.nodes.every(({ ledger }) => ledger !== undefined)
}

/** Kills what is noted of processes and still runs. */
export function killProcesses(whole: Whole): void {
  for (const made of allMade(whole)) killMade(made)
}

/** Of a lab and its nodes: before a start and behind an end, while nobody else has them open. */
export function tidyLedgers(whole: Whole): void {
  for (const path of paths(whole)) tidyLedger(path)
}

function paths({ ledger, nodes }: Whole): readonly string[] {
  return [...new Set([ledger, ...nodes.map((node) => node.ledger)].flatMap((path) => path ?? []))]
}

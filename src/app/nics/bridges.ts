import type { Clock } from '../../base/clock.ts'
import { messageOf, SetupError } from '../../base/errors.ts'
import { type Ledger, ledgerOf, type Made } from '../../base/ledger.ts'
import type { Logger } from '../../base/logger.ts'
import type { BridgeNetworkConfig } from '../../config/config.ts'
import { bridgeProblems } from '../../net/bridge/bridge-problems.ts'
import { HostBridge } from '../../net/bridge/host-bridge.ts'
import { natPrograms } from '../../net/bridge/nat.ts'
import { ipCommand } from '../../net/ip-command.ts'
import { madeText, undoAll } from '../undo.ts'

/** How the ledger of the lab names what was made for a network. */
const PART = 'network '

const system = { ip: ipCommand, nat: natPrograms }

/** The bridges of a lab's networks: made, or found, and taken away again as far as they were made. */
export class Bridges {
  readonly #ledger: Ledger
  readonly #clock: Clock
  readonly #log: Logger
  /** By the network's name: what it was made of. */
  readonly #open = new Map<string, string>()

  constructor({ ledger, clock, log }: { ledger: Ledger; clock: Clock; log: Logger }) {
    this.#ledger = ledger
    this.#clock = clock
    this.#log = log
  }

  /** These, and no others: what stays the same is not touched. Rejects with a SetupError. */
  async apply(wanted: readonly BridgeNetworkConfig[]): Promise<void> {
    const names = new Set(wanted.map(({ name }) => PART + name))
    await this.#undo((part) => !names.has(part))
    for (const name of this.#open.keys()) if (!names.has(PART + name)) this.#open.delete(name)
    const changed = wanted.filter((network) => this.#open.get(network.name) !== facts(network))
    for (const { name } of changed) this.#open.delete(name)
    await this.#make(changed)
    for (const network of changed) this.#open.set(network.name, facts(network))
  }

  /** All or none, and everything that is in the way is said before anything is made. */
  async #make(networks: readonly BridgeNetworkConfig[]): Promise<void> {
    // VMs of an earlier run may go on and be plugged in: their bridge stays, and all else of it is made anew.
    for (const { name, bridge } of networks) {
      await this.#undo((part, made) => part === PART + name && !(made.kind === 'interface' && made.name === bridge))
    }
    const problems = await Promise.all(
      networks.map((network) => {
        const { made } = this.#ledgerOf(network.name)
        const ours = (device: string) => made.some((one) => one.kind === 'interface' && one.name === device)
        return bridgeProblems(network, { ...system, ours })
      }),
    )
    if (problems.flat().length > 0) throw new SetupError(problems.flat().join('\n'))
    // One after another: whether forwarding was on before must be seen before the next one switches it on.
    for (const network of networks) {
      try {
        await new HostBridge(network, { ...system, ledger: this.#ledgerOf(network.name) }).make()
      } catch (error) {
        for (const { name } of networks) await this.#undo((part) => part === PART + name)
        throw new SetupError(`network ${network.name}: ${messageOf(error)}`, { cause: error })
      }
    }
  }

  /** What was made is taken away. */
  async close(): Promise<void> {
    this.#open.clear()
    await this.#undo(() => true)
  }

  async #undo(chosen: (part: string, made: Made) => boolean): Promise<void> {
    const isChosen = (made: Made) =>
      made.node === undefined && made.part?.startsWith(PART) === true && chosen(made.part, made)
    for (const { made, failure } of await undoAll(this.#ledger, this.#clock, isChosen)) {
      if (failure === undefined) continue
      this.#log.warn({ what: madeText(made), error: messageOf(failure) }, 'something of a network is left')
    }
  }

  #ledgerOf(name: string): Ledger {
    return ledgerOf(this.#ledger, { part: PART + name })
  }
}

/** Where it stands in the file makes no difference to the bridge, and what is served on it neither. */
function facts({ at: _at, services: _services, ...network }: BridgeNetworkConfig): string {
  return JSON.stringify(network)
}

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

  constructor({ ledger, clock, log }: { ledger: Ledger; clock: Clock; log: Logger }) {
    this.#ledger = ledger
    this.#clock = clock
    this.#log = log
  }

  /** Takes away what an earlier run left of other networks than these. */
  async tidy(networks: readonly BridgeNetworkConfig[]): Promise<void> {
    const names = new Set(networks.map(({ name }) => `${PART}${name}`))
    await this.#undo((part) => !names.has(part))
  }

  /** All or none. Rejects with a SetupError that says everything that is in the way, before anything is made. */
  async open(networks: readonly BridgeNetworkConfig[]): Promise<void> {
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
        for (const { name } of networks) await this.close(name)
        throw new SetupError(`network ${network.name}: ${messageOf(error)}`, { cause: error })
      }
    }
  }

  /** What was made for one of them, or for all, is taken away. */
  async close(name?: string): Promise<void> {
    await this.#undo((part) => name === undefined || part === PART + name)
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

import type { QemuNic } from '../../backends/qemu/options.ts'
import { BmcError } from '../../base/errors.ts'
import type { MachineConfig, NicConfig } from '../../config/config.ts'
import type { Machine } from '../../machine/machine.ts'
import type { KeptLinks } from './kept-links.ts'
import type { Networks } from './networks.ts'
import type { LinkChange, LinkStatus, Nic } from './nic.ts'

/** What `bmcsim link --json` prints. */
export interface NicStatus extends LinkStatus {
  readonly node: string
  /** Which NIC of the node, from 0. */
  readonly nic: number
}

/** The NICs of one node, in the order of its file. */
export class NodeNics {
  readonly #node: string
  readonly #configs: readonly NicConfig[]
  readonly #nics: readonly Nic[]
  readonly #kept: KeptLinks | undefined
  #machine: Machine | undefined

  /** `carries`: the node is a VM of ours, so that something goes through them. `kept`: where what is changed of them outlives a crash. */
  constructor(config: MachineConfig, node: string, networks: Networks, carries: boolean, kept?: KeptLinks) {
    this.#node = node
    this.#configs = config.kind === 'command' ? [] : config.nics
    this.#nics = this.#configs.map((nic, i) => networks.nic(nic, `${node}:${i}`, carries))
    this.#kept = kept
    // There is no machine yet that could refuse.
    for (const [i, change] of kept?.read(this.#configs).entries() ?? []) if (change) void this.#nics[i].change(change)
  }

  forQemu(): QemuNic[] {
    return this.#configs.map(({ model, mac, plug }, i) => {
      const nic = this.#nics[i]
      return {
        model,
        mac,
        mtu: plug.kind === 'segment' || plug.kind === 'bridge' ? plug.mtu : undefined,
        onHub: nic.plugged !== undefined,
        plugged: nic.plugged && ((lead) => nic.plugged?.(lead) ?? Promise.resolve()),
        netdev: () => nic.netdev(),
        adopt: (netdev) => nic.adopt(netdev),
        bytes: () => nic.bytes,
      }
    })
  }

  /** The machine is told of every link that is, or goes, up or down. */
  attach(machine: Machine): void {
    this.#machine = machine
    for (const [i, nic] of this.#nics.entries()) {
      // One that was adopted may have been told otherwise before.
      if (!nic.up || machine.adopted) machine.setLink?.(i, nic.up).catch(() => {})
    }
    machine.onPower((power) => {
      if (power === 'off') for (const nic of this.#nics) nic.powerOff()
    })
  }

  async open(): Promise<void> {
    for (const nic of this.#nics) await nic.open()
  }

  close(): void {
    for (const nic of this.#nics) nic.close()
  }

  /** Of one, or of all. */
  status(which?: number): NicStatus[] {
    return this.#chosen(which).map(({ nic, i }) => ({ node: this.#node, nic: i, ...nic.status() }))
  }

  /** All or none of those that are meant. Resolves when the guest has been told, too. */
  async change(which: number | undefined, change: LinkChange): Promise<NicStatus[]> {
    const chosen = this.#chosen(which)
    for (const { nic } of chosen) nic.check(change)
    for (const { nic, i } of chosen) {
      const before = nic.up
      await nic.change(change)
      if (nic.up !== before) await this.#machine?.setLink?.(i, nic.up)
    }
    this.#kept?.keep(this.#configs, this.#nics)
    return this.status(which)
  }

  /** Without a number it is the only one, or the first. */
  async watch(which: number | undefined, fn: (frame: Uint8Array) => void): Promise<() => void> {
    const [{ nic }] = this.#chosen(which ?? 0)
    return nic.watch(fn)
  }

  #chosen(which: number | undefined): { nic: Nic; i: number }[] {
    const all = this.#nics.map((nic, i) => ({ nic, i }))
    if (which === undefined) return all
    const found = all.filter(({ i }) => i === which)
    if (found.length > 0) return found
    const there = all.length === 0 ? 'none' : all.map(({ i }) => `${this.#node}:${i}`).join(', ')
    throw new BmcError('not-found', `${this.#node} has no NIC ${which}; it has ${there}`)
  }
}

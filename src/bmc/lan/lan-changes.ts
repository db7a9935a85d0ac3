import { BmcError, messageOf } from '../../base/errors.ts'
import { prefixOfMask } from '../../base/ipv4.ts'
import { LazyMap } from '../../base/lazy-map.ts'
import type { Logger } from '../../base/logger.ts'
import { addressSources, type LanCard, type LanSettings, NO_ADDRESS, vlanOf } from './lan-card.ts'
import { fromLanText, type LanProgram, type LanProgramName, type LanText, toLanText } from './lan-program.ts'

const ADDRESS = 3
export const SOURCE = 4
const MASK = 6
const GATEWAY = 12
const VLAN = 20

/** Where an outside program may keep a parameter. */
export interface ProgramPlace {
  readonly name: LanProgramName
  readonly form: LanText
}

export interface LanChangesParts {
  readonly log: Logger
  readonly program: LanProgram | undefined
  readonly card: LanCard | undefined
  readonly placeOf: (number: number) => ProgramPlace | undefined
  /** A parameter as it is now, the program not asked. */
  readonly now: (number: number) => Uint8Array
  /** The same without a lease: what was set, or what the configuration says. */
  readonly fixed: (number: number) => Uint8Array
  readonly keep: (number: number, data: Uint8Array) => void
}

/**
 * Values that were set and acknowledged, on their way to the program that keeps them and to the card that makes them true.
 * Values of one set-in-progress go together, so that an address is never tried with another one's mask.
 *
 * Order: the program first, for it may put the address onto the interface; then the card; then the store; then the client's
 * answer. What fails on the way is undone, and none of the values is kept.
 */
export class LanChanges {
  readonly #parts: LanChangesParts
  readonly #pending = new LazyMap<number, Uint8Array>()
  #running: Promise<void> | undefined

  constructor(parts: LanChangesParts) {
    this.#parts = parts
  }

  /** Whether a change of this parameter has to go through here. */
  concerns(number: number): boolean {
    return this.#isOutside(number) || (this.#parts.card !== undefined && moving.includes(number))
  }

  pending(number: number): Uint8Array | undefined {
    return this.#pending.get(number)
  }

  get none(): boolean {
    return this.#pending.size === 0
  }

  /** The settings that the card is to make true, with `values` over what is now. */
  settings(values: ReadonlyMap<number, Uint8Array> = new Map()): LanSettings {
    const of = (number: number) => values.get(number) ?? this.#parts.now(number)
    return {
      address: of(ADDRESS).join('.'),
      source: sourceOf(of(SOURCE)),
      prefix: prefixOfMask(of(MASK).join('.')) ?? 0,
      gateway: of(GATEWAY).join('.'),
      vlan: vlanOf(of(VLAN)),
    }
  }

  /** `settings().source` alone. */
  source(): LanSettings['source'] {
    return sourceOf(this.#parts.now(SOURCE))
  }

  /** Rejects where the value cannot be had; ipmi_sim asks "check" for the address source only, the others on commit. */
  add(number: number, data: Uint8Array): Promise<void> {
    return this.addAll(new Map([[number, data]]))
  }

  /** The same for several: all of them or none. */
  async addAll(added: ReadonlyMap<number, Uint8Array>): Promise<void> {
    const { program, card } = this.#parts
    await this.#logged(async () => {
      const values = this.#completed(new Map([...this.#pending, ...added]))
      const leased = leasable.find((number) => added.has(number))
      if (leased !== undefined && this.#isLeased && this.settings(values).source === 'dhcp') {
        throw new BmcError(
          'wrong-state',
          `LAN parameter ${leased} is the DHCP server's to say; set the source to static`,
        )
      }
      for (const [number, data] of added) {
        const place = this.#parts.placeOf(number)
        if (program === undefined || place === undefined || number !== SOURCE) continue
        await program.check(place.name, toLanText(place.form, data))
      }
      if ([...added.keys()].some((number) => !this.#isOutside(number) && moving.includes(number))) {
        await card?.check(this.settings(values))
      }
    })
    for (const [number, data] of added) this.#pending.set(number, data)
  }

  /** One after another; with nothing to wait for, the program is called before this returns. */
  commit(): Promise<void> {
    const before = this.#running
    const now = before === undefined ? this.#commit() : before.then(() => this.#commit())
    const settled = now
      .catch(() => {})
      .then(() => {
        if (this.#running === settled) this.#running = undefined
      })
    this.#running = settled
    return now
  }

  /** Tells the program once more what it was told last: the host has forgotten it. False where there is nothing to tell. */
  async retell(): Promise<boolean> {
    const { program, now, placeOf } = this.#parts
    if (program === undefined) return false
    const numbers = [ADDRESS, MASK, GATEWAY].filter((number) => now(number).join('.') !== NO_ADDRESS)
    await program.set(new Map(numbers.flatMap((number) => textOf(placeOf(number), now(number)))))
    return true
  }

  async #commit(): Promise<void> {
    if (this.#pending.size === 0) return
    const values = this.#completed(new Map(this.#pending))
    this.#pending.clear()
    await this.#logged(async () => {
      const undo = await this.#tellProgram(values)
      try {
        await this.#move(values)
      } catch (error) {
        await undo()
        throw error
      }
    })
    // The address last: it is what counts, should the process be killed in between.
    for (const [number, data] of [...values].sort(([a], [b]) => b - a)) {
      if (moving.includes(number)) this.#parts.keep(number, data)
    }
  }

  get #isLeased(): boolean {
    return this.#parts.card?.present().leased !== undefined
  }

  /**
   * Whoever turns DHCP off goes on with what it gave, as on Intel's server boards, so that he may set the rest in the same
   * session; where it gave nothing, with what was set before.
   */
  #completed(values: ReadonlyMap<number, Uint8Array>): Map<number, Uint8Array> {
    const leased = this.#parts.card?.present().leased
    if (leased === undefined || !values.has(SOURCE) || this.settings(values).source === 'dhcp') return new Map(values)
    const of = leased.address === NO_ADDRESS ? this.#parts.fixed : this.#parts.now
    return new Map([...leasable.map((number): [number, Uint8Array] => [number, of(number)]), ...values])
  }

  async #move(values: Map<number, Uint8Array>): Promise<void> {
    const { program, card } = this.#parts
    if (card === undefined || !moving.some((number) => values.has(number))) return
    if (program !== undefined && values.has(SOURCE) && this.settings(values).source === 'dhcp') {
      await this.#follow(program, card, values)
      return
    }
    await card.apply(this.settings(values))
  }

  /** The program runs a DHCP client: where it got an address, the BMC goes there. */
  async #follow(program: LanProgram, card: LanCard, values: Map<number, Uint8Array>): Promise<void> {
    try {
      const text = (await program.get(['ip_addr'])).get('ip_addr') ?? ''
      const data = fromLanText('address', text)
      await card.apply(this.settings(new Map([...values, [ADDRESS, data]])))
      values.set(ADDRESS, data)
    } catch (error) {
      this.#parts.log.warn(
        { error: messageOf(error) },
        'the BMC stays where it is until the LAN program has an address',
      )
    }
  }

  /** Returns what gives the old values back to the program. */
  async #tellProgram(values: ReadonlyMap<number, Uint8Array>): Promise<() => Promise<void>> {
    const { program, card, log, placeOf } = this.#parts
    const texts = new Map([...values].flatMap(([number, data]) => textOf(placeOf(number), data)))
    if (program === undefined || texts.size === 0) return async () => {}
    const names = [...texts.keys()]
    const before =
      card !== undefined && values.has(ADDRESS) ? await program.get(names).catch(() => undefined) : undefined
    await program.set(texts)
    return async () => {
      if (before === undefined) return
      await program.set(new Map(names.map((name) => [name, before.get(name) ?? '']))).catch((error: unknown) => {
        log.warn({ error: messageOf(error) }, 'the LAN program did not take the old settings back')
      })
    }
  }

  async #logged(step: () => Promise<void>): Promise<void> {
    try {
      await step()
    } catch (error) {
      this.#parts.log.warn({ error: messageOf(error) }, 'LAN settings refused')
      throw error
    }
  }

  #isOutside(number: number): boolean {
    return this.#parts.program !== undefined && this.#parts.placeOf(number) !== undefined
  }
}

/** What a DHCP server says. */
const leasable: readonly number[] = [ADDRESS, MASK, GATEWAY]
const moving: readonly number[] = [ADDRESS, SOURCE, MASK, GATEWAY, VLAN]

function textOf(place: ProgramPlace | undefined, data: Uint8Array): [LanProgramName, string][] {
  return place === undefined ? [] : [[place.name, toLanText(place.form, data)]]
}

function sourceOf([byte]: Uint8Array): LanSettings['source'] {
  return addressSources[byte & 0x0f] ?? 'other'
}

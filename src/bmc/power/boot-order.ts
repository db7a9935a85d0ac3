import { BmcError } from '../../base/errors.ts'
import type { BootDeviceFacts, Machine } from '../../machine/machine.ts'
import type { Store } from '../store.ts'

const KEY = 'boot.order'

/** The order in which the machine tries its devices where nothing else was chosen. It is kept; the override of the boot flags goes before it. */
export class BootOrder {
  readonly #store: Store
  readonly #machine: Pick<Machine, 'bootDevices'>

  constructor(store: Store, machine: Pick<Machine, 'bootDevices'>) {
    this.#store = store
    this.#machine = machine
  }

  /** All that the machine could boot from, first to last. Empty: it tells of none. */
  get devices(): readonly BootDeviceFacts[] {
    const all = this.#machine.bootDevices ?? []
    const kept = this.#kept
    return kept === undefined ? all : [...all].sort((a, b) => placeOf(a, kept) - placeOf(b, kept))
  }

  /** Those that are named come first, in this order; the others follow as they were. */
  set(ids: readonly string[]): void {
    const now = this.devices.map(({ id }) => id)
    const unknown = ids.find((id) => !now.includes(id))
    if (unknown !== undefined)
      throw new BmcError('invalid-field', `there is no boot device "${unknown}"; there is ${now.join(', ')}`)
    if (new Set(ids).size < ids.length) throw new BmcError('invalid-field', 'a boot device stands in the order once')
    this.#store.set(KEY, [...ids, ...now.filter((id) => !ids.includes(id))])
  }

  /** Back to the machine's own. */
  reset(): void {
    if (this.#kept !== undefined) this.#store.set(KEY, undefined)
  }

  /** Undefined: the machine's own. */
  forStart(): readonly string[] | undefined {
    return this.#kept === undefined ? undefined : this.devices.map(({ id }) => id)
  }

  get #kept(): readonly string[] | undefined {
    const value = this.#store.get(KEY)
    return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined
  }
}

/** What came to the machine since the order was set is tried last. */
function placeOf({ id }: BootDeviceFacts, order: readonly string[]): number {
  const at = order.indexOf(id)
  return at < 0 ? order.length : at
}

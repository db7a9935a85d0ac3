import type { Store } from '../store.ts'
import { storeBytes, storedBytes, storedNumber } from '../stored.ts'

/** This BMC's own address: the one device here that answers for FRU, SDR, SEL and system management. */
const OWN_ADDRESS = 0x20

/** What Set Chassis Capabilities and Set Front Panel Button Enables leave behind (IPMI 2.0 §28.1, §28.6, §28.7). */
export class ChassisSettings {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  /** Flags, then the addresses of the FRU, SDR, SEL and system management devices and of the bridge. */
  get capabilities(): { readonly flags: number | undefined; readonly addresses: Uint8Array } {
    const addresses = storedBytes(this.#store, 'chassis.addresses', 5) ?? new Uint8Array(5).fill(OWN_ADDRESS)
    return { flags: storedNumber(this.#store, 'chassis.flags'), addresses }
  }

  setCapabilities(flags: number, addresses: Uint8Array): void {
    this.#store.set('chassis.flags', flags)
    storeBytes(this.#store, 'chassis.addresses', addresses)
  }

  /** Four bits, standby to power off: the buttons that are to do nothing. */
  get disabledButtons(): number {
    return storedNumber(this.#store, 'chassis.disabled-buttons') ?? 0
  }

  setDisabledButtons(buttons: number): void {
    this.#store.set('chassis.disabled-buttons', buttons)
  }
}

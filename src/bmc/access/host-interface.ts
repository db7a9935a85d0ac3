import type { Machine } from '../../machine/machine.ts'
import type { Store } from '../store.ts'
import { storedBoolean } from '../stored.ts'
import type { Bootstrap } from './bootstrap.ts'

/** What the BMC cannot know of its end of the host interface. app/ fills it in. */
export interface HostInterfacePort {
  /** The certificate that HTTPS shows there, as DER. */
  certificate(): Promise<Uint8Array>
}

/** The way of the guest to the BMC's Redfish (DSP0270): a card of its own, and accounts that are good only there. */
export class HostInterface {
  readonly bootstrap: Bootstrap
  readonly #store: Store
  readonly #machine: Machine
  readonly #port: HostInterfacePort

  constructor(parts: {
    readonly bootstrap: Bootstrap
    readonly store: Store
    readonly machine: Machine
    readonly port: HostInterfacePort
  }) {
    this.bootstrap = parts.bootstrap
    this.#store = parts.store
    this.#machine = parts.machine
    this.#port = parts.port
    // A machine that is off, or on its way down, is told when it starts.
    if (!this.enabled) this.#tell().catch(() => {})
  }

  get enabled(): boolean {
    return storedBoolean(this.#store, 'host-interface.enabled') ?? true
  }

  /** Disabled, the guest's card has no link. */
  async setEnabled(enabled: boolean): Promise<void> {
    if (enabled === this.enabled) return
    this.#store.set('host-interface.enabled', enabled)
    await this.#tell()
  }

  certificate(): Promise<Uint8Array> {
    return this.#port.certificate()
  }

  async #tell(): Promise<void> {
    await this.#machine.setHostLink?.(this.enabled)
  }
}

import type { FanDuty } from './sensors/fan-duty.ts'
import type { Store } from './store.ts'
import { storeBytes, storedBytes } from './stored.ts'

/** What a maker's commands tell that no other part of the BMC knows. */
export type OemFacts = DellFacts | SupermicroFacts | OpenBmcFacts

interface AnyFacts {
  /** MAC addresses of the server's own network cards, those of the VM where there is one. */
  readonly nics: readonly Uint8Array[]
}

export interface DellFacts extends AnyFacts {
  readonly maker: 'dell'
  readonly model: string
  readonly serviceTag: string
  readonly boardRevision: string
  readonly systemRevision: number
  readonly controllerType: number
  readonly firmware: string
  readonly powerSupply: { readonly watts: number; readonly volts: number; readonly firmware: string }
}

export interface SupermicroFacts extends AnyFacts {
  readonly maker: 'supermicro'
  readonly build: number
  readonly hardwareId: number
  readonly tag: string
}

export interface OpenBmcFacts extends AnyFacts {
  readonly maker: 'openbmc'
}

/** What a maker's commands set and get: kept, a few bytes each. */
export class Oem {
  readonly facts: OemFacts | undefined
  readonly fans: FanDuty
  readonly #store: Store

  constructor(store: Store, facts: OemFacts | undefined, fans: FanDuty) {
    this.#store = store
    this.facts = facts
    this.fans = fans
  }

  /** As long as `initial`, which stands until something is set. */
  get(key: string, initial: readonly number[]): Uint8Array {
    return storedBytes(this.#store, `oem.${key}`, initial.length) ?? Uint8Array.from(initial)
  }

  set(key: string, value: Uint8Array): void {
    storeBytes(this.#store, `oem.${key}`, value)
  }
}

import { type Privilege, PrivilegeLevel, privilegeOf } from '../../ipmi/privilege.ts'
import type { Store } from '../store.ts'
import type { SolTimings } from './sol-engine.ts'

/** Bit rates of serial lines as parameters 5 and 6 number them (IPMI 2.0 §26.3, Table 26-5). */
export const solBitRates = { 9600: 6, 19200: 7, 38400: 8, 57600: 9, 115200: 10 } as const
export type SolBitRate = keyof typeof solBitRates

/** SOL configuration parameters 1 to 6 (Table 26-5), in the units of the table. */
export interface SolParameters {
  readonly enabled: boolean
  readonly forceEncryption: boolean
  readonly forceAuthentication: boolean
  readonly privilege: Privilege
  /** In 5 ms. */
  readonly accumulateInterval: number
  readonly sendThreshold: number
  readonly retryCount: number
  /** In 10 ms. */
  readonly retryInterval: number
  /** The number of `solBitRates`, or 0: as the serial channel is configured. */
  readonly bitRate: number
}

/**
 * 5 ms of accumulation keeps an echo below what a typist notices; a packet that is lost halts the console for no more
 * than 50 ms, and eight tries ride out a lossy network.
 */
const defaults: SolParameters = {
  enabled: true,
  forceEncryption: false,
  forceAuthentication: false,
  privilege: 'User',
  accumulateInterval: 1,
  sendThreshold: 96,
  retryCount: 7,
  retryInterval: 5,
  bitRate: solBitRates[115200],
}

const STORE_KEY = 'sol'

export class SolConfiguration {
  readonly #store: Store
  #parameters: SolParameters
  #volatileBitRate: number | undefined

  constructor(store: Store) {
    this.#store = store
    this.#parameters = readStored(store.get(STORE_KEY))
  }

  get parameters(): SolParameters {
    return this.#parameters
  }

  change(changes: Partial<SolParameters>): void {
    const parameters = { ...this.#parameters, ...changes }
    this.#store.set(STORE_KEY, { ...parameters, privilege: PrivilegeLevel[parameters.privilege] })
    this.#parameters = parameters
  }

  /** Parameter 6: what counts now; forgotten at a restart. */
  get volatileBitRate(): number {
    return this.#volatileBitRate ?? this.#parameters.bitRate
  }

  set volatileBitRate(number: number) {
    this.#volatileBitRate = number
  }

  get timings(): SolTimings {
    const { accumulateInterval, sendThreshold, retryCount, retryInterval } = this.#parameters
    return {
      accumulateMs: accumulateInterval * 5,
      threshold: Math.max(1, sendThreshold),
      retries: retryCount,
      // 0 would send for ever without a breath between.
      retryMs: Math.max(1, retryInterval) * 10,
    }
  }
}

function readStored(value: unknown): SolParameters {
  if (typeof value !== 'object' || value === null) return defaults
  const facts = new Map<string, unknown>(Object.entries(value))
  const is = (key: keyof SolParameters, otherwise: boolean) => {
    const fact = facts.get(key)
    return typeof fact === 'boolean' ? fact : otherwise
  }
  const number = (key: keyof SolParameters, maximum: number, otherwise: number) => {
    const fact = facts.get(key)
    return typeof fact === 'number' && Number.isInteger(fact) && fact >= 0 && fact <= maximum ? fact : otherwise
  }
  return {
    enabled: is('enabled', defaults.enabled),
    forceEncryption: is('forceEncryption', defaults.forceEncryption),
    forceAuthentication: is('forceAuthentication', defaults.forceAuthentication),
    privilege: privilegeOf(number('privilege', 5, 0)) ?? defaults.privilege,
    accumulateInterval: number('accumulateInterval', 255, defaults.accumulateInterval),
    sendThreshold: number('sendThreshold', 255, defaults.sendThreshold),
    retryCount: number('retryCount', 7, defaults.retryCount),
    retryInterval: number('retryInterval', 255, defaults.retryInterval),
    bitRate: number('bitRate', 10, defaults.bitRate),
  }
}

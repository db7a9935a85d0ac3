import type { Clock } from '../../base/clock.ts'
import { seedOf, wave } from '../../base/waves.ts'
import type { Store } from '../store.ts'
import { storedBoolean, storedNumber } from '../stored.ts'
import { Exceeded } from './exceeded.ts'
import type { PowerMeter } from './power-meter.ts'

/** The kinds of temperatures that DCMI asks for (DCMI 1.5 §6.5.2, Table 6-14). */
export const temperaturePlaces = ['inlet', 'cpu', 'baseboard'] as const
export type TemperaturePlace = (typeof temperaturePlaces)[number]

/** One temperature as a fact. */
export interface Temperature {
  readonly place: TemperaturePlace
  /** 1, 2, ... */
  readonly instance: number
  readonly celsius: number
  /** Its record in the SDR repository, where it has one. */
  readonly recordId: number | undefined
}

/** Where temperatures come from: the sensors of the machine. */
export type Temperatures = () => readonly Temperature[]

/** A room's air, and as much above it as the power says. */
export function temperaturesOf(clock: Clock, meter: PowerMeter, name: string): Temperatures {
  const seed = seedOf(`${name} air`)
  return () => {
    const load = meter.watts() / meter.idle
    const inlet = 20 + 4 * wave(seed, clock.monotonic())
    const at = (place: TemperaturePlace, instance: number, celsius: number): Temperature => {
      return { place, instance, celsius: Math.round(celsius), recordId: undefined }
    }
    return [
      at('inlet', 1, inlet),
      at('cpu', 1, inlet + 22 * load),
      at('cpu', 2, inlet + 20 * load),
      at('baseboard', 1, inlet + 8 * load),
    ]
  }
}

export interface ThermalLimitSettings {
  readonly powerOff: boolean
  readonly log: boolean
  readonly celsius: number
  /** For so long the inlet may be above it. */
  readonly exceptionS: number
}

/** DCMI 1.5 §6.7.2: the limit of the inlet temperature. None is set until somebody sets one. */
export class ThermalLimit {
  readonly #clock: Clock
  readonly #store: Store
  readonly #temperatures: Temperatures
  readonly #changed: () => void
  readonly #act: (settings: ThermalLimitSettings) => void
  readonly #exceeded = new Exceeded()
  #active: boolean

  constructor(
    clock: Clock,
    store: Store,
    temperatures: Temperatures,
    changed: () => void,
    act: (settings: ThermalLimitSettings) => void,
  ) {
    this.#clock = clock
    this.#store = store
    this.#temperatures = temperatures
    this.#changed = changed
    this.#act = act
    this.#active = isActive(this.settings)
  }

  get settings(): ThermalLimitSettings {
    return {
      powerOff: storedBoolean(this.#store, 'dcmi.thermal.power-off') ?? false,
      log: storedBoolean(this.#store, 'dcmi.thermal.log') ?? false,
      celsius: storedNumber(this.#store, 'dcmi.thermal.celsius') ?? 0,
      exceptionS: storedNumber(this.#store, 'dcmi.thermal.exception-s') ?? 0,
    }
  }

  set(settings: ThermalLimitSettings): void {
    this.#store.set('dcmi.thermal.power-off', settings.powerOff)
    this.#store.set('dcmi.thermal.log', settings.log)
    this.#store.set('dcmi.thermal.celsius', settings.celsius)
    this.#store.set('dcmi.thermal.exception-s', settings.exceptionS)
    this.#active = isActive(settings)
    this.#exceeded.clear()
    this.#changed()
  }

  /** Once a second; false: there is no limit. */
  second(): boolean {
    if (!this.#active) return false
    const { settings } = this
    const above = this.#temperatures().some(({ place, celsius }) => place === 'inlet' && celsius > settings.celsius)
    if (this.#exceeded.look(above, this.#clock.monotonic(), settings.exceptionS * 1000)) this.#act(settings)
    return true
  }
}

function isActive({ powerOff, log }: ThermalLimitSettings): boolean {
  return powerOff || log
}

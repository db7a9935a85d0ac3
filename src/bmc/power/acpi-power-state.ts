import type { Machine } from '../../machine/machine.ts'

/** IPMI 2.0 §20.6, Table 20-6: S0/G0 working, and "S4/S5 soft-off, particular state undetermined". */
const WORKING = 0x00
const SOFT_OFF = 0x06
const DEVICE_D0 = 0x00

/** What the operating system last said of its power state (§20.6); until it speaks, what the power says. */
export class AcpiPowerState {
  readonly #machine: Machine
  #system: number | undefined
  #device: number | undefined

  constructor(machine: Machine) {
    this.#machine = machine
  }

  get system(): number {
    return this.#system ?? (this.#machine.power === 'on' ? WORKING : SOFT_OFF)
  }

  get device(): number {
    return this.#device ?? DEVICE_D0
  }

  setSystem(state: number): void {
    this.#system = state
  }

  setDevice(state: number): void {
    this.#device = state
  }

  /** Whatever the operating system said, it no longer says. */
  powerChanged(): void {
    this.#system = undefined
    this.#device = undefined
  }
}

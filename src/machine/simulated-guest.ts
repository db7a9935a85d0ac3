import type { Clock, Timer } from '../base/clock.ts'
import type { BootDevice } from './machine.ts'
import {
  farewell,
  kernelLines,
  type PostFacts,
  postLines,
  rebootLines,
  type ScreenLine,
  setupScreen,
} from './simulated-screens.ts'
import { SimulatedTerminal } from './simulated-terminal.ts'
import type { WorkPhase } from './simulated-work.ts'

/** What a guest needs of the machine it runs in. */
export interface GuestSurroundings {
  readonly name: string
  readonly clock: Clock
  readonly boot: BootDevice
  readonly parts: PostFacts
  /** It was up before: its system runs, and says nothing by itself. */
  readonly isUp?: boolean
  readonly print: (output: string | Uint8Array) => void
  readonly onPhase: (phase: WorkPhase) => void
  readonly onPowerOff: () => void
  readonly onReset: () => void
}

/** Firmware and a tiny operating system, from one start to the next: POST, boot, then a terminal with a login. */
export class SimulatedGuest {
  readonly #around: GuestSurroundings
  readonly #startedAt: number
  #timer: Timer | undefined
  #terminal: SimulatedTerminal | undefined
  #inSetup = false
  #leaving = false
  #stopped = false

  constructor(around: GuestSurroundings) {
    this.#around = around
    this.#startedAt = around.clock.monotonic()
    if (around.isUp) {
      this.#runSystem()
      return
    }
    around.onPhase('firmware')
    this.#play(postLines(around.name, around.boot, around.parts), () => {
      this.#inSetup = around.boot === 'bios-setup'
      if (this.#inSetup) around.print(setupScreen(around.name))
      else this.#bootSystem()
    })
  }

  type(bytes: Uint8Array): void {
    if (this.#stopped) return
    if (!this.#inSetup) {
      this.#terminal?.type(bytes)
      return
    }
    this.#inSetup = false
    this.#around.print('\r\nLeaving setup.\r\n')
    this.#bootSystem()
  }

  nmi(): void {
    this.#around.print(
      `\r\n[${this.#uptime()}] Uhhuh. NMI received for unknown reason 31 on CPU 0.\r\n[${this.#uptime()}] Dazed and confused, but trying to continue\r\n`,
    )
    this.#terminal?.prompt()
  }

  /** Before the operating system runs nobody listens to the button, as on a real board without a handler. */
  powerButton(): void {
    if (!this.#terminal) return
    this.#around.print('\r\n')
    this.#leave('power off')
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
    this.#terminal = undefined
  }

  #bootSystem(): void {
    const { name, boot, onPhase } = this.#around
    onPhase('boot')
    this.#play(kernelLines(name, boot), () => this.#runSystem().prompt())
  }

  #runSystem(): SimulatedTerminal {
    const { name, clock, print, onPhase } = this.#around
    onPhase('system')
    this.#terminal = new SimulatedTerminal({
      name,
      print,
      now: () => clock.now(),
      uptimeMs: () => clock.monotonic() - this.#startedAt,
      leave: (how) => this.#leave(how),
    })
    return this.#terminal
  }

  #leave(how: 'power off' | 'reboot'): void {
    if (this.#leaving) return
    this.#leaving = true
    this.#terminal = undefined
    this.#around.onPhase('leaving')
    if (how === 'power off') this.#play(farewell, () => this.#around.onPowerOff())
    else this.#play(rebootLines, () => this.#around.onReset())
  }

  #play(lines: readonly ScreenLine[], then: () => void): void {
    const [first, ...rest] = lines
    if (!first) {
      then()
      return
    }
    this.#timer = this.#around.clock.after(first.afterMs, () => {
      this.#around.print(`${first.text}\r\n`)
      if (!this.#stopped) this.#play(rest, then)
    })
  }

  #uptime(): string {
    return ((this.#around.clock.monotonic() - this.#startedAt) / 1000).toFixed(6).padStart(12)
  }
}

import type { Clock, Timer } from '../../base/clock.ts'
import { BmcError, messageOf } from '../../base/errors.ts'
import { Listeners } from '../../base/listeners.ts'
import type { Logger } from '../../base/logger.ts'
import type {
  BootChoice,
  BootDevice,
  Machine,
  MachineAbilities,
  PowerCause,
  PowerState,
  StartOptions,
} from '../../machine/machine.ts'
import { type Program, parseAnswers, runProgram } from './run-program.ts'

export interface ProgramMachineOptions {
  readonly name: string
  readonly program: string
  readonly cwd: string
  readonly clock: Clock
  readonly log: Logger
}

/**
 * How often the program is asked for the power when nobody else asks, and while a change is awaited. Whoever wants to know
 * has it asked at once (`askPower`); these are for events and for what is shown unasked.
 */
const IDLE_POLL_MS = 5000
const BUSY_POLL_MS = 1000
/** A machine may take its time; after this long the last change is no longer awaited. */
const CHANGE_TAKES_MS = 60_000

/** The words of `set boot`: those that the selectors of IPMI 2.0 §28.13, parameter 5, have in ipmi_sim. */
const bootWords: Partial<Record<BootDevice, string>> = {
  none: 'none',
  pxe: 'pxe',
  disk: 'default',
  cdrom: 'cdrom',
  'bios-setup': 'bios',
}

/**
 * lan.conf's `chassis_control`: a program of the user's is the machine. Called as `PROGRAM get power`, which prints `power:0`
 * or `power:1`, and `PROGRAM set power|reset|shutdown|boot|identify VALUE`. One call at a time, never in the way of
 * anything else; `power` is what the program said last.
 */
export class ProgramMachine implements Machine {
  readonly kind = 'command'
  readonly console = undefined
  readonly abilities: MachineAbilities = { powerOn: true, reset: true, nmi: false, softOff: true, boot: true }
  readonly #name: string
  readonly #clock: Clock
  readonly #log: Logger
  readonly #program: Program
  readonly #powerChanged = new Listeners<[PowerState, PowerCause]>()
  #power: PowerState = 'off'
  #last: Promise<unknown> = Promise.resolve()
  #asking: Promise<void> | undefined
  #poll: Timer | undefined
  /** The state that a verb asked for, until it is there or too much time has gone. */
  #awaited: { readonly power: PowerState; readonly until: number } | undefined
  /** The word that the program was given last; the choice of a single start is taken back at the next. */
  #bootWord = 'none'
  #closed = false
  #failing = false

  constructor(options: ProgramMachineOptions) {
    const { name, program, cwd, clock, log } = options
    this.#name = name
    this.#clock = clock
    this.#log = log
    this.#program = { program, cwd, clock, log }
    void this.#look()
  }

  get power(): PowerState {
    return this.#power
  }

  onPower(fn: (power: PowerState, cause: PowerCause) => void): () => void {
    return this.#powerChanged.add(fn)
  }

  /** Many who ask at the same time share one run of the program. */
  askPower(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  async powerOn(options: StartOptions): Promise<void> {
    await this.askPower()
    if (this.#power === 'on') return
    await this.#chooseBoot(options)
    await this.#setPower('on')
  }

  async powerOff(): Promise<void> {
    await this.#setPower('off')
  }

  async reset(options: StartOptions): Promise<void> {
    await this.#mustBeOn('reset')
    await this.#chooseBoot(options)
    await this.#set('reset', '1')
  }

  async nmi(): Promise<void> {
    const why = 'its chassis_control program has no word for it'
    throw new BmcError('not-supported', `${this.#name}: no diagnostic interrupt, ${why}`)
  }

  async softOff(): Promise<void> {
    await this.#mustBeOn('soft shutdown')
    await this.#set('shutdown', '1')
  }

  async identify(seconds: number, forced: boolean): Promise<void> {
    await this.#set('identify', `${seconds} ${forced ? 1 : 0}`)
  }

  /** The machine goes on as it is: the program was asked for it, it was not started. */
  async close(): Promise<void> {
    this.#closed = true
    this.#poll?.cancel()
    await this.#last
  }

  async #mustBeOn(verb: string): Promise<void> {
    await this.askPower()
    if (this.#power === 'off') throw new BmcError('powered-off', `${this.#name} is off: no ${verb} now`)
  }

  #run(args: readonly string[]): Promise<string> {
    const result = this.#last.then(() => runProgram(this.#program, args, 'wrong-state'))
    this.#last = result.catch(() => {})
    return result
  }

  async #set(what: string, value: string): Promise<void> {
    await this.#run(['set', what, value])
  }

  async #setPower(power: PowerState): Promise<void> {
    this.#awaited = { power, until: this.#clock.monotonic() + CHANGE_TAKES_MS }
    try {
      await this.#set('power', power === 'on' ? '1' : '0')
    } catch (error) {
      this.#awaited = undefined
      throw error
    }
    await this.#look()
  }

  async #chooseBoot({ boot }: StartOptions): Promise<void> {
    const word = boot === undefined ? 'none' : this.#bootWordOf(boot)
    if (word === this.#bootWord) return
    await this.#set('boot', word)
    this.#bootWord = word
  }

  /** Refusing the start would refuse every start to come, for a choice that was accepted long before. */
  #bootWordOf({ device }: BootChoice): string {
    const word = bootWords[device]
    if (word !== undefined) return word
    this.#log.warn({ device }, `chassis_control has no word for "${device}": told "none", the machine's own order`)
    return 'none'
  }

  /** Asks once, and keeps asking: soon while a change is awaited, now and then otherwise. */
  async #look(): Promise<void> {
    this.#poll?.cancel()
    try {
      await this.askPower()
      this.#failing = false
    } catch (error) {
      if (!this.#failing) this.#log.warn({ error: messageOf(error) }, 'chassis_control does not tell the power')
      this.#failing = true
    }
    if (this.#closed) return
    const awaited = this.#awaited !== undefined && this.#clock.monotonic() < this.#awaited.until
    this.#poll?.cancel()
    this.#poll = this.#clock.after(awaited ? BUSY_POLL_MS : IDLE_POLL_MS, () => void this.#look())
  }

  async #ask(): Promise<void> {
    const answer = parseAnswers(this.#program, await this.#run(['get', 'power']), ['power']).get('power')
    if (answer !== '0' && answer !== '1') {
      throw new BmcError('wrong-state', `"${this.#program.program} get power" says "${answer}", neither 0 nor 1`)
    }
    const power = answer === '1' ? 'on' : 'off'
    const asked = this.#awaited?.power === power
    if (asked) this.#awaited = undefined
    if (power === this.#power) return
    this.#power = power
    if (!this.#closed) this.#powerChanged.call(power, asked ? 'request' : 'reported')
  }
}

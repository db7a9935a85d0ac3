import type { Clock, Timer } from '../../base/clock.ts'
import { BmcError } from '../../base/errors.ts'
import type { Ledger, MadeOf } from '../../base/ledger.ts'
import { Listeners } from '../../base/listeners.ts'
import type { Logger } from '../../base/logger.ts'
import type { Machine, MachineAbilities, PowerCause, PowerState } from '../../machine/machine.ts'
import type { MachineVitals } from '../../machine/vitals.ts'
import { noCapabilities, type VmCapabilities, type VmLink } from '../../machine/vm-link.ts'
import { endMembers } from './group-members.ts'
import { GroupVitals } from './group-vitals.ts'
import { ProcessGroup } from './process-group.ts'
import { StartLog } from './start-log.ts'

/**
 * backends/command/ is the machine of a lan.conf: a command of the user's starts the VM (`startcmd`), the VM connects
 * back and is controlled through that link; or a program of the user's is asked for everything (`chassis_control`). It
 * knows processes and the VmLink port, never IPMI, never the link's wire.
 */
export interface CommandMachineOptions {
  readonly name: string
  /** Undefined: the VM is started by somebody else and only connects. */
  readonly startCommand: string | undefined
  /** Seconds from asking the VM to be off to SIGTERM; 0: it is only ever asked. */
  readonly poweroffWaitS: number
  /** Seconds from SIGTERM to SIGKILL; 0: no SIGKILL. */
  readonly killWaitS: number
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly link: VmLink | undefined
  readonly clock: Clock
  readonly log: Logger
  /** stdout and stderr of the start command. */
  readonly logFile: string
  /** Of this machine. */
  readonly ledger: Ledger
}

/** What an earlier process of ours has started by the same command is adopted; by another, it is ended. */
export async function createCommandMachine(options: CommandMachineOptions): Promise<CommandMachine> {
  const { name, ledger, clock, log } = options
  const notes: string[] = []
  let adopted: ProcessGroup | undefined
  for (const made of ledger.made) {
    if (made.kind !== 'process' || made.group === undefined) continue
    const group = ProcessGroup.adopt(made, clock)
    if (group !== undefined && made.what === whatOf(options) && adopted === undefined) {
      log.info({ pid: made.pid }, 'adopted what an earlier run has started')
      adopted = group
      continue
    }
    if (group !== undefined) {
      group.letGo()
      log.warn({ pid: made.pid, what: made.what }, 'what an earlier run has started is ended')
      notes.push(`${name}: its VM of an earlier run (pid ${made.pid}) was ended: its configuration has changed`)
      await endMembers(made, clock)
    }
    ledger.forget(made)
  }
  return new CommandMachine(options, { group: adopted, notes })
}

/** In the ledger. */
function whatOf({ startCommand, cwd }: CommandMachineOptions): string {
  return `startcmd ${JSON.stringify(startCommand ?? '')} in ${cwd}`
}

/** A VM connects within a fraction of a second, once its start script has got to it. */
const LINK_TAKES_MS = 3000
/** Without a link: a command line that the program refuses ends well before. */
const REFUSAL_TAKES_MS = 500
/** A VM asked to be off without any signal to follow. */
const ASKING_TAKES_MS = 5000
/** Beyond poweroff_wait and kill_wait, for the system to clear away. */
const MARGIN_MS = 2000
/** Between SIGTERM and SIGKILL where nobody configured one. */
const GRACE_MS = 3000

const noneBefore = { group: undefined, notes: [] }

/** A power-off under way; `timer` stands for the signal that comes next, if any. */
interface PoweringOff {
  timer: Timer | undefined
}

export class CommandMachine implements Machine {
  readonly kind = 'command'
  readonly console = undefined
  readonly #options: CommandMachineOptions
  readonly #link: VmLink | undefined
  readonly #clock: Clock
  readonly #powerChanged = new Listeners<[PowerState, PowerCause]>()
  readonly #stopLink: () => void
  #power: PowerState
  #group: ProcessGroup | undefined
  #vitals: GroupVitals | undefined
  /** The VM was connected while the shell that started it still ran: it is the shell's foreground work. */
  #inForeground = false
  #starting: Promise<void> | undefined
  /** Looks again whether the start has come to an end, good or bad. */
  #lookAtStart: () => void = () => {}
  #startCancelled = false
  #poweringOff: PoweringOff | undefined
  #closed = false
  readonly adopted: boolean
  readonly notes: readonly string[]

  constructor(
    options: CommandMachineOptions,
    before: { readonly group: ProcessGroup | undefined; readonly notes: readonly string[] } = noneBefore,
  ) {
    this.#options = options
    this.#link = options.link
    this.#clock = options.clock
    this.adopted = before.group !== undefined
    this.notes = before.notes
    if (before.group !== undefined) this.#follow(before.group)
    this.#power = this.#runs() ? 'on' : 'off'
    this.#stopLink = this.#link?.onConnected(() => this.#linkChanged()) ?? (() => {})
  }

  get abilities(): MachineAbilities {
    const { reset, nmi, gracefulShutdown } = this.#link?.capabilities ?? noCapabilities
    const powerOn = this.#options.startCommand !== undefined
    return { powerOn, reset, nmi, softOff: gracefulShutdown, boot: false }
  }

  get power(): PowerState {
    return this.#power
  }

  onPower(fn: (power: PowerState, cause: PowerCause) => void): () => void {
    return this.#powerChanged.add(fn)
  }

  /**
   * During a power-off the machine is started once that is through. ipmi_sim calls the power-off off instead, which is
   * too late by then for any VM that obeys: it goes down, and stays down though it was last told to be on.
   */
  async powerOn(): Promise<void> {
    this.#open()
    if (this.#poweringOff !== undefined) await this.#untilOff()
    if (this.#starting === undefined && this.#power === 'on') return
    await this.#start()
  }

  async powerOff(): Promise<void> {
    if (this.#power === 'off') {
      this.#cancelStart()
      return
    }
    if (this.#poweringOff?.timer !== undefined) return
    const asks = this.#link?.connected === true && this.#link.capabilities.power
    const group = this.#living
    if (!asks && group === undefined) {
      const why = 'its VM was not started here and announces no power control'
      throw new BmcError('not-supported', `${this.#options.name}: ${why}; end it where it was started`)
    }
    const off: PoweringOff = { timer: undefined }
    this.#poweringOff = off
    const { poweroffWaitS } = this.#options
    if (!asks) this.#terminate(off)
    else {
      if (group !== undefined && poweroffWaitS > 0) {
        off.timer = this.#clock.after(poweroffWaitS * 1000, () => this.#terminate(off))
      }
      this.#link?.powerOff()
    }
  }

  async reset(): Promise<void> {
    this.#ableLink('reset', (can) => can.reset).reset()
  }

  async nmi(): Promise<void> {
    this.#ableLink('a diagnostic interrupt', (can) => can.nmi).nmi()
  }

  async softOff(): Promise<void> {
    this.#ableLink('a soft shutdown', (can) => can.gracefulShutdown).gracefulShutdown()
  }

  onReset(fn: () => void): () => void {
    return this.#link?.onReset(fn) ?? (() => {})
  }

  /** Of a VM that was started elsewhere nobody tells us the process. */
  vitals(): MachineVitals | undefined {
    return this.#living === undefined ? undefined : this.#vitals?.look()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#poweringOff?.timer?.cancel()
    this.#cancelStart()
    await this.#starting?.catch(() => {})
    const ours = this.#living
    await ours?.end(GRACE_MS)
    this.#stopLink()
    // The link may hear of the end of its VM later than we do.
    if (ours !== undefined && this.#power === 'on') this.#turned('off', 'request')
  }

  /** A start that is under way is finished first. */
  async detach(): Promise<void> {
    await this.#starting?.catch(() => {})
    this.#closed = true
    this.#poweringOff?.timer?.cancel()
    this.#stopLink()
    this.#living?.letGo()
  }

  /** Of a group that is there: what becomes of it. */
  #follow(group: ProcessGroup): void {
    this.#group = group
    this.#vitals = new GroupVitals(group.id, this.#clock)
    this.#inForeground = false
    group.onChange(() => {
      if (!group.alive) this.#options.ledger.forget(this.#madeOf(group))
      this.#lookAtStart()
      this.#update(false)
    })
  }

  #madeOf(group: ProcessGroup): MadeOf<'process'> {
    return { kind: 'process', what: whatOf(this.#options), ...group.first, group: true }
  }

  get #living(): ProcessGroup | undefined {
    return this.#group?.alive ? this.#group : undefined
  }

  #open(): void {
    if (this.#closed) throw new BmcError('wrong-state', `${this.#options.name} is being shut down`)
  }

  #startCommand(): string {
    const { name, startCommand } = this.#options
    if (startCommand !== undefined) return startCommand
    const what = 'it has no startcmd: start its VM yourself, it is on as soon as it connects'
    throw new BmcError('not-supported', `${name} cannot be powered on from here; ${what}`)
  }

  /** The link, or why `verb` cannot be had through it now. */
  #ableLink(verb: string, able: (can: VmCapabilities) => boolean): VmLink {
    const { name } = this.#options
    const link = this.#link
    if (link === undefined) {
      const remedy = 'give it one: `serial 15 HOST PORT codec VM` in its lan.conf'
      throw new BmcError('not-supported', `${name} has no VM link, so ${verb} cannot be had; ${remedy}`)
    }
    if (!link.connected) {
      const state = this.#power === 'off' ? 'is off' : 'runs, but its VM has not connected to the BMC'
      throw new BmcError(this.#power === 'off' ? 'powered-off' : 'wrong-state', `${name} ${state}: no ${verb} now`)
    }
    if (!able(link.capabilities)) throw new BmcError('not-supported', `the VM of ${name} does not offer ${verb}`)
    return link
  }

  async #start(): Promise<void> {
    // One that was called off still clears away what it started.
    if (this.#startCancelled) await this.#starting?.catch(() => {})
    this.#starting ??= this.#run().finally(() => {
      const asked = !this.#startCancelled
      this.#starting = undefined
      this.#startCancelled = false
      this.#update(asked)
    })
    await this.#starting
  }

  #cancelStart(): void {
    if (this.#starting === undefined) return
    this.#startCancelled = true
    this.#lookAtStart()
  }

  async #run(): Promise<void> {
    const command = this.#startCommand()
    this.#open()
    // What the script of an earlier start left in the background.
    await this.#living?.end(GRACE_MS)
    const { cwd, env, logFile } = this.#options
    const log = new StartLog(logFile)
    try {
      const group = await ProcessGroup.start({ command, cwd, env, output: log.fd, clock: this.#clock })
      this.#options.ledger.record(this.#madeOf(group))
      this.#follow(group)
      await this.#untilUp(group, log).catch(async (error: unknown) => {
        await group.end(GRACE_MS)
        throw error
      })
    } finally {
      log.close()
    }
  }

  /** Up is: the VM has connected; or, where none does, the command has neither failed nor ended after a while. */
  #untilUp(group: ProcessGroup, log: StartLog): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const look = (last: boolean) => {
        const exit = group.shellExit
        if (this.#startCancelled) reject(new BmcError('wrong-state', `${this.#options.name} was powered off meanwhile`))
        else if (this.#link?.connected) resolve()
        else if (!group.alive && (exit?.code !== 0 || this.#link === undefined || last)) {
          reject(this.#startFailed(group, log))
        } else if (last) resolve()
        else return
        timer.cancel()
        this.#lookAtStart = () => {}
      }
      const timer = this.#clock.after(this.#link === undefined ? REFUSAL_TAKES_MS : LINK_TAKES_MS, () => look(true))
      this.#lookAtStart = () => look(false)
      look(false)
    })
  }

  #startFailed(group: ProcessGroup, log: StartLog): BmcError {
    const { code, signal } = group.shellExit ?? {}
    const how = signal ? `was ended by ${signal}` : `ended with status ${code}`
    const left = code === 0 ? ' and left nothing running' : ''
    const said = log.tail()
    const what = `the start command of ${this.#options.name} ${how}${left}${said === '' ? '' : `: ${said}`}`
    return new BmcError('wrong-state', `${what} (all of its output: ${log.path})`)
  }

  #terminate(off: PoweringOff): void {
    const { killWaitS } = this.#options
    off.timer = undefined
    if (killWaitS > 0) off.timer = this.#clock.after(killWaitS * 1000, () => this.#living?.signal('SIGKILL'))
    this.#living?.signal('SIGTERM')
  }

  /** Until the power-off under way is through; a VM that nothing may force gets a few seconds. */
  #untilOff(): Promise<void> {
    if (this.#power === 'off') return Promise.resolve()
    const { name, poweroffWaitS, killWaitS } = this.#options
    const forced = this.#poweringOff?.timer !== undefined
    const ms = forced ? (poweroffWaitS + killWaitS) * 1000 + MARGIN_MS : ASKING_TAKES_MS
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(ms, () => {
        stop()
        this.#poweringOff?.timer?.cancel()
        this.#poweringOff = undefined
        reject(new BmcError('timeout', `${name} was told to be off and still runs; it stays on`))
      })
      const stop = this.onPower((power) => {
        if (power === 'on') return
        timer.cancel()
        stop()
        resolve()
      })
    })
  }

  #linkChanged(): void {
    if (this.#link?.connected && this.#group?.shellExit === undefined) this.#inForeground = true
    this.#living?.lookSoon()
    this.#lookAtStart()
    this.#update(this.#starting !== undefined)
  }

  /**
   * A living process of ours is a machine that is on, unless its start has yet to succeed. But once a shell has ended by itself
   * and the VM is gone that ran in its foreground, what still lives is a helper that the script left behind.
   */
  #runs(): boolean {
    if (this.#link?.connected) return true
    const group = this.#living
    if (group === undefined || this.#starting !== undefined) return false
    return typeof group.shellExit?.code !== 'number' || !this.#inForeground
  }

  #update(askedOn: boolean): void {
    const power = this.#runs() ? 'on' : 'off'
    if (power === this.#power) return
    this.#turned(power, power === 'off' ? this.#whyOff() : askedOn ? 'request' : 'connected')
  }

  #turned(power: PowerState, cause: PowerCause): void {
    this.#power = power
    const off = this.#poweringOff
    if (power === 'off' && off !== undefined) {
      off.timer?.cancel()
      this.#poweringOff = undefined
      // The group is ours to end, the helpers in it too; with poweroff_wait 0 no signal is ever sent.
      if (this.#options.poweroffWaitS > 0) void this.#living?.end(GRACE_MS)
    }
    if (power === 'off' && this.#living === undefined) this.#group = undefined
    this.#powerChanged.call(power, cause)
  }

  #whyOff(): PowerCause {
    if (this.#poweringOff !== undefined || this.#closed) return 'request'
    const exit = this.#group?.shellExit
    return exit === undefined || exit.code === 0 ? 'guest' : 'died'
  }
}

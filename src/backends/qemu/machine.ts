import { resolve } from 'node:path'
import type { BytePort } from '../../base/byte-port.ts'
import { sleep } from '../../base/clock.ts'
import { BmcError, SetupError } from '../../base/errors.ts'
import { Listeners } from '../../base/listeners.ts'
import type {
  BootChoice,
  Machine,
  MachineAbilities,
  PowerCause,
  PowerState,
  StartOptions,
} from '../../machine/machine.ts'
import type { MachineVitals } from '../../machine/vitals.ts'
import { unixPort } from '../../serial/unix-port.ts'
import { chooseAccelerator } from './accelerator.ts'
import { type BootPlan, bootables, bootPlan, needsAnotherQemu } from './boot-order.ts'
import { commandLine } from './command-line.ts'
import { findQemu, missing } from './find.ts'
import { endLeftover } from './leftover.ts'
import {
  type Accelerator,
  checkSocketPath,
  type QemuNic,
  type QemuOptions,
  type RunFiles,
  runFiles,
} from './options.ts'
import { prepareDisk } from './own-disk.ts'
import { QemuProcess } from './process.ts'
import { Run, startFailure } from './run.ts'
import { SerialLine } from './serial-line.ts'
import { openSetup } from './setup-key.ts'
import { prepareUefi, type UefiFiles } from './uefi.ts'
import { QemuVitals } from './vitals.ts'

/** How long the last bytes of an ended QEMU, on its serial port and on QMP, are waited for. */
const lastBytesMs = 500

/** A VM that is off has no process; "off" is thus nearly always reached before this is over. */
const quickOffMs = 250

/** When the simulator itself ends, nobody wants to wait for a VM's patience. */
const closeMs = { term: 1000, kill: 1000 }

/** Checks what can be checked before the first power on, and ends a QEMU that an earlier run left in the same folder. */
export async function createQemuMachine(options: QemuOptions): Promise<Machine> {
  const files = runFiles(options.runDir)
  for (const path of [files.serial, files.qmp, options.ipmiSocketPath]) if (path !== undefined) checkSocketPath(path)
  const { clock, log } = options
  // A program with a slash is meant from where QEMU will run.
  const program = options.program.includes('/') ? resolve(options.cwd, options.program) : options.program
  if (findQemu(program) === undefined) throw new SetupError(missing(program))
  await endLeftover(options.runDir, clock, log)
  const uefi = options.firmware === 'uefi' ? prepareUefi(runFiles(options.runDir, options.logDir).uefiVars) : undefined
  const own = options.ownDisk === undefined ? [] : [await prepareDisk(options.ownDisk)]
  const accelerator =
    options.accelerator === 'auto' ? await chooseAccelerator(program, clock, log) : options.accelerator
  return new QemuMachine({ ...options, program, disks: [...own, ...options.disks] }, accelerator, uefi)
}

export class QemuMachine implements Machine {
  readonly kind = 'qemu'
  readonly abilities: MachineAbilities = { powerOn: true, reset: true, nmi: true, softOff: true, boot: true }
  readonly #options: QemuOptions
  readonly #accelerator: Accelerator
  readonly #uefi: UefiFiles | undefined
  readonly #files: RunFiles
  readonly #line = new SerialLine()
  readonly #listeners = new Listeners<[power: PowerState, cause: PowerCause]>()
  readonly #resets = new Listeners<[]>()
  #power: PowerState = 'off'
  /** NICs whose link is down. */
  readonly #pulled = new Set<number>()
  #run: Run | undefined
  #vitals: QemuVitals | undefined
  /** Resolves when the last QEMU has left nothing behind. */
  #gone: Promise<void> = Promise.resolve()
  /** Verbs happen one after another; each waits for the one before. */
  #turn: Promise<void> = Promise.resolve()
  /** QEMU is exchanged under a machine that is on, as a reset: nobody is told of off and on. */
  #exchanging = false
  #closed = false

  constructor(options: QemuOptions, accelerator: Accelerator, uefi?: UefiFiles) {
    this.#options = options
    this.#accelerator = accelerator
    this.#uefi = uefi
    this.#files = runFiles(options.runDir, options.logDir)
  }

  get power(): PowerState {
    return this.#power
  }

  get console(): BytePort {
    return this.#line
  }

  powerOn(options: StartOptions): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#power === 'on') return
      await this.#start(options.boot)
    })
  }

  powerOff(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#power === 'off') return
      this.#end('request')
      await Promise.race([this.#gone, sleep(this.#options.clock, quickOffMs)])
    })
  }

  /**
   * The order of boot devices can change under a running QEMU, the boot menu and a kernel that QEMU itself loads
   * cannot: where the next start needs another of these than QEMU was started with, it is exchanged for a new one. A
   * guest that restarts itself stays in its QEMU, and only the order is its own again.
   */
  reset(options: StartOptions): Promise<void> {
    return this.#inTurn(async () => {
      const run = this.#running('reset')
      const plan = this.#plan(options.boot)
      if (needsAnotherQemu(run.started, plan)) return this.#exchange(options.boot)
      await run.setOrder(plan.order)
      run.firmwareStarts()
      await run.qmp.execute('system_reset')
      if (isForOnce(options.boot)) run.restoreLater(this.#plan(undefined).order)
    })
  }

  nmi(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#running('diagnostic interrupt').qmp.execute('inject-nmi')
    })
  }

  softOff(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#running('soft shutdown').qmp.execute('system_powerdown')
    })
  }

  /** Of a machine that is off, its next QEMU is told. */
  async setLink(nic: number, up: boolean): Promise<void> {
    if (up) this.#pulled.delete(nic)
    else this.#pulled.add(nic)
    const run = this.#run
    try {
      await run?.setLink(nic, up)
    } catch (error) {
      // It ends, or is being exchanged: the next one is told.
      if (this.#run === run && !run?.qemu.exit) throw error
    }
  }

  vitals(): MachineVitals | undefined {
    return this.#power === 'on' ? this.#vitals?.look() : undefined
  }

  onPower(fn: (power: PowerState, cause: PowerCause) => void): () => void {
    return this.#listeners.add(fn)
  }

  onReset(fn: () => void): () => void {
    return this.#resets.add(fn)
  }

  close(): Promise<void> {
    this.#closed = true
    // At once too: a verb that waits for this QEMU to end may be before us.
    this.#run?.end(closeMs.term, closeMs.kill)
    return this.#inTurn(async () => {
      this.#run?.end(closeMs.term, closeMs.kill)
      this.#setPower('off', 'request')
      await this.#gone
      this.#line.close()
    })
  }

  #inTurn(verb: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(verb)
    this.#turn = done.catch(() => {})
    return done
  }

  #running(what: string): Run {
    if (this.#power === 'on' && this.#run) return this.#run
    throw new BmcError('wrong-state', `${what}: ${this.#options.name} is off, power it on first`)
  }

  #plan(boot: BootChoice | undefined): BootPlan {
    const { kernel, firmware } = this.#options
    return bootPlan(bootables(this.#options), kernel !== undefined, boot, firmware)
  }

  async #start(boot: BootChoice | undefined): Promise<void> {
    await this.#gone
    if (this.#closed) throw new BmcError('wrong-state', `${this.#options.name} is being closed`)
    const { clock, log, program, cwd, runDir } = this.#options
    const plan = this.#plan(boot)
    if (plan.note !== undefined) log.warn({ device: boot?.device }, plan.note)
    const options = { ...this.#options, nics: await Promise.all(this.#options.nics.map(plugged)) }
    const args = commandLine(options, this.#accelerator, this.#files, plan, this.#uefi)
    const qemu = await QemuProcess.start(program, args, cwd, runDir, this.#files)
    const giveUp = () => this.#closed
    const run = await Run.greet(qemu, this.#files, plan, { clock, log, giveUp }).catch(async (error) => {
      qemu.signal('SIGKILL')
      await qemu.exited
      throw error
    })
    this.#run = run
    this.#gone = this.#watch(run)
    const { cpus, memoryMiB, nics } = this.#options
    this.#vitals = new QemuVitals({ pid: qemu.pid, cpus, memoryMiB, nics, qmp: run.qmp, clock })
    try {
      await this.#options.plugNics?.()
      this.#line.attach(unixPort(this.#files.serial, { clock, log }))
      if (!(await this.#line.reaches(true, clock, 5000))) throw new Error('its serial port did not answer')
      if (plan.menu) void qemu.exited.then(openSetup(this.#line, this.#options.firmware))
      for (const nic of this.#pulled) await run.setLink(nic, false)
      run.firmwareStarts()
      await run.qmp.execute('cont')
    } catch (error) {
      const failure = startFailure(qemu, this.#files, error)
      qemu.signal('SIGKILL')
      await this.#gone
      throw failure
    }
    if (isForOnce(boot)) run.restoreLater(this.#plan(undefined).order)
    log.info({ pid: qemu.pid, accelerator: this.#accelerator }, 'QEMU runs')
    if (!qemu.exit) this.#setPower('on', 'request')
  }

  /** Off for everybody only when the process has gone, or the guest has said that it is about to. */
  #end(cause: PowerCause): void {
    const run = this.#run
    if (!run) return
    const { poweroffWaitS, killWaitS } = this.#options
    run.end(poweroffWaitS * 1000, killWaitS * 1000)
    void run.qemu.exited.then(() => this.#off(run, cause))
  }

  async #exchange(boot: BootChoice | undefined): Promise<void> {
    this.#exchanging = true
    try {
      this.#end('request')
      await this.#start(boot)
      this.#exchanging = false
      if (!this.#run || this.#run.qemu.exit) this.#setPower('off', 'died')
    } catch (error) {
      this.#exchanging = false
      this.#setPower('off', 'died')
      throw error
    }
  }

  /** Follows one QEMU to its end and clears up behind it. */
  async #watch(run: Run): Promise<void> {
    const { clock, log } = this.#options
    run.onGuestReset(() => this.#resets.call())
    run.qmp.onEvent((name, data) => {
      // The guest switched itself off, or panicked: QEMU is about to exit, unless it was told to stay.
      if (name !== 'SHUTDOWN' || data.guest !== true) return
      this.#off(run, 'guest')
      this.#end('guest')
    })
    const { code, signal } = await run.qemu.exited
    await Promise.race([run.qmp.closed, sleep(clock, lastBytesMs)])
    if (this.#run === run && this.#power === 'on' && !this.#exchanging) {
      log.warn({ code, signal, output: run.qemu.output() }, 'QEMU ended without being asked')
    }
    this.#off(run, 'died')
    run.qmp.close()
    await this.#line.reaches(false, clock, lastBytesMs)
    this.#line.detach()
    if (this.#run === run) this.#run = undefined
  }

  #off(run: Run, cause: PowerCause): void {
    if (this.#run === run) this.#setPower('off', cause)
  }

  #setPower(power: PowerState, cause: PowerCause): void {
    if (this.#power === power || this.#exchanging) return
    this.#power = power
    this.#listeners.call(power, cause)
  }
}

async function plugged(nic: QemuNic) {
  return { ...nic, netdev: typeof nic.netdev === 'string' ? nic.netdev : await nic.netdev() }
}

function isForOnce(boot: BootChoice | undefined): boolean {
  return boot !== undefined && !boot.persistent
}

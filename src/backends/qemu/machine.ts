import { resolve } from 'node:path'
import type { BytePort } from '../../base/byte-port.ts'
import { type Clock, sleep } from '../../base/clock.ts'
import { BmcError, messageOf, SetupError } from '../../base/errors.ts'
import { Listeners } from '../../base/listeners.ts'
import { memoryBytesOf } from '../../base/process-counts.ts'
import type { MachineInventory } from '../../machine/inventory.ts'
import type {
  BootChoice,
  BootDeviceFacts,
  Machine,
  MachineAbilities,
  PowerCause,
  PowerState,
  StartOptions,
} from '../../machine/machine.ts'
import { type MediaDrive, type Medium, usbDrive } from '../../machine/media.ts'
import type { MachineSettings, SettingsFacts } from '../../machine/settings.ts'
import type { MachineVitals } from '../../machine/vitals.ts'
import { unixPort } from '../../serial/unix-port.ts'
import { chooseAccelerator } from './accelerator.ts'
import { adopt } from './adopt.ts'
import { type BootPlan, bootables, bootPlan, needsAnotherQemu, ordered } from './boot-order.ts'
import { commandLine, type PluggedNic } from './command-line.ts'
import { findQemu, missing } from './find.ts'
import { writeHostNicFiles } from './host-nic.ts'
import { bootFromUri, checkHttpBoot } from './http-boot.ts'
import { qemuInventory } from './inventory.ts'
import { endLeftovers, leftovers } from './leftover.ts'
import { mediaDrivesOf } from './media-drives.ts'
import { digestOf, type QemuNote } from './note.ts'
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
import type { QmpClient } from './qmp.ts'
import { Run, startFailure } from './run.ts'
import { OvmfKeys } from './secure-boot.ts'
import { SerialLine } from './serial-line.ts'
import { SerialLog } from './serial-log.ts'
import { sameSettings, secureVariables, settingsFacts, uefiFor, withSettings } from './settings.ts'
import { openSetup } from './setup-key.ts'
import { prepareUefi } from './uefi.ts'
import { uefiPath } from './uefi-paths.ts'
import { QemuVitals } from './vitals.ts'
import { WorkLimit } from './work-limit.ts'

/** How long the last bytes of an ended QEMU, on its serial port and on QMP, are waited for. */
const lastBytesMs = 500

const readerMs = 2000

/** A VM that is off has no process; "off" is thus nearly always reached before this is over. */
const quickOffMs = 250

/** When the simulator itself ends, nobody wants to wait for a VM's patience. */
const closeMs = { term: 1000, kill: 1000 }

/**
 * Checks what can be checked before the first power on. A QEMU that an earlier run left in the same folder is adopted where it is
 * what is wanted now; else it is ended.
 */
export async function createQemuMachine(options: QemuOptions): Promise<Machine> {
  const files = runFiles(options.runDir, options.logDir)
  for (const path of [files.serial, files.qmp, options.ipmiSocketPath]) if (path !== undefined) checkSocketPath(path)
  const { clock, log, ledger } = options
  // A program with a slash is meant from where QEMU will run.
  const program = options.program.includes('/') ? resolve(options.cwd, options.program) : options.program
  if (findQemu(program) === undefined) throw new SetupError(missing(program))
  if (options.firmware === 'uefi') prepareUefi(files.uefiVars)
  if (options.hostNic !== undefined) writeHostNicFiles(options.hostNic, options, files)
  const own = options.ownDisk === undefined ? [] : [options.ownDisk.path]
  const whole = { ...options, program, disks: [...own, ...options.disks] }
  const left = leftovers(files, ledger)
  const notes: string[] = []
  for (const { pid, note } of left) {
    try {
      if (left.length > 1) throw new Error('there were two, since it was just being exchanged')
      if (note === undefined) throw new Error('what it was started with is not known any more')
      const machine = new QemuMachine(whole, note.accelerator)
      await machine.adopt(note)
      log.info({ pid }, 'adopted the QEMU of an earlier run')
      return machine
    } catch (error) {
      notes.push(`${options.name}: its VM of an earlier run (pid ${pid}) was ended: ${messageOf(error)}`)
      log.warn({ pid, why: messageOf(error) }, 'a QEMU of an earlier run is ended')
    }
  }
  await endLeftovers(left, { files, ledger, clock })
  if (options.ownDisk !== undefined) await prepareDisk(options.ownDisk)
  const accelerator =
    options.accelerator === 'auto' ? await chooseAccelerator(program, clock, log) : options.accelerator
  return new QemuMachine(whole, accelerator, notes)
}

export class QemuMachine implements Machine {
  readonly kind = 'qemu'
  readonly abilities: MachineAbilities = { powerOn: true, reset: true, nmi: true, softOff: true, boot: true }
  readonly #options: QemuOptions
  readonly #accelerator: Accelerator
  readonly settings: SettingsFacts
  readonly secureBootKeys?: OvmfKeys
  /** Those of the QEMU that was started last. */
  #settings: MachineSettings | undefined
  readonly #files: RunFiles
  readonly #line = new SerialLine()
  readonly #listeners = new Listeners<[power: PowerState, cause: PowerCause]>()
  readonly #resets = new Listeners<[]>()
  #power: PowerState = 'off'
  /** NICs whose link is down. */
  readonly #pulled = new Set<number>()
  #hostLinkUp = true
  /** Of its processors; undefined: all of them. */
  #share: number | undefined
  #workLimit: WorkLimit | undefined
  /** In the drives of the BMC. */
  readonly #media = new Map<string, Medium>()
  readonly mediaDrives: readonly MediaDrive[]
  #run: Run | undefined
  #vitals: QemuVitals | undefined
  /** Resolves when the last QEMU has left nothing behind. */
  #gone: Promise<void> = Promise.resolve()
  /** Verbs happen one after another; each waits for the one before. */
  #turn: Promise<void> = Promise.resolve()
  /** QEMU is exchanged under a machine that is on, as a reset: nobody is told of off and on. */
  #exchanging = false
  #closed = false
  #adopted = false
  readonly notes: readonly string[]

  constructor(options: QemuOptions, accelerator: Accelerator, notes: readonly string[] = []) {
    this.notes = notes
    this.#options = options
    this.#accelerator = accelerator
    this.settings = settingsFacts(options)
    this.mediaDrives = mediaDrivesOf(options)
    this.#files = runFiles(options.runDir, options.logDir)
    if (this.settings.noSecureBoot === undefined) {
      const isInUse = () => this.#run !== undefined && this.#settings?.secureBoot === true
      this.secureBootKeys = new OvmfKeys(secureVariables(this.#files), isInUse)
    }
  }

  get power(): PowerState {
    return this.#power
  }

  get console(): BytePort {
    return this.#line
  }

  get adopted(): boolean {
    return this.#adopted
  }

  /** Goes on with a QEMU that an earlier machine has started. Rejects with why that cannot be, and is of no more use then. */
  async adopt(note: QemuNote): Promise<void> {
    const { accelerator, ledger, clock, log } = this.#options
    const nics = this.#options.nics.map((nic, i) => ({ ...nic, netdev: note.netdevs[i] ?? '' }))
    const isOther = accelerator !== 'auto' && accelerator !== note.accelerator
    if (isOther || digestOf(this.#arguments(nics, note.started), this.#options) !== note.digest) {
      throw new Error('its configuration has changed')
    }
    const run = await adopt(note, { files: this.#files, nics: this.#options.nics, ledger, clock, log })
    this.#settings = note.started.settings
    this.#follow(run, note.ownBytes)
    this.#adopted = true
    this.#power = 'on'
    await this.#plugged(run).catch((error: unknown) =>
      log.warn({ error: messageOf(error) }, 'frames of a NIC are lost'),
    )
    await this.#listenAgain(run).catch((error: unknown) => {
      run.letGo()
      throw error
    })
  }

  /** To a guest that stands still, so that its console has no hole and says nothing twice. */
  async #listenAgain({ qmp }: Run): Promise<void> {
    const { kept, clock, log } = this.#options
    await qmp.execute('stop')
    try {
      this.#listen()
      if (!(await hasReader(qmp, clock))) log.warn({}, 'the serial port of an adopted QEMU did not answer')
      if (kept !== undefined) this.#line.hold(new SerialLog(this.#files.serialLog).unheard(kept()))
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'what a guest said meanwhile is not known')
    } finally {
      // Last: whoever reads the console has to be there when its next byte comes.
      await qmp.execute('cont')
    }
  }

  /** Opens the serial port of a QEMU that runs. */
  #listen(): void {
    const { clock, log } = this.#options
    const said = new SerialLog(this.#files.serialLog)
    const port = unixPort(this.#files.serial, { clock, log })
    this.#line.attach(port)
    // Behind the line, whose listeners have kept the bytes by then.
    port.onData((bytes) => said.heard(bytes.length))
  }

  powerOn(options: StartOptions): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#power === 'on') return
      await this.#start(options)
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
      const plan = this.#plan(options)
      const newKeys = plan.settings?.secureBoot === true && this.secureBootKeys?.pending !== undefined
      const isOther = newKeys || !sameSettings(run.started.settings, plan.settings, this.settings.initial)
      if (isOther || needsAnotherQemu(run.started, plan)) return this.#exchange(options)
      await run.setOrder(plan.order)
      run.firmwareStarts()
      await run.qmp.execute('system_reset')
      if (isForOnce(options.boot)) run.restoreLater(this.#plan({ order: options.order }).order)
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

  /** Of a machine that is off, its next QEMU is told. */
  async setHostLink(up: boolean): Promise<void> {
    if (this.#options.hostNic === undefined) return
    this.#hostLinkUp = up
    const run = this.#run
    try {
      await run?.setHostLink(up)
    } catch (error) {
      // It ends, or is being exchanged: the next one is told.
      if (this.#run === run && !run?.qemu.exit) throw error
    }
  }

  /** Of a machine that is off, its next QEMU is told. */
  async setMedium(drive: string, medium: Medium | undefined): Promise<void> {
    if (!this.mediaDrives.some(({ id }) => id === drive)) {
      throw new BmcError('not-found', `${this.#options.name} has no drive "${drive}"`)
    }
    const run = this.#run
    try {
      await run?.setMedium(drive, medium)
    } catch (error) {
      // It ends, or is being exchanged: the next one is told.
      if (this.#run === run && !run?.qemu.exit) throw error
    }
    if (medium === undefined) this.#media.delete(drive)
    else this.#media.set(drive, medium)
  }

  limitWork(share: number | undefined): void {
    this.#share = share
    this.#workLimit?.set(share)
  }

  inventory(): MachineInventory {
    return qemuInventory(withSettings(this.#options, this.#settings), this.#accelerator, this.#pulled)
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
    this.#workLimit?.letGo()
    // At once too: a verb that waits for this QEMU to end may be before us.
    this.#run?.end(closeMs.term, closeMs.kill)
    return this.#inTurn(async () => {
      this.#run?.end(closeMs.term, closeMs.kill)
      this.#setPower('off', 'request')
      await this.#gone
      this.#line.close()
    })
  }

  async plugIn(): Promise<void> {
    const { plugNics, log } = this.#options
    if (!this.#adopted || this.#power === 'off') return
    await plugNics?.().catch((error: unknown) => log.warn({ error: messageOf(error) }, 'a NIC could not be plugged in'))
  }

  /** Verbs that were begun are finished first. */
  detach(): Promise<void> {
    return this.#inTurn(async () => {
      this.#closed = true
      const run = this.#run
      // On its way down already: to be ended as by `close`.
      if (run?.isEnding) return this.#gone
      this.#run = undefined
      this.#workLimit?.letGo()
      run?.letGo()
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
    throw new BmcError('powered-off', `${what}: ${this.#options.name} is off, power it on first`)
  }

  get bootDevices(): readonly BootDeviceFacts[] {
    return bootables(this.#options).map((device) => {
      const path = uefiPath(this.#options, device)
      return path === undefined ? device : { ...device, uefiPath: path }
    })
  }

  #plan({ boot, order, settings }: StartOptions): BootPlan {
    const options = withSettings(this.#options, settings)
    if (boot?.device === 'uefi-http') checkHttpBoot(options)
    const devices = ordered(bootables(options), order)
    const plan = bootPlan(devices, options.kernel !== undefined, boot, options.firmware)
    return settings === undefined ? plan : { ...plan, settings }
  }

  async #start(options: StartOptions): Promise<void> {
    const { boot } = options
    await this.#gone
    if (this.#closed) throw new BmcError('wrong-state', `${this.#options.name} is being closed`)
    const { clock, log, program, cwd, runDir } = this.#options
    const plan = this.#plan(options)
    if (plan.note !== undefined) log.warn({ device: boot?.device }, plan.note)
    const nics = await Promise.all(this.#options.nics.map(plugged))
    const args = this.#arguments(nics, plan)
    const wanted = withSettings(this.#options, plan.settings)
    if (wanted.secureBoot === true) this.secureBootKeys?.apply()
    const uefi = uefiFor(wanted, this.#files)
    if (uefi !== undefined) bootFromUri(uefi.vars, plan.uri)
    const qemu = await QemuProcess.start(program, args, cwd, runDir, {
      files: this.#files,
      ledger: this.#options.ledger,
      note: {
        digest: digestOf(args, this.#options),
        accelerator: this.#accelerator,
        netdevs: nics.map(({ netdev }) => netdev),
        started: plan,
      },
    })
    const giveUp = () => this.#closed
    const run = await Run.greet(qemu, this.#files, { clock, log, giveUp }).catch(async (error) => {
      qemu.signal('SIGKILL')
      await qemu.exited
      throw error
    })
    this.#adopted = false
    this.#settings = plan.settings
    qemu.note.set({ ownBytes: memoryBytesOf(qemu.pid) ?? 0 })
    this.#follow(run, qemu.note.note.ownBytes)
    try {
      await this.#options.plugNics?.()
      await this.#plugged(run)
      this.#listen()
      if (!(await this.#line.reaches(true, clock, 5000))) throw new Error('its serial port did not answer')
      if (plan.menu) void qemu.exited.then(openSetup(this.#line, wanted.firmware))
      for (const nic of this.#pulled) await run.setLink(nic, false)
      if (!this.#hostLinkUp) await run.setHostLink(false)
      await this.#insert(run)
      run.firmwareStarts()
      await run.qmp.execute('cont')
    } catch (error) {
      const failure = startFailure(qemu, this.#files, error)
      qemu.signal('SIGKILL')
      await this.#gone
      throw failure
    }
    if (isForOnce(boot)) run.restoreLater(this.#plan({ order: options.order }).order)
    log.info({ pid: qemu.pid, accelerator: this.#accelerator }, 'QEMU runs')
    if (!qemu.exit) this.#setPower('on', 'request')
  }

  async #plugged(run: Run): Promise<void> {
    for (const [i, nic] of this.#options.nics.entries()) await nic.plugged?.((detour) => run.detours.set(i, detour))
  }

  /** A file that has gone is no reason not to start: a drive may be empty. */
  async #insert(run: Run): Promise<void> {
    for (const [drive, medium] of this.#media) {
      await run.setMedium(drive, medium).catch((error: unknown) => {
        this.#options.log.warn({ drive, error: messageOf(error) }, 'virtual media could not be inserted')
      })
    }
    if (!this.#media.has(usbDrive.id)) return
    // The boot order that the firmware finds is made at a reset, and the stick came behind the first.
    run.firmwareStarts()
    await run.qmp.execute('system_reset')
  }

  /** `ownBytes`: QEMU's memory before its guest has touched any. */
  #follow(run: Run, ownBytes: number): void {
    this.#run = run
    this.#gone = this.#watch(run)
    const { cpus, memoryMiB, nics, clock } = withSettings(this.#options, this.#settings)
    this.#vitals = new QemuVitals({ pid: run.qemu.pid, ownBytes, cpus, memoryMiB, nics, qmp: run.qmp, clock })
    this.#workLimit = new WorkLimit(run.qemu, cpus, { clock, log: this.#options.log })
    this.#workLimit.set(this.#share)
  }

  #arguments(nics: readonly PluggedNic[], plan: BootPlan): readonly string[] {
    const options = withSettings(this.#options, plan.settings)
    const uefi = uefiFor(options, this.#files)
    return commandLine({ ...options, nics }, this.#accelerator, this.#files, plan, uefi)
  }

  /** Off for everybody only when the process has gone, or the guest has said that it is about to. */
  #end(cause: PowerCause): void {
    const run = this.#run
    if (!run) return
    this.#workLimit?.letGo()
    const { poweroffWaitS, killWaitS } = this.#options
    run.end(poweroffWaitS * 1000, killWaitS * 1000)
    void run.qemu.exited.then(() => this.#off(run, cause))
  }

  async #exchange(options: StartOptions): Promise<void> {
    this.#exchanging = true
    try {
      this.#end('request')
      await this.#start(options)
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

/** Whether its serial port is connected, as QEMU sees it: it takes up a connection somewhat later than it is made. */
async function hasReader(qmp: QmpClient, clock: Clock): Promise<boolean> {
  for (const deadline = clock.monotonic() + readerMs; clock.monotonic() < deadline; await sleep(clock, 5)) {
    const devices = await qmp.execute('query-chardev')
    if (Array.isArray(devices) && devices.some(isReadSerial)) return true
  }
  return false
}

function isReadSerial(device: unknown): boolean {
  if (typeof device !== 'object' || device === null || !('label' in device) || !('filename' in device)) return false
  return device.label === 'serial0' && !String(device.filename).startsWith('disconnected')
}

async function plugged(nic: QemuNic) {
  return { ...nic, netdev: typeof nic.netdev === 'string' ? nic.netdev : await nic.netdev() }
}

function isForOnce(boot: BootChoice | undefined): boolean {
  return boot !== undefined && !boot.persistent
}

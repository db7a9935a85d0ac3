import type { Clock, Timer } from '../../base/clock.ts'
import { sleep } from '../../base/clock.ts'
import { BmcError, messageOf } from '../../base/errors.ts'
import { Listeners } from '../../base/listeners.ts'
import type { Logger } from '../../base/logger.ts'
import type { Medium } from '../../machine/media.ts'
import type { BootPlan } from './boot-order.ts'
import { bootIndex, firstBootIndex, stickId } from './boot-order.ts'
import { Detours } from './detours.ts'
import { hostNicId } from './host-nic.ts'
import { changeMedium } from './media-drives.ts'
import type { RunFiles } from './options.ts'
import type { QemuProcess } from './process.ts'
import { type Facts, QmpClient } from './qmp.ts'

/** A loaded computer that starts a hundred VMs at once may take this long to bring one QEMU to its greeting. */
const greetingMs = 30_000

/** SeaBIOS resets the machine once or twice more after a reset and reads the boot order only then (seen with 1.16). */
const orderReadMs = 2000

/** From one start of the QEMU process to its end. */
export class Run {
  readonly qemu: QemuProcess
  readonly qmp: QmpClient
  /** What is on QEMU's command line. Of this only the order can change while it runs. */
  readonly started: BootPlan
  readonly detours: Detours
  readonly #clock: Clock
  readonly #log: Logger
  readonly #guestResets = new Listeners<[]>()
  #firmwareStartedAt = 0
  #order: readonly string[]
  #restore: { readonly order: readonly string[]; timer: Timer } | undefined
  #timers: readonly Timer[] = []
  /** The order and the stick do not change at once: no index is in use twice. */
  #turn: Promise<unknown> = Promise.resolve()
  #ending = false

  private constructor(
    qemu: QemuProcess,
    qmp: QmpClient,
    { clock, log, order }: { clock: Clock; log: Logger; order?: readonly string[] },
  ) {
    const { started, netdevs } = qemu.note.note
    this.qemu = qemu
    this.qmp = qmp
    this.started = started
    this.#order = order ?? started.order
    this.#clock = clock
    this.#log = log
    // Of one that was adopted, nobody knows.
    this.detours = new Detours((command, args) => qmp.execute(command, args), order ? 0 : netdevs.length)
    qmp.onEvent((name, data) => this.#event(name, data))
    void qemu.exited.then(() => this.#cancelTimers())
  }

  /** Waits until QEMU greets on QMP; its guest does not run yet. */
  static async greet(
    qemu: QemuProcess,
    files: RunFiles,
    { clock, log, giveUp }: { clock: Clock; log: Logger; giveUp: () => boolean },
  ): Promise<Run> {
    const stop = () => qemu.exit !== undefined || giveUp()
    try {
      const qmp = await QmpClient.connect(files.qmp, { clock, log, timeoutMs: greetingMs, stop })
      return new Run(qemu, qmp, { clock, log })
    } catch (error) {
      // The socket may close a moment before the process is seen to end; its exit status says more than that.
      await Promise.race([qemu.exited, sleep(clock, 500)])
      throw startFailure(qemu, files, error)
    }
  }

  /** A QEMU that was started by an earlier process of ours, and what of its time there is not over. */
  static async adopt(qemu: QemuProcess, qmp: QmpClient, { clock, log }: { clock: Clock; log: Logger }): Promise<Run> {
    const { started, restore } = qemu.note.note
    const run = new Run(qemu, qmp, { clock, log, order: await orderNow(qmp, started.order) })
    if (restore !== null) run.restoreLater(restore)
    return run
  }

  /** The guest begins, or is about to: what resets it in the next moments is its firmware. */
  firmwareStarts(): void {
    this.#firmwareStartedAt = this.#clock.monotonic()
  }

  /** The guest was reset, and not by its firmware on the way up, nor by a `system_reset` of ours. */
  onGuestReset(fn: () => void): () => void {
    return this.#guestResets.add(fn)
  }

  /** Sets the boot order for the next reset. QEMU hands the firmware the order that holds when the machine is reset. */
  setOrder(order: readonly string[]): Promise<void> {
    this.#forgetRestore()
    return this.#inTurn(() => this.#changeOrder(order))
  }

  async #changeOrder(order: readonly string[]): Promise<void> {
    const before = this.#order
    const moved = order.filter((id) => bootIndex({ order }, id) !== bootIndex({ order: before }, id))
    this.#order = order
    const isPlugged = !moved.includes(stickId) || (await hasDevice(this.qmp, stickId))
    const changed = isPlugged ? moved : moved.filter((id) => id !== stickId)
    // QEMU refuses an index that is in use: all are let go before the first is set.
    for (const id of changed) await this.#setIndex(id, -1)
    for (const id of changed) await this.#setIndex(id, bootIndex({ order }, id))
    if (this.#restore === undefined) this.#noteRestore(null)
  }

  /** The order in force is for this boot only: `order` comes back when the firmware has read it. */
  restoreLater(order: readonly string[]): void {
    this.#forgetRestore()
    const restore = () => {
      this.setOrder(order).then(
        () => this.#log.debug({ order }, 'boot order set back'),
        (error) => this.#log.warn({ error: messageOf(error) }, 'the boot order could not be set back'),
      )
    }
    this.#restore = { order, timer: this.#clock.after(orderReadMs, restore) }
    this.#noteRestore(order)
  }

  /** QEMU goes on without us; a boot order that is to come back stays noted. */
  letGo(): void {
    this.#restore?.timer.cancel()
    this.#restore = undefined
    this.qemu.letGo()
    this.qmp.close()
  }

  /** The guest's driver sees the carrier go, or come back. */
  async setLink(nic: number, up: boolean): Promise<void> {
    await this.qmp.execute('set_link', { name: `nic${nic}`, up })
  }

  async setHostLink(up: boolean): Promise<void> {
    await this.qmp.execute('set_link', { name: hostNicId, up })
  }

  async setMedium(drive: string, medium: Medium | undefined): Promise<void> {
    await this.#inTurn(() => {
      const stickIndex = bootIndex({ order: this.#order }, stickId)
      return changeMedium(this.qmp, drive, medium, { clock: this.#clock, stickIndex })
    })
  }

  #inTurn(change: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(change)
    this.#turn = done.catch(() => {})
    return done
  }

  get isEnding(): boolean {
    return this.#ending
  }

  /** Asks QEMU to quit, then signals its group: SIGTERM after `termMs`, SIGKILL `killMs` later. Called again, the new times count. */
  end(termMs: number, killMs: number): void {
    if (this.qemu.exit) return
    this.#cancelTimers()
    if (!this.#ending)
      this.qmp.execute('quit').catch((error) => this.#log.debug({ error: messageOf(error) }, 'QMP quit'))
    this.#ending = true
    this.#timers = [
      this.#clock.after(termMs, () => {
        this.#log.warn({ pid: this.qemu.pid }, 'QEMU did not quit: SIGTERM')
        this.qemu.signal('SIGTERM')
      }),
      this.#clock.after(termMs + killMs, () => {
        this.#log.warn({ pid: this.qemu.pid }, 'QEMU did not end: SIGKILL')
        this.qemu.signal('SIGKILL')
      }),
    ]
  }

  #event(name: string, data: Facts): void {
    this.#log.debug({ event: name, ...data }, 'QMP event')
    if (name !== 'RESET') return
    if (this.#restore) this.restoreLater(this.#restore.order)
    if (this.#clock.monotonic() - this.#firmwareStartedAt < orderReadMs) return
    this.firmwareStarts()
    this.#guestResets.call()
  }

  #forgetRestore(): void {
    this.#restore?.timer.cancel()
    this.#restore = undefined
  }

  #noteRestore(order: readonly string[] | null): void {
    const before = this.qemu.note.note.restore
    if (before?.join() !== order?.join() && this.qemu.exit === undefined) this.qemu.note.set({ restore: order })
  }

  async #setIndex(id: string, value: number): Promise<void> {
    await this.qmp.execute('qom-set', { path: `/machine/peripheral/${id}`, property: 'bootindex', value })
  }

  #cancelTimers(): void {
    this.#forgetRestore()
    for (const timer of this.#timers) timer.cancel()
  }
}

/**
 * In which QEMU would hand out the devices at a reset now; none of them where a change of it was not finished. A stick that is not plugged
 * in has the place that is left.
 */
async function orderNow(qmp: QmpClient, ids: readonly string[]): Promise<readonly string[]> {
  const places = new Map<number, string>()
  const isPlugged = !ids.includes(stickId) || (await hasDevice(qmp, stickId))
  for (const id of ids) {
    if (id === stickId && !isPlugged) continue
    const index = await qmp.execute('qom-get', { path: `/machine/peripheral/${id}`, property: 'bootindex' })
    if (typeof index === 'number') places.set(index, id)
  }
  const absent = isPlugged ? undefined : stickId
  const order = ids.map((_, i) => places.get(i + firstBootIndex) ?? absent).filter((id) => id !== undefined)
  return new Set(order).size === ids.length ? order : []
}

async function hasDevice(qmp: QmpClient, id: string): Promise<boolean> {
  const all = await qmp.execute('qom-list', { path: '/machine/peripheral' })
  return Array.isArray(all) && all.some((one: unknown) => nameOf(one) === id)
}

function nameOf(property: unknown): unknown {
  return typeof property === 'object' && property !== null && 'name' in property ? property.name : undefined
}

/** Why QEMU did not come up, in its own words, and what to do about the causes that are met most; one line. */
export function startFailure(qemu: QemuProcess, files: RunFiles, cause: unknown): BmcError {
  const output = qemu.output()
  const said = output === '' ? endOf(qemu, cause) : output
  const words = `QEMU did not start: ${said}. ${adviceFor(output)}Its command line is in ${files.log}`
  return new BmcError('wrong-state', words, { cause })
}

function endOf(qemu: QemuProcess, cause: unknown): string {
  if (!qemu.exit) return messageOf(cause)
  const { code, signal } = qemu.exit
  return signal ? `it was ended by ${signal}` : `it ended with status ${code} and said nothing`
}

function adviceFor(output: string): string {
  if (/failed to get .*lock/i.test(output)) {
    return 'Another program uses this disk image: stop it, or give each node an image of its own. '
  }
  if (/KVM|kvm/.test(output)) return 'KVM does not work here: write `accel: tcg` for this node. '
  if (/can't bind ip=127/.test(output))
    return 'Another program took the port of its segment just then: power it on again. '
  if (/Invalid parameter 'dgram'/.test(output)) return 'Segments and UDP links want QEMU 7.2 or newer. '
  if (/invalid option|is not a valid device|unsupported machine|Unknown driver/i.test(output)) {
    return 'This QEMU does not know what was asked for: check the arguments and models of this node. '
  }
  if (/net\/tun/.test(output)) return 'A NIC on a bridge needs root. '
  if (/No such file or directory|Could not open/.test(output)) return 'Check the paths of disks, CD and kernel. '
  if (/Cannot allocate memory|cannot set up guest memory/.test(output)) return 'Give the node less memory. '
  return ''
}

import type { Clock } from '../base/clock.ts'
import { messageOf, SetupError } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { Random } from '../base/random.ts'
import type { Wheel } from '../base/wheel.ts'
import type { Bmc } from '../bmc/bmc.ts'
import type { NodeConfig } from '../config/config.ts'
import { defaultReadyTimeoutMs } from '../config/defaults.ts'
import type { Personality } from '../config/personality/personality.ts'
import type { ConsoleHub } from '../console/hub.ts'
import type { InbandDoor } from '../inband/inband-door.ts'
import { lanTotals } from '../lan/counters.ts'
import type { Machine, PowerCause, PowerState } from '../machine/machine.ts'
import type { Controllers } from './emulator/controllers.ts'
import type { Emulator } from './emulator/emulator.ts'
import { EmulatorConsole } from './emulator/emulator-console.ts'
import { untilSleep } from './emulator/node-emulator.ts'
import { uuidText } from './guid.ts'
import type { NodeRequest, Purpose } from './http/node-shelf.ts'
import type { LanDoors } from './lan/lan-doors.ts'
import { bestLogin, type Login } from './login.ts'
import { standsIn } from './machines.ts'
import { type MediaRequest, type MediaStatus, mediaChange, mediaStatus } from './media/node-media.ts'
import type { LinkChange } from './nics/nic.ts'
import type { NicStatus, NodeNics } from './nics/node-nics.ts'
import { consoleDevice } from './node-console.ts'
import { type SensorStatus, sensorStatus, sensorStatuses, setSensor } from './node-sensors.ts'
import { type NodeStatus, type PowerAction, powerActions } from './node-status.ts'
import type { Checked } from './ready/checks.ts'
import { readGoal } from './ready/goal.ts'
import type { Progress, Stage } from './ready/progress.ts'
import { Readiness } from './ready/readiness.ts'
import { type WaitOptions, waitFor } from './ready/wait.ts'
import { nodeDoors } from './redfish/node-doors.ts'
import type { RedfishDoors } from './redfish/redfish-doors.ts'
import type { SharedParts } from './redfish/redfish-node.ts'
import { until } from './until.ts'

/** What a node is put together of. */
export interface NodeParts {
  readonly config: NodeConfig
  readonly sshKeyFile: string | undefined
  readonly clock: Clock
  readonly wheel: Wheel
  readonly log: Logger
  readonly random: Random
  readonly machine: Machine
  readonly nics: NodeNics
  readonly bmc: Bmc
  readonly hub: ConsoleHub | undefined
  readonly inband: InbandDoor | undefined
  readonly lan: readonly LanDoors[]
  readonly redfish: RedfishDoors | undefined
  readonly personality: Personality
  readonly controllers: Controllers
  readonly emulator: Emulator
  /** For what is served of it; undefined: it is not. */
  readonly requests: () => Readonly<Record<Purpose, readonly NodeRequest[] | undefined>>
  /** Whatever else ends with the node. */
  readonly endSeed: (() => void) | undefined
  readonly progress: Progress
}

/** One simulated node: what others ask of it, and its beginning and end. */
export class Node {
  readonly name: string
  readonly bmc: Bmc
  readonly #config: NodeConfig
  readonly #parts: NodeParts
  readonly #notes: string[] = []
  readonly #readiness: Readiness | undefined
  /** Made for the first who wants to hear of it: most nodes end with their lab. */
  #ending: AbortController | undefined
  #isEnded = false
  #console: EmulatorConsole | undefined

  constructor(parts: NodeParts) {
    this.name = parts.config.name
    this.bmc = parts.bmc
    this.#config = parts.config
    this.#parts = parts
    this.#notes.push(...(parts.machine.notes ?? []))
    const { ready } = parts.config
    this.#readiness = ready && new Readiness(ready, this.#checked())
  }

  /** The file that describes it. */
  get source(): string {
    return this.#config.at.file
  }

  get config(): NodeConfig {
    return this.#config
  }

  /** Fires when it is stopped, or taken apart for a new one of its name. */
  get ended(): AbortSignal {
    this.#ending ??= new AbortController()
    if (this.#isEnded) this.#ending.abort()
    return this.#ending.signal
  }

  /** What the user should know though nothing failed. */
  get notes(): readonly string[] {
    return this.#notes
  }

  /** The program, and the Debian package that has it, which a simulated machine stands in for. */
  get missing(): { readonly program: string; readonly debianPackage: string } | undefined {
    return standsIn(this.#config.machine)
  }

  /** A VM of an earlier process is its machine. */
  get adopted(): boolean {
    const { machine } = this.#parts
    return machine.kind !== 'simulated' && machine.adopted === true
  }

  /** How to log in now; for showing to the user who started this process, and to nobody else. */
  get login(): Login | undefined {
    return bestLogin(this.bmc)
  }

  /** Opens the guest's way in and every BMC address. Rejects with a SetupError that says what is in the way. */
  async openDoors(): Promise<void> {
    await this.#openDoors()
    this.bmc.attend(this.#parts.wheel)
  }

  async #openDoors(): Promise<void> {
    await this.#parts.inband?.listen()
    await this.#parts.nics.open()
    await this.#parts.machine.plugIn?.()
    for (const doors of this.#parts.lan) this.#notes.push(...(await doors.open(this.bmc)))
    this.#notes.push(...((await this.#parts.redfish?.open()) ?? []))
    if (this.#config.emulatorConsole === undefined) return
    this.#console = new EmulatorConsole(this.#config.emulatorConsole, this.#parts.emulator, this.#parts.log)
    await this.#console.listen()
  }

  /**
   * What the mains coming back means to a server: the restore policy (IPMI 2.0 §28.8) where somebody set one, else what
   * the configuration says. A machine that does not start is no reason to take its BMC away: a note tells. `as`: how the node
   * was that this one replaces, which goes before both.
   */
  async startMachine(as?: PowerState): Promise<void> {
    void this.#parts.emulator.script(untilSleep(this.#config.emulator).after)
    const leases = Promise.all(this.#parts.lan.map((doors) => doors.firstLease()))
    await this.#startMachine(as)
    this.#notes.push(...(await leases).flat())
  }

  async #startMachine(as: PowerState | undefined): Promise<void> {
    try {
      if (as === 'off' || (as !== undefined && this.bmc.power.state === as)) return
      if (as === 'on') return void (await this.bmc.power.control('power up', 'to be as it was'))
      if (await this.bmc.power.restore()) return
      if (this.#config.machine.startNow) await this.bmc.power.control('power up', 'start of the lab')
    } catch (error) {
      this.#notes.push(`${this.name}: the machine did not start: ${messageOf(error)}`)
    }
  }

  onPower(fn: (power: PowerState, cause: PowerCause) => void): () => void {
    return this.#parts.machine.onPower(fn)
  }

  /**
   * The same verb that IPMI uses; on and off are waited for, so that whoever asked can rely on it. Rejects with a
   * BmcError.
   */
  async control(action: PowerAction, by: string): Promise<void> {
    const { machine, clock } = this.#parts
    await this.bmc.power.control(powerActions[action], by)
    if (action === 'off') await until(machine, 'off', clock, this.name)
    if (action === 'on' || action === 'cycle') await until(machine, 'on', clock, this.name)
  }

  /** How far it is on its way up. */
  onStage(fn: (stage: Stage) => void): () => void {
    return this.#parts.progress.onChange(fn)
  }

  /**
   * `goal` as `bmcsim wait --for` takes it; without a time, as long as the node's own `ready` says. Throws a BmcError where
   * that is nothing to wait for here.
   */
  async waitFor(goal: string, options: Omit<WaitOptions, 'timeoutMs'> & { timeoutMs?: number | undefined }) {
    const wanted = readGoal(goal, this.#config)
    const { timeoutMs = this.#config.ready?.timeoutMs ?? defaultReadyTimeoutMs } = options
    const parts = { checked: this.#checked(), machine: this.#parts.machine, readiness: this.#readiness }
    const cancelled = AbortSignal.any([options.cancelled, this.ended])
    const result = await waitFor(wanted, parts, { ...options, timeoutMs, cancelled })
    if (!this.ended.aborted || result.good) return result
    return { ...result, missing: [...result.missing, 'it was stopped or changed meanwhile'] }
  }

  /** A fresh viewer of the console. */
  openViewer() {
    return this.#hub().open()
  }

  /** What the console said so far, as much of it as is kept. */
  backlog(): Uint8Array {
    return this.#hub().backlog()
  }

  sendBreak(): void {
    const viewer = this.#hub().open()
    viewer.sendBreak()
    viewer.close()
  }

  /** What a Redfish that is not its own needs of it. */
  redfishParts(): SharedParts {
    const { personality, lan, redfish, hub } = this.#parts
    const none = { https: undefined, http: undefined, ssdp: false }
    const doors = () => nodeDoors(this.name, lan, redfish?.ports ?? none)
    return { name: this.name, bmc: this.bmc, personality, xname: this.#config.xname, doors, hub }
  }

  /** What its lab adds is not in it. */
  status(): Omit<NodeStatus, 'sharedRedfish'> {
    const { machine, lan } = this.#parts
    const { seed, boot } = this.#parts.requests()
    const bound = lan.flatMap((doors) => doors.bound)
    const [first] = bound
    return {
      name: this.name,
      power: this.bmc.power.state,
      stage: this.#parts.progress.stage,
      address: this.#config.address ?? null,
      xname: this.#config.xname ?? null,
      machine: machine.kind,
      standIn: this.missing !== undefined,
      guid: uuidText(this.bmc.guid),
      bmc: {
        address: first === undefined ? '' : reachable(first.address),
        port: first?.port ?? 0,
        user: this.login?.user ?? null,
        listen: bound,
        source: this.bmc.lanConfiguration(this.#config.channels[0]?.number)?.source ?? 'static',
        namespace: lan[0]?.namespace ?? null,
      },
      redfish: this.#parts.redfish?.url ?? null,
      console: { device: consoleDevice(this.#config, machine), up: this.#parts.hub?.up ?? false },
      sessions: this.bmc.sessions.count,
      packets: lanTotals(lan.map((doors) => doors.counters)),
      ...(seed && { seedRequests: [...seed] }),
      ...(boot && { bootRequests: [...boot] }),
    }
  }

  /** Of one NIC, or of all. */
  links(nic?: number): NicStatus[] {
    return this.#parts.nics.status(nic)
  }

  /** Changes the link of one NIC, or of all. Rejects with a BmcError where a link has none of that. */
  setLinks(nic: number | undefined, change: LinkChange): Promise<NicStatus[]> {
    return this.#parts.nics.change(nic, change)
  }

  /** `fn` sees every frame at a NIC, both ways, and the wall clock with it, once this resolves; the result ends that. */
  capture(nic: number | undefined, fn: (frame: Uint8Array, atMs: number) => void): Promise<() => void> {
    const { nics, clock } = this.#parts
    // The wall clock may be set meanwhile, and counts whole milliseconds.
    const began = clock.now() - clock.monotonic()
    return nics.watch(nic, (frame) => fn(frame, began + clock.monotonic()))
  }

  /** Of all its drives, or of one. */
  media(): MediaStatus[] {
    return mediaStatus(this.name, this.bmc)
  }

  /** Resolves when the guest has it, or has it no more. Rejects with a BmcError. */
  async changeMedia(request: MediaRequest): Promise<MediaStatus[]> {
    await mediaChange(this.name, this.bmc, request)
    return this.media()
  }

  /** Every sensor, or the one of that name. */
  sensors(name?: string): SensorStatus[] {
    return name === undefined ? sensorStatuses(this.bmc) : [sensorStatus(this.bmc, name)]
  }

  /** See `setSensor`; undefined releases it. */
  setSensor(name: string, wish: string | undefined): SensorStatus {
    return setSensor(this.bmc, name, wish)
  }

  /** One line of the emulator language, by somebody who may do everything; resolves with what there is to print. */
  emulatorLine(text: string): Promise<string> {
    return this.#parts.emulator.line(text, { files: true, programs: true })
  }

  /** Ends the VM if it was started here, and closes every door. */
  stop(): Promise<void> {
    return this.#close((machine) => machine.close())
  }

  /** Closes every door, and lets the machine run where a node that is made anew can adopt it. */
  detach(): Promise<void> {
    return this.#close((machine) => machine.detach?.() ?? machine.close())
  }

  async #close(leave: (machine: Machine) => Promise<void>): Promise<void> {
    const { bmc, machine, nics, hub, inband, lan, redfish, controllers, emulator, endSeed } = this.#parts
    this.#isEnded = true
    this.#ending?.abort()
    endSeed?.()
    this.#readiness?.close()
    emulator.close()
    await this.#console?.close()
    controllers.close()
    bmc.close()
    await redfish?.close()
    await Promise.all(lan.map((doors) => doors.close()))
    await leave(machine)
    nics.close()
    hub?.close()
    await inband?.close()
  }

  #checked(): Checked {
    const { progress, clock, log } = this.#parts
    return { progress, clock, log, cwd: this.#config.cwd, keyFile: this.#parts.sshKeyFile }
  }

  #hub(): ConsoleHub {
    if (this.#parts.hub !== undefined) return this.#parts.hub
    const { file, line } = this.#config.at
    throw new SetupError(
      `${this.name} has no console: give it a sol line (lan.conf) or console: (YAML), see ${file}:${line}`,
    )
  }
}

/** Where to reach a BMC that answers on every address (an IPv6 one answers to IPv4 as well). */
function reachable(address: string): string {
  return address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address
}

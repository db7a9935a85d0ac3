import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { Random } from '../base/random.ts'
import type { Regular, Restless, Wheel } from '../base/wheel.ts'
import { encodeSelRecord } from '../ipmi/sel-record.ts'
import type { Machine } from '../machine/machine.ts'
import { Bootstrap } from './access/bootstrap.ts'
import { Channels } from './access/channels.ts'
import { HostInterface, type HostInterfacePort } from './access/host-interface.ts'
import { badPasswordRule, LoginGuard } from './access/login-guard.ts'
import type { Session } from './access/session.ts'
import { SessionAudit } from './access/session-audit.ts'
import { type SessionEnd, Sessions } from './access/sessions.ts'
import { TokenSessions } from './access/token-sessions.ts'
import { Users } from './access/users.ts'
import { type CommandChoice, standardCommands } from './command-choice.ts'
import { CommandEnables } from './command-enables.ts'
import { Dcmi } from './dcmi/dcmi.ts'
import { PowerLimit } from './dcmi/power-limit.ts'
import { PowerTracking } from './dcmi/power-tracking.ts'
import { sensorPower } from './dcmi/sensor-power.ts'
import { sensorTemperatures } from './dcmi/sensor-temperatures.ts'
import type { Temperatures } from './dcmi/thermal.ts'
import type { BmcEvents } from './events.ts'
import { installVersion, withInstalled } from './firmware.ts'
import { Ipmb } from './ipmb.ts'
import { LanConfiguration } from './lan/lan-configuration.ts'
import type { MediaSource } from './media/media-source.ts'
import { VirtualMedia } from './media/virtual-media.ts'
import { Messages } from './messages.ts'
import { Oem, type OemFacts } from './oem.ts'
import { Alerts, type SendTrap } from './pef/alerts.ts'
import { Pef } from './pef/pef.ts'
import { PefAlerts } from './pef/pef-alerts.ts'
import { PefConfiguration } from './pef/pef-configuration.ts'
import { AcpiPowerState } from './power/acpi-power-state.ts'
import { BiosSettings } from './power/bios-settings.ts'
import { BootOptions } from './power/boot-options.ts'
import { BootOrder } from './power/boot-order.ts'
import { BootProgress } from './power/boot-progress.ts'
import { ChassisSettings } from './power/chassis-settings.ts'
import { Identify } from './power/identify.ts'
import { Power } from './power/power.ts'
import { PowerEvents } from './power/power-events.ts'
import { WATCHDOG_SENSOR_TYPE, Watchdog } from './power/watchdog.ts'
import type { ChannelSeed, DeviceIdentity, StorageSeed, SystemInterface, UserSeed } from './seeds.ts'
import { FanDuty } from './sensors/fan-duty.ts'
import { Sensors } from './sensors/sensors.ts'
import { Workload } from './sensors/workload.ts'
import { type OpenConsole, Sol } from './sol/sol.ts'
import { AuxiliaryLogs } from './storage/auxiliary-logs.ts'
import { blankMemory, Eeprom, type EepromMemory } from './storage/eeprom.ts'
import { Frus } from './storage/fru.ts'
import type { Journal } from './storage/journal.ts'
import { SdrRepository } from './storage/sdr.ts'
import { Sel } from './storage/sel.ts'
import { logSelEvents } from './storage/sel-events.ts'
import { StorageClock } from './storage/storage-clock.ts'
import { TimeServers } from './storage/time-servers.ts'
import type { Store } from './store.ts'
import { SystemInfo } from './system-info.ts'

/**
 * bmc/ is the controller's memory and verbs: users, channels, sessions, boot options, power, SOL, SEL, SDR, FRU, sensors. Doors and commands
 * read and change it. It must never know a socket, a packet or a completion code: facts in, BmcErrors out.
 */
export interface BmcOptions {
  readonly name: string
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly store: Store
  /** Where the SEL is kept. */
  readonly journal: Journal
  readonly storage: StorageSeed
  readonly machine: Machine
  readonly device: DeviceIdentity
  /** 16 bytes, as on the wire. */
  readonly guid: Uint8Array
  readonly users: readonly UserSeed[]
  /** User IDs that there are; as many as the protocol has room for when left out. */
  readonly userSlots?: number
  /** What it answers; the standard commands when left out. */
  readonly commands?: CommandChoice
  /** What the commands of its maker tell. */
  readonly oem?: OemFacts | undefined
  readonly channels: readonly ChannelSeed[]
  readonly openConsole: OpenConsole | undefined
  /** How alerts leave; left out: they do not. */
  readonly sendTrap?: SendTrap
  /** What the EEPROM of the main board holds; blank when left out. */
  readonly eeprom?: EepromMemory
  /** What DCMI shows; the BMC's own temperature sensors, or made up from the power where it has none. */
  readonly temperatures?: Temperatures
  /** How the guest asks; KCS unless given. */
  readonly systemInterface?: SystemInterface
  /** Where images for its virtual media come from; left out: it has none. */
  readonly mediaSource?: MediaSource | undefined
  /** The guest's own way to its Redfish; left out: there is none. */
  readonly hostInterface?: HostInterfacePort | undefined
  /** On the IPMB; 20h unless given. */
  readonly address?: number
  /** Of a controller that reports to another: its sensors' events go there. Undefined: into its own SEL. */
  readonly reportsTo?: Pick<Sel, 'event'>
}

const SNMP_TRAP_PORT = 162

export class Bmc implements Restless, Regular {
  readonly name: string
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly store: Store
  readonly machine: Machine
  /** What Get Device ID tells. */
  device: DeviceIdentity
  readonly systemInterface: SystemInterface
  guid: Uint8Array
  /** False: it answers nothing but FFh, as ipmi_sim's mc_disable has it. */
  enabled = true
  /** When it began afresh, at first by being made. Milliseconds since 1970. */
  lastResetAt: number
  readonly users: Users
  /** The guest's own way to Redfish. */
  readonly hostInterface: HostInterface | undefined
  readonly channels: Channels
  /** Which commands are switched off on which channel. */
  readonly commandEnables: CommandEnables
  readonly sessions: Sessions
  /** Of doors that are not IPMI. */
  readonly tokenSessions: TokenSessions
  /** What a login tells: who came in, and who failed to. */
  readonly logins: LoginGuard
  readonly boot: BootOptions
  readonly bootOrder: BootOrder
  readonly biosSettings: BiosSettings
  /** How far the machine has come since it was started. */
  readonly bootProgress: BootProgress
  readonly power: Power
  readonly identify: Identify
  readonly chassis: ChassisSettings
  readonly acpi: AcpiPowerState
  readonly systemInfo: SystemInfo
  readonly sol: Sol
  /** Events of the BMC itself: logged, and shown to the guest, as the global enables say. */
  readonly events: BmcEvents
  readonly messages = new Messages()
  readonly alerts: Alerts
  readonly pefAlerts: PefAlerts
  readonly pef: Pef
  readonly watchdog: Watchdog
  /** The one part on the private bus (Master Write-Read). */
  readonly eeprom: Eeprom
  readonly dcmi: Dcmi
  readonly media: VirtualMedia
  readonly storageClock: StorageClock
  readonly timeServers: TimeServers
  readonly sel: Sel
  readonly auxiliaryLogs: AuxiliaryLogs
  readonly sdr: SdrRepository
  readonly deviceSdrs: Map<number, readonly Uint8Array[]>
  /** Other controllers behind this one. */
  readonly ipmb = new Ipmb()
  readonly fru: Frus
  readonly sensors: Sensors
  readonly commands: CommandChoice
  readonly oem: Oem
  readonly powerTracking: PowerTracking
  /** Where events go (IPMI 2.0 §29.1): this BMC itself. FFh: nowhere. */
  eventReceiver: { readonly address: number; readonly lun: number } = { address: 0x20, lun: 0 }
  /** Commands answered, and those among them answered with an error. */
  readonly counters = { commands: 0, refused: 0 }
  readonly #audit: SessionAudit
  #wheel: Wheel | undefined
  readonly #lan: ReadonlyMap<number, LanConfiguration>
  readonly #unlisten: readonly (() => void)[]

  constructor(options: BmcOptions) {
    const { name, clock, random, log, store, machine } = options
    this.name = name
    this.clock = clock
    this.lastResetAt = clock.now()
    this.random = random
    this.log = log
    this.store = store
    this.machine = machine
    this.device = withInstalled(options.device, store)
    this.systemInterface = options.systemInterface ?? 'kcs'
    this.guid = options.guid
    this.users = new Users(store, options.users, options.userSlots)
    this.hostInterface = hostInterface(options, this.users)
    this.channels = new Channels(store, options.channels)
    const channels = [...this.channels.lan, this.channels.system].map(({ number }) => number)
    this.commandEnables = new CommandEnables(store, channels)
    const stir = () => this.#wheel?.stir(this)
    this.sessions = new Sessions(clock, stir)
    this.tokenSessions = new TokenSessions(clock, random, store)
    this.boot = new BootOptions(clock, store)
    this.bootOrder = new BootOrder(store, machine)
    this.biosSettings = new BiosSettings(clock, store, machine)
    this.bootProgress = new BootProgress(clock)
    const { storage } = options
    this.storageClock = new StorageClock(clock, store)
    this.timeServers = new TimeServers(store)
    const logs = () => this.messages.enables.eventLogging
    this.sel = new Sel({ clock: this.storageClock, log, journal: options.journal, seed: storage.sel, logs })
    this.auxiliaryLogs = new AuxiliaryLogs(store)
    this.sdr = new SdrRepository(this.storageClock, store, storage.sdrs)
    this.deviceSdrs = new Map(storage.deviceSdrs)
    this.fru = new Frus(store, storage.frus)
    const workload = new Workload({ name, clock, machine })
    const limit = new PowerLimit(clock, store)
    this.commands = options.commands ?? standardCommands
    const fans = new FanDuty(store, options.oem?.maker)
    this.oem = new Oem(store, options.oem, fans)
    const configuration = new PefConfiguration(clock, store, options.channels[0]?.number ?? 1)
    const lan = (channel: number) => this.lanConfiguration(channel)
    this.alerts = new Alerts({
      clock,
      log,
      random,
      lan,
      trapPort: (channel) => options.channels.find(({ number }) => number === channel)?.trapPort ?? SNMP_TRAP_PORT,
      sendTrap: options.sendTrap,
    })
    this.pefAlerts = new PefAlerts({
      clock,
      log,
      configuration,
      alerts: this.alerts,
      lan,
      alertingOn: (channel) => this.channels.get(channel)?.access.pefAlerting === true,
      storageClock: this.storageClock,
      sdr: this.sdr,
      device: options.device,
      guid: options.guid,
    })
    // Before the sensors, whose first events are news to it, and before the power, so that a startup delay comes first.
    this.pef = new Pef({
      clock,
      log,
      store,
      sel: this.sel,
      configuration,
      alerts: this.pefAlerts,
      control: (action) => this.power.control(action, 'PEF', 'pef'),
      sensorOfType: (type) => this.sensors.numberOfType(type),
    })
    const pefUnlisten = machine.onPower((power) =>
      power === 'on' ? this.pef.machineStarted() : this.pef.machineStopped(),
    )
    this.sensors = new Sensors({
      name,
      clock,
      store,
      sel: options.reportsTo ?? this.sel,
      address: options.address ?? 0x20,
      power: () => machine.power,
      workload,
      limit,
      sendsEvents: () => this.eventReceiver.address !== 0xff,
      seeds: storage.sensors,
      fans,
    })
    if (storage.sel.ownEvents === true) logSelEvents(this.sel, this.sensors, storage.sel.whenFull === 'overwrite')
    this.power = new Power({
      clock,
      log,
      store,
      machine,
      boot: this.boot,
      order: this.bootOrder,
      settings: this.biosSettings,
      events: new PowerEvents(this.sel, this.sensors),
    })
    this.events = { capacity: storage.sel.capacity, event: (event) => this.sel.event(event) }
    this.#audit = new SessionAudit({
      enabled: storage.sel.sessionAudit === true,
      clock,
      log,
      sel: this.sel,
      sensors: this.sensors,
      events: this.events,
    })
    this.logins = new LoginGuard({
      clock,
      log,
      users: this.users,
      audit: this.#audit,
      rule: (channel) => this.#lan.get(channel)?.badPasswords ?? badPasswordRule(new Uint8Array(6)),
      locked: stir,
    })
    this.watchdog = new Watchdog({
      clock,
      log,
      store,
      power: this.power,
      events: this.events,
      messages: this.messages,
      sensor: this.sensors.numberOfType(WATCHDOG_SENSOR_TYPE),
    })
    this.eeprom = new Eeprom(options.eeprom ?? blankMemory(256))
    this.identify = new Identify(clock, machine)
    this.chassis = new ChassisSettings(store)
    this.acpi = new AcpiPowerState(machine)
    this.systemInfo = new SystemInfo(clock, store, name)
    this.#lan = new Map(
      options.channels.map((seed, i) => {
        return [
          seed.number,
          new LanConfiguration({ clock, log, store, channel: this.channels.lan[i], outside: seed, pending: stir }),
        ]
      }),
    )
    this.sol = new Sol({
      clock,
      log,
      store,
      sessions: this.sessions,
      openConsole: options.openConsole,
      channel: options.channels[0]?.number ?? 1,
    })
    this.dcmi = new Dcmi({
      name,
      clock,
      log,
      store,
      machine,
      power: this.power,
      events: this.events,
      mac: options.channels[0]?.mac ?? new Uint8Array(6),
      temperatures: options.temperatures ?? sensorTemperatures(this.sensors, this.sdr),
      workload,
      limit,
      powerSource: sensorPower(this.sensors),
      limited: stir,
    })
    this.media = new VirtualMedia({ machine, store, source: options.mediaSource, log })
    this.powerTracking = new PowerTracking({ clock, store, dcmi: this.dcmi, onTime: this.power.onTime })
    this.#unlisten = [
      this.sel.onEvent((event, from) => {
        if (from === 'event') this.messages.keepEvent(encodeSelRecord(event))
      }),
      pefUnlisten,
      this.pef.listen(),
      this.power.onStarted(() => this.pef.machineStarted()),
      this.sessions.onEnd((session, why) => this.#sessionEnded(session, why)),
      this.users.onLockedOut((userId, channel) => this.#endSessionsOf(userId, channel)),
      this.power.onStarted(() => this.#systemReset()),
      machine.onReset?.(() => this.#systemReset()) ?? (() => {}),
      machine.onPower((power) => {
        this.acpi.powerChanged()
        this.watchdog.stop()
        this.dcmi.powerChanged(power)
        this.sensors.powerChanged(power)
        workload.powerChanged(power)
        if (power === 'on') return this.messages.systemReset()
        this.systemInfo.powerOff()
        this.messages.powerOff()
      }),
    ]
  }

  /** The LAN parameters of a channel, or undefined for one that is no LAN. */
  lanConfiguration(channel: number): LanConfiguration | undefined {
    return this.#lan.get(channel)
  }

  /** Another version of its firmware, of which there is nothing but the version (`2.05`). It counts at once, and for good. */
  installFirmware(version: string): void {
    this.device = installVersion(this.device, this.store, version)
  }

  /** Whether anybody can log in over one of its LAN channels (their access mode, §6.6). */
  get lanEnabled(): boolean {
    return this.channels.lan.some(({ access }) => access.mode !== 'disabled')
  }

  /** Sets the access mode of every LAN channel, for good. The sessions of one that is disabled end. */
  enableLan(enabled: boolean): void {
    if (enabled === this.lanEnabled) return
    const mode = enabled ? 'always' : 'disabled'
    for (const channel of this.channels.lan) {
      channel.setNonVolatileAccess({ ...channel.nonVolatileAccess, mode })
      channel.setVolatileAccess({ ...channel.access, mode })
    }
    if (!enabled) for (const session of this.sessions.all) this.sessions.end(session, 'user changed')
  }

  /**
   * Cold and Warm Reset (§20.2, §20.3): interfaces start afresh, so every session ends; a cold one also forgets what was
   * kept in memory only. The machine does not notice.
   */
  reset(kind: 'cold' | 'warm'): void {
    this.log.info({ kind }, 'BMC reset')
    this.lastResetAt = this.clock.now()
    for (const session of this.sessions.all) this.sessions.end(session, 'reset')
    this.tokenSessions.endAll()
    this.hostInterface?.bootstrap.reset()
    this.boot.setInProgress.end()
    this.systemInfo.setInProgress.end()
    this.pef.configuration.setInProgress.end()
    for (const lan of this.#lan.values()) lan.setInProgress.end()
    this.sel.reservations.cancel()
    this.sdr.reservations.cancel()
    this.sdr.update('exit')
    if (kind === 'warm') return
    for (const lan of this.#lan.values()) lan.restart()
    this.channels.forgetVolatile()
    this.identify.off()
    this.messages.reset()
    this.watchdog.reset()
    this.pef.arm(0)
    this.sensors.releaseAll()
    this.eventReceiver = { address: 0x20, lun: 0 }
  }

  /** Once, when it can be reached: from here on time passes for it. */
  attend(wheel: Wheel): void {
    this.#wheel = wheel
    wheel.join(this)
    wheel.stir(this)
  }

  /** Once a second while something may end or be exceeded: a session, a lock-out, a limit, a client that sets its address. */
  second(): boolean {
    this.pef.resume()
    const parts = [this.sessions, this.logins, this.dcmi, ...this.#lan.values()]
    return parts.map((part) => part.second()).includes(true)
  }

  /** Counters are kept, and a threshold that the machine's work crosses is an event though nobody reads the sensor. */
  minute(): void {
    this.power.minute()
    this.powerTracking.minute()
    this.sensors.watch()
  }

  /** Before the machine is closed (see Power.close). */
  close(): void {
    this.#wheel?.leave(this)
    this.#wheel = undefined
    for (const session of this.sessions.all) this.sessions.end(session, 'reset')
    for (const unlisten of this.#unlisten) unlisten()
    this.watchdog.stop()
    this.pef.close()
    this.alerts.close()
    this.powerTracking.close()
    this.media.close()
    this.power.close()
    this.sol.close()
  }

  /** The guest begins again: its watchdog and what its driver enabled are of the time before. */
  #systemReset(): void {
    this.watchdog.stop()
    this.messages.systemReset()
    this.hostInterface?.bootstrap.reset()
  }

  #sessionEnded(session: Session, why: SessionEnd): void {
    this.#audit.deactivated(session.userId, session.channel, why)
    this.boot.sessionEnded(session)
    this.systemInfo.sessionEnded(session)
    this.pef.configuration.setInProgress.sessionEnded(session)
    for (const lan of this.#lan.values()) lan.sessionEnded(session)
  }

  #endSessionsOf(userId: number, channel: number | undefined): void {
    this.tokenSessions.endAll(userId)
    for (const session of this.sessions.all) {
      if (session.userId !== userId || (channel !== undefined && session.channel !== channel)) continue
      this.sessions.end(session, 'user changed')
    }
  }
}

function hostInterface(
  { hostInterface: port, store, random, machine }: BmcOptions,
  users: Users,
): HostInterface | undefined {
  if (port === undefined) return undefined
  const bootstrap = new Bootstrap({ store, random, users })
  return new HostInterface({ bootstrap, store, machine, port })
}

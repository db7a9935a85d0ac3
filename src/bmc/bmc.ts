import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { Random } from '../base/random.ts'
import type { Machine } from '../machine/machine.ts'
import { AcpiPowerState } from './acpi-power-state.ts'
import { BootOptions } from './boot-options.ts'
import { Channels } from './channels.ts'
import { ChassisSettings } from './chassis-settings.ts'
import { Dcmi } from './dcmi.ts'
import { blankMemory, Eeprom, type EepromMemory } from './eeprom.ts'
import { type BmcEvents, eventRecord } from './events.ts'
import { Identify } from './identify.ts'
import { LanConfiguration } from './lan-configuration.ts'
import { Messages } from './messages.ts'
import { Power } from './power.ts'
import type { ChannelSeed, DeviceIdentity, UserSeed } from './seeds.ts'
import type { Session } from './session.ts'
import { Sessions } from './sessions.ts'
import { type OpenConsole, Sol } from './sol.ts'
import type { Store } from './store.ts'
import { SystemInfo } from './system-info.ts'
import type { Temperatures } from './thermal.ts'
import { Users } from './users.ts'
import { Watchdog } from './watchdog.ts'

/**
 * bmc/ is the controller's memory and verbs: users, channels, sessions, boot options, power, SOL. Doors and commands
 * read and change it. It must never know a socket, a packet or a completion code: facts in, BmcErrors out.
 */
export interface BmcOptions {
  readonly name: string
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly store: Store
  readonly machine: Machine
  readonly device: DeviceIdentity
  /** 16 bytes, as on the wire. */
  readonly guid: Uint8Array
  readonly users: readonly UserSeed[]
  readonly channels: readonly ChannelSeed[]
  readonly openConsole: OpenConsole | undefined
  /** Where the BMC's own events are kept; nowhere when left out. */
  readonly events?: BmcEvents
  /** What the EEPROM of the main board holds; blank when left out. */
  readonly eeprom?: EepromMemory
  /** What DCMI shows of the machine's sensors; made up from its power when left out. */
  readonly temperatures?: Temperatures
}

export class Bmc {
  readonly name: string
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly store: Store
  readonly machine: Machine
  readonly device: DeviceIdentity
  readonly guid: Uint8Array
  readonly users: Users
  readonly channels: Channels
  readonly sessions: Sessions
  readonly boot: BootOptions
  readonly power: Power
  readonly identify: Identify
  readonly chassis: ChassisSettings
  readonly acpi: AcpiPowerState
  readonly systemInfo: SystemInfo
  readonly sol: Sol
  /** The one verb for events of the BMC itself: logged, and shown to the guest, as the global enables say. */
  readonly events: BmcEvents
  readonly messages = new Messages()
  readonly watchdog: Watchdog
  /** The one part on the private bus (Master Write-Read). */
  readonly eeprom: Eeprom
  readonly dcmi: Dcmi
  /** Commands answered, and those among them answered with an error. */
  readonly counters = { commands: 0, refused: 0 }
  readonly #lan: ReadonlyMap<number, LanConfiguration>
  readonly #unlisten: readonly (() => void)[]

  constructor(options: BmcOptions) {
    const { name, clock, random, log, store, machine } = options
    this.name = name
    this.clock = clock
    this.random = random
    this.log = log
    this.store = store
    this.machine = machine
    this.device = options.device
    this.guid = options.guid
    this.users = new Users(store, options.users)
    this.channels = new Channels(store, options.channels)
    this.sessions = new Sessions(clock)
    this.boot = new BootOptions(clock, store)
    this.power = new Power({ clock, log, store, machine, boot: this.boot })
    this.events = {
      capacity: options.events?.capacity ?? 0,
      event: (event) => {
        if (this.messages.enables.eventLogging) options.events?.event(event)
        this.messages.keepEvent(eventRecord(event, clock.now()))
      },
    }
    this.watchdog = new Watchdog({ clock, log, power: this.power, events: this.events, messages: this.messages })
    this.eeprom = new Eeprom(options.eeprom ?? blankMemory(256))
    this.identify = new Identify(clock, machine)
    this.chassis = new ChassisSettings(store)
    this.acpi = new AcpiPowerState(machine)
    this.systemInfo = new SystemInfo(clock, store, name)
    this.#lan = new Map(
      options.channels.map((seed, i) => {
        return [seed.number, new LanConfiguration(clock, log, store, this.channels.lan[i], seed.program)]
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
      temperatures: options.temperatures,
    })
    this.#unlisten = [
      this.sessions.onEnd((session) => this.#sessionEnded(session)),
      this.users.onLockedOut((userId, channel) => this.#endSessionsOf(userId, channel)),
      this.power.onStarted(() => this.watchdog.stop()),
      machine.onPower((power) => {
        this.acpi.powerChanged()
        this.watchdog.stop()
        this.dcmi.powerChanged(power)
        if (power === 'on') return
        this.systemInfo.powerOff()
        this.messages.powerOff()
      }),
    ]
  }

  /** The LAN parameters of a channel, or undefined for one that is no LAN. */
  lanConfiguration(channel: number): LanConfiguration | undefined {
    return this.#lan.get(channel)
  }

  /**
   * Cold and Warm Reset (§20.2, §20.3): interfaces start afresh, so every session ends; a cold one also forgets what was
   * kept in memory only. The machine does not notice.
   */
  reset(kind: 'cold' | 'warm'): void {
    this.log.info({ kind }, 'BMC reset')
    for (const session of this.sessions.all) this.sessions.end(session, 'closed')
    this.boot.setInProgress.end()
    this.systemInfo.setInProgress.end()
    for (const lan of this.#lan.values()) lan.setInProgress.end()
    if (kind === 'warm') return
    this.channels.forgetVolatile()
    this.identify.off()
    this.messages.reset()
    this.watchdog.reset()
  }

  /** Once a second. */
  tick(): void {
    this.sessions.tick()
    this.power.tick()
    this.dcmi.tick()
    for (const lan of this.#lan.values()) lan.tick()
  }

  /** Before the machine is closed (see Power.close). */
  close(): void {
    for (const session of this.sessions.all) this.sessions.end(session, 'closed')
    for (const unlisten of this.#unlisten) unlisten()
    this.watchdog.stop()
    this.power.close()
    this.sol.close()
  }

  #sessionEnded(session: Session): void {
    this.boot.sessionEnded(session)
    this.systemInfo.sessionEnded(session)
    for (const lan of this.#lan.values()) lan.sessionEnded(session)
  }

  #endSessionsOf(userId: number, channel: number | undefined): void {
    for (const session of this.sessions.all) {
      if (session.userId !== userId || (channel !== undefined && session.channel !== channel)) continue
      this.sessions.end(session, 'user changed')
    }
  }
}

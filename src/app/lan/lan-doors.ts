import { isIPv4 } from 'node:net'
import type { Clock } from '../../base/clock.ts'
import { BmcError, messageOf, SetupError } from '../../base/errors.ts'
import { Listeners } from '../../base/listeners.ts'
import type { Logger } from '../../base/logger.ts'
import type { Random } from '../../base/random.ts'
import type { Restless, Wheel } from '../../base/wheel.ts'
import type { Bmc } from '../../bmc/bmc.ts'
import { type LanCard, type LanPresence, type LanSettings, NO_ADDRESS } from '../../bmc/lan/lan-card.ts'
import type { LanTraffic } from '../../bmc/lan/lan-statistics.ts'
import type { AddressConfig, LanChannelConfig } from '../../config/config.ts'
import { LanCounters, lanTotals } from '../../lan/counters.ts'
import { LanListener } from '../../lan/listener.ts'
import type { OpenSocket } from '../../lan/udp-socket.ts'
import type { Network, OwnCard, Place } from '../../net/network.ts'
import { ANSWER_MS, type Door, FAREWELL_MS, Farewells, type Leaving } from './farewells.ts'
import { homeOf, isWildcard, resolved } from './home-address.ts'
import { LanLease, type LeasedHome } from './lan-lease.ts'
import { type Bound, openAddress, PRIMARY_PORT } from './lan-ports.ts'
import { checkWish } from './lan-wish.ts'
import { claimPlace, orSetupError, prepareNetwork } from './network-start.ts'
import { Reopening } from './reopening.ts'
import { bindRefusal, tryPort } from './try-port.ts'

/** The addresses of one LAN channel, and its network card: they can be changed while the BMC runs. */
export class LanDoors implements LanCard, LanTraffic, Restless {
  readonly #config: LanChannelConfig
  readonly #node: string
  readonly #network: Network
  readonly #leftovers: readonly (() => Promise<void>)[]
  readonly #lease: LanLease | undefined
  readonly setMac: ((mac: Uint8Array) => Promise<void>) | undefined
  readonly #clock: Clock
  readonly #wheel: Wheel
  readonly #random: Random
  readonly #log: Logger
  #bmc: Bmc | undefined
  #doors: Door[] = []
  /** The door that LAN parameter 3 names: the first with an IPv4 address, or with every address. */
  #home: Door | undefined
  #place: Place | undefined
  readonly #farewells: Farewells
  readonly #reopening: Reopening
  #gone = new LanCounters()
  #closed = false
  readonly #moved = new Listeners<[]>()
  #last: Promise<unknown> = Promise.resolve()

  constructor(parts: {
    readonly config: LanChannelConfig
    readonly node: string
    readonly network: Network
    /** Take away what an earlier run may have left where the file had another network. */
    readonly leftovers?: readonly (() => Promise<void>)[]
    readonly clock: Clock
    readonly wheel: Wheel
    readonly random: Random
    readonly log: Logger
  }) {
    this.#config = parts.config
    this.#node = parts.node
    this.#network = parts.network
    this.#leftovers = parts.leftovers ?? []
    const { own } = parts.network
    this.#lease =
      own && new LanLease({ ...parts, card: own, home: this.#leasedHome, leased: () => this.#wheel.stir(this) })
    this.setMac = own && ((mac) => this.#inTurn(() => this.#setMac(own, mac)))
    this.#clock = parts.clock
    this.#wheel = parts.wheel
    this.#random = parts.random
    this.#log = parts.log
    this.#reopening = new Reopening(parts.log)
    this.#farewells = new Farewells(parts.clock, (leaving) => this.#later(() => this.#leave(leaving)))
  }

  get bound(): readonly Bound[] {
    return this.#doors.map((door) => door.bound)
  }

  /** Its addresses are others. */
  onMoved(fn: () => void): () => void {
    return this.#moved.add(fn)
  }

  get port(): number {
    const [{ port }] = this.#config.addresses
    return (this.#home ?? this.#doors[0])?.bound.port ?? (port === 'auto' ? PRIMARY_PORT : port)
  }

  get counters(): LanCounters {
    const doors = [...this.#doors, ...this.#farewells.all.map((leaving) => leaving.door)]
    return lanTotals([this.#gone, ...new Set(doors)].map((one) => ('listener' in one ? one.listener.counters : one)))
  }

  /**
   * Opens every address, the one that a client has set in place of the file's. Returns what the user should know; rejects with
   * a SetupError that says what is in the way.
   */
  async open(bmc: Bmc): Promise<readonly string[]> {
    this.#bmc = bmc
    const addresses = this.#config.namespace?.dhcp ? [] : this.#config.addresses
    const lan = bmc.lanConfiguration(this.#config.number)
    const settings = lan?.settings
    const home = homeOf(addresses)
    const notes: string[] = []
    const { at } = this.#config
    const place = settings && this.#placeOf(settings)
    const whose = { node: this.#node, at }
    await prepareNetwork(this.#network, { leftovers: this.#leftovers, place, mac: lan?.mac }, whose)
    const lease = settings?.source === 'dhcp' ? this.#lease : undefined
    if (lease !== undefined) await orSetupError(whose, this.#network, '', () => lease.start())
    lan?.statistics.attach(this)
    if (lease !== undefined) return []
    for (const address of addresses) {
      notes.push(...(address === home ? await this.#openHome(bmc, address, settings) : await this.#open(address)))
    }
    if (home === undefined && settings !== undefined && settings.address !== NO_ADDRESS) {
      notes.push(...(await this.#openHome(bmc, undefined, settings)))
    }
    return notes
  }

  /** What the user should know where there is no lease after a few seconds. */
  async firstLease(): Promise<readonly string[]> {
    if ((await this.#lease?.first()) !== false || this.#closed) return []
    return [`${this.#node}: no DHCP server has answered yet; its BMC has no address and goes on asking`]
  }

  /** Opens a socket where the BMC's network card is; undefined where this process's own sockets are there. */
  get openSocket(): OpenSocket | undefined {
    const { own } = this.#network
    return own && ((address, port) => own.socket(address, port))
  }

  /** Listens on a TCP port where the BMC's network card is; undefined where this process's own sockets are there. */
  get openListener(): OwnCard['listener'] | undefined {
    const { own } = this.#network
    return own && ((address, port) => own.listener(address, port))
  }

  /** The network namespace of a card of its own. */
  get namespace(): string | undefined {
    return this.#network.own?.namespace
  }

  async check(wish: LanSettings): Promise<void> {
    await checkWish(wish, {
      config: this.#config,
      network: this.#network,
      lease: this.#lease,
      port: this.port,
      homeless: this.#home === undefined,
      everywhere: this.#answersEverywhere,
      answering: this.#answersAt(wish.address),
    })
  }

  apply(wish: LanSettings): Promise<void> {
    return this.#inTurn(() => this.#apply(wish))
  }

  present(): LanPresence {
    const address = this.#home?.bound.address
    const known = address !== undefined && !isWildcard(address) ? address : undefined
    const network = this.#network
    return {
      address: known,
      // The host is asked only by who wants to know: thousands of BMCs are shown without.
      get prefix() {
        return known === undefined ? undefined : network.prefixOf(known)
      },
      all: this.bound.map((bound) => bound.address),
      leased: this.#lease?.presence(known),
    }
  }

  restart(): void {
    this.#clock.after(ANSWER_MS, () => {
      this.#later(async () => {
        for (const door of this.#doors) if (!this.#isNext(door)) await this.#reopen(door)
      })
    })
  }

  /** Once a second; false: every door is open, and none by a lease. */
  second(): boolean {
    if (this.#closed) return false
    const leased = this.#lease?.second() ?? false
    const { due } = this.#reopening
    if (due.length === 0) return leased
    this.#later(async () => {
      for (const door of due) await this.#reopen(door)
    })
    return true
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#farewells.close()
    this.#lease?.settled()
    for (const { listener } of this.#doors) listener.close()
    await this.#inTurn(async () => {
      // Also the one that a move has opened meanwhile.
      for (const { listener } of this.#doors) listener.close()
      await this.#network.close()
    })
  }

  async #openHome(bmc: Bmc, config: AddressConfig | undefined, settings: LanSettings | undefined): Promise<string[]> {
    if (settings === undefined || settings.address === NO_ADDRESS || settings.address === config?.host) {
      return config === undefined ? [] : this.#open(config, settings && this.#placeOf(settings))
    }
    // A client has moved the BMC away from where the file has it.
    const { at, port } = config ?? this.#config.addresses[0]
    const moved = { host: settings.address, port, at }
    const open = () => this.#open(moved, this.#placeOf(settings))
    try {
      return await open().catch(async (error: unknown) => {
        if (!(await bmc.lanConfiguration(this.#config.number)?.retell())) throw error
        return open()
      })
    } catch (error) {
      if (!(error instanceof SetupError) && !(error instanceof BmcError)) throw error
      this.#log.warn(
        { address: settings.address, error: messageOf(error) },
        'the BMC is not where a client had moved it',
      )
      const notes =
        config === undefined ? [] : await this.#open(config, this.#placeOf({ ...settings, address: config.host }))
      const where = this.bound.map((bound) => bound.address).join(', ') || 'no address'
      return [
        `${this.#node}: ${settings.address}, which was set over IPMI, cannot be had; its BMC answers on ${where}`,
        ...notes,
      ]
    }
  }

  async #open(config: AddressConfig, place?: Place): Promise<string[]> {
    if (place !== undefined) await claimPlace(this.#network, place, { node: this.#node, at: config.at })
    try {
      const { listener, bound, note } = await openAddress(config, this.#node, async (host, port) => {
        const listener = this.#listener(await resolved(host), port)
        try {
          return { listener, bound: await listener.listen() }
        } catch (error) {
          listener.close()
          throw error
        }
      })
      const door = { listener, bound }
      this.#doors.push(door)
      if (this.#home === undefined && (isIPv4(bound.address) || isWildcard(bound.address))) {
        this.#home = door
        this.#place = place
      }
      return note === undefined ? [] : [note]
    } catch (error) {
      if (place !== undefined) await this.#network.release(place)
      throw error
    }
  }

  async #apply(wish: LanSettings): Promise<void> {
    if (this.#closed) throw new BmcError('wrong-state', 'the BMC is being shut down')
    if (this.#lease !== undefined && wish.source === 'dhcp') {
      if (!this.#lease.asking) await this.#lease.start()
      return
    }
    if (wish.address !== NO_ADDRESS) await this.#moveTo(this.#placeOf(wish))
    if (this.#lease?.asking) await this.#lease.stop()
  }

  async #moveTo(place: Place): Promise<void> {
    const { address } = place
    const was = this.#home
    // A program has moved the host's address, and we answer on every one.
    if (this.#answersEverywhere && this.#config.lanConfigProgram !== undefined) return
    for (const leaving of this.#farewells.all) if (leaving.next !== undefined) await this.#leave(leaving)
    await this.#network.claim(place)
    if (was?.bound.address === address) {
      await this.#replacePlace(place)
      return
    }
    const door = await this.#doorAt(place).catch(async (error: unknown) => {
      await this.#network.release(place)
      throw error
    })
    this.#home = door
    this.#doors = was === undefined ? [...this.#doors, door] : this.#doors.map((each) => (each === was ? door : each))
    if (was !== undefined) {
      const next = isWildcard(was.bound.address) ? door : undefined
      this.#farewells.add({ door: was, place: this.#place, next }, this.#opened)
    }
    this.#place = place
    const before = was?.bound.address ?? 'nowhere'
    this.#log.info({ port: door.bound.port }, `BMC of ${this.#node} now answers on ${address} (was ${before})`)
    this.#moved.call()
    await this.#network.announce(place)
  }

  get #leasedHome(): LeasedHome {
    return {
      address: () => this.#home?.bound.address,
      later: (step) => this.#later(() => (this.#closed ? Promise.resolve() : step())),
      moveTo: (lease) => this.#moveTo(this.#placeOf({ ...lease, vlan: undefined })),
      leave: (how) => this.#leaveHome(how),
    }
  }

  async #leaveHome(how: 'in a second' | 'at once'): Promise<void> {
    const door = this.#home
    if (door === undefined) return
    const leaving = { door, place: this.#place, next: undefined }
    this.#home = undefined
    this.#place = undefined
    this.#doors = this.#doors.filter((each) => each !== door)
    this.#moved.call()
    this.#farewells.add(leaving, this.#opened)
    if (how === 'at once') await this.#leave(leaving)
  }

  /** A DHCP server knows the BMC by its MAC. */
  async #setMac(own: OwnCard, mac: Uint8Array): Promise<void> {
    await own.setMac(mac)
    if (this.#lease?.asking) await this.#lease.start()
    else if (this.#place !== undefined) await this.#network.announce(this.#place)
  }

  /** The same address on another VLAN: it leaves the old one a moment later. */
  async #replacePlace(place: Place): Promise<void> {
    const old = this.#place
    this.#place = place
    if (old === undefined || old.vlan === place.vlan) return
    this.#clock.after(FAREWELL_MS, () => this.#later(() => this.#release(old)))
    await this.#network.announce(place)
  }

  /** A door at an address that is there: one that was about to be closed, or a new one. */
  async #doorAt({ address }: Place): Promise<Door> {
    const back = this.#farewells.takeBack(address)
    if (back !== undefined) return back
    const { port } = this
    if (this.#answersEverywhere) {
      await tryPort(address, 0)
      return { listener: this.#listener(address, port), bound: { address, port } }
    }
    const listener = this.#listener(address, port)
    try {
      return { listener, bound: await listener.listen() }
    } catch (error) {
      listener.close()
      throw bindRefusal(error, address, port)
    }
  }

  async #leave(leaving: Leaving): Promise<void> {
    if (!this.#farewells.finish(leaving, this.#opened)) return
    const { door, place, next } = leaving
    this.#gone = lanTotals([this.#gone, door.listener.counters])
    if (next !== undefined) await this.#reopen(next)
    if (place !== undefined) await this.#release(place)
  }

  /** Unless the BMC has come back there. */
  async #release(place: Place): Promise<void> {
    const inUse = [this.#place, ...this.#farewells.all.map((leaving) => leaving.place)]
    if (inUse.some((each) => each?.address === place.address && each.vlan === place.vlan)) return
    await this.#network.release(place)
  }

  async #reopen(door: Door): Promise<void> {
    if (this.#closed || !this.#doors.includes(door)) {
      this.#reopening.forget(door)
      return
    }
    if (!(await this.#reopening.open(door))) this.#wheel.stir(this)
  }

  #listener(host: string, port: number): LanListener {
    const { number: channel } = this.#config
    return new LanListener({
      bmc: this.#opened,
      channel,
      host,
      port,
      clock: this.#clock,
      random: this.#random,
      log: this.#log,
      open: this.openSocket,
    })
  }

  get #opened(): Bmc {
    if (this.#bmc === undefined) throw new RangeError('open() comes first')
    return this.#bmc
  }

  #placeOf({ address, prefix, vlan, gateway }: Omit<LanSettings, 'source'>): Place {
    const added = this.#config.alias ?? this.#config.namespace
    if (added === undefined) return { address, prefix, vlan: undefined }
    return { address, prefix: prefix === 0 ? added.prefixLength : prefix, vlan, gateway }
  }

  get #answersEverywhere(): boolean {
    return this.#home !== undefined && isWildcard(this.#home.bound.address)
  }

  #answersAt(address: string): boolean {
    return [this.#home, ...this.#farewells.all.map((leaving) => leaving.door)].some(
      (door) => door?.bound.address === address,
    )
  }

  #isNext(door: Door): boolean {
    return this.#farewells.all.some((leaving) => leaving.next === door)
  }

  /** What nobody waits for. */
  #later(step: () => Promise<void>): void {
    this.#inTurn(step).catch((error: unknown) => {
      this.#log.error({ channel: this.#config.number, error: messageOf(error) }, 'a BMC address was not tidied up')
    })
  }

  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const done = this.#last.then(step)
    this.#last = done.catch(() => {})
    return done
  }
}

import { isIPv4 } from 'node:net'
import { DecodeError, sameBytes } from '../../base/bytes.ts'
import type { Clock } from '../../base/clock.ts'
import { BmcError, messageOf } from '../../base/errors.ts'
import { maskOfPrefix } from '../../base/ipv4.ts'
import type { Logger } from '../../base/logger.ts'
import { fromFixedText } from '../../ipmi/layout.ts'
import { PrivilegeLevel } from '../../ipmi/privilege.ts'
import {
  authTypeBytes,
  authTypeMask,
  authTypesOfBytes,
  type Channel,
  SUITE_LEVEL_BYTES,
  suiteLevel,
} from '../access/channels.ts'
import { type BadPasswordRule, badPasswordRule, bytesOfBadPasswordRule } from '../access/login-guard.ts'
import type { Session } from '../access/session.ts'
import { SetInProgress } from '../set-in-progress.ts'
import type { Store } from '../store.ts'
import { storeBytes, storedBytes } from '../stored.ts'
import { bytesOfVlan, type LanCard, type LanSettings, NO_ADDRESS, possible } from './lan-card.ts'
import { LanChanges, type ProgramPlace, SOURCE } from './lan-changes.ts'
import { type AlertDestination, LAN_DESTINATIONS, LanDestinations } from './lan-destinations.ts'
import { type Ipv6Place, ipv6Parameter, ipv6Places, isIpv6Parameter } from './lan-ipv6.ts'
import { fromLanText, type LanProgram, type LanProgramName } from './lan-program.ts'
import { LanStatistics } from './lan-statistics.ts'

/** LAN configuration parameters (IPMI 2.0 §23.2, Table 23-4) that are plain bytes; 0 and those of the channel are below. */
interface Plain {
  readonly size: number
  readonly initial: (channel: Channel) => readonly number[]
  /** Where an outside program may keep it. */
  readonly program?: ProgramPlace
  readonly check?: (data: Uint8Array) => boolean
}

const zeros = (size: number) => () => new Array<number>(size).fill(0)
const address = (name: LanProgramName, initial: Plain['initial'] = zeros(4), check?: Plain['check']): Plain => {
  return { size: 4, initial, program: { name, form: 'address' }, check }
}
const mac = (name: LanProgramName, initial: Plain['initial'] = zeros(6)): Plain => {
  return { size: 6, initial, program: { name, form: 'mac' } }
}

const ADDRESS = 3
const STATIC = 1
const DHCP = 2
const MAC = 5
const GATEWAY = 12
const COMMUNITY = 16
const MASK = 6
const VLAN = 20
const ARP_CONTROL = 10
const ARP_RESPONSES = 0x02
const GRATUITOUS_ARPS = 0x01
const BAD_PASSWORDS = 26
const PRIMARY_RMCP_PORT = 623
const SECONDARY_RMCP_PORT = 664
const PORTS: readonly number[] = [8, 9]

const plain: Readonly<Record<number, Plain>> = {
  [ADDRESS]: address('ip_addr', (channel) => ownAddress(channel), possible.address),
  [SOURCE]: {
    size: 1,
    initial: (channel) => [channel.dhcp ? DHCP : STATIC],
    program: { name: 'ip_addr_src', form: 'source' },
    check: possible.source,
  },
  [MAC]: mac('mac_addr', (channel) => [...channel.mac]),
  [MASK]: address(
    'subnet_mask',
    (channel) => (ownAddress(channel)[0] === 127 ? [255, 0, 0, 0] : [0, 0, 0, 0]),
    possible.mask,
  ),
  // Time to live 40h, don't fragment, minimize delay: the defaults of Table 23-4.
  7: { size: 3, initial: () => [0x40, 0x40, 0x10] },
  // ARP requests are answered (by the host), nothing is announced; were it, every two seconds.
  [ARP_CONTROL]: { size: 1, initial: () => [ARP_RESPONSES] },
  11: { size: 1, initial: () => [4] },
  [GATEWAY]: address('default_gw_ip_addr'),
  13: mac('default_gw_mac_addr'),
  14: address('backup_gw_ip_addr'),
  15: mac('backup_gw_mac_addr'),
  [COMMUNITY]: { size: 18, initial: () => [...Buffer.from('public'), ...zeros(12)()] },
  [VLAN]: { size: 2, initial: zeros(2), check: possible.vlan },
  21: { size: 1, initial: zeros(1) },
  // Bad password threshold: what it makes happen is in login-guard.ts.
  [BAD_PASSWORDS]: { size: 6, initial: zeros(6) },
}

/**
 * What a client may set, for one LAN channel. What was set reads back, and is kept, in the store or by the channel's program;
 * an address, mask, gateway or VLAN moves the BMC (`lan-changes.ts`, `lan-card.ts`).
 *
 * Such values, set under "set in progress", take effect together on "commit write"; a client that only says "set
 * complete", as xCAT, or that goes away has not lost them.
 */
export class LanConfiguration {
  readonly setInProgress: SetInProgress
  readonly statistics = new LanStatistics()
  readonly #destinations: LanDestinations
  readonly #log: Logger
  readonly #store: Store
  readonly #channel: Channel
  readonly #program: LanProgram | undefined
  readonly #card: LanCard | undefined
  readonly #changes: LanChanges
  readonly #pending: () => void

  constructor({ clock, log, store, channel, outside, pending = () => {} }: LanConfigurationParts) {
    const { program, card } = outside
    this.#pending = pending
    this.setInProgress = new SetInProgress(clock)
    this.#log = log
    this.#store = store
    this.#channel = channel
    this.#program = program
    this.#card = card
    this.#changes = new LanChanges({
      log: log.child({ channel: channel.number }),
      program,
      card,
      placeOf: (number) => plain[number]?.program,
      now: (number) => this.#present(number),
      fixed: (number) => this.#fixed(number),
      keep: (number, data) => storeBytes(store, this.#key(number), data),
    })
    this.#destinations = new LanDestinations(store, channel.number)
  }

  /** The parameter's bytes, or undefined where there is no such parameter. `set` chooses among several of a kind. */
  get(number: number, set = 0): Uint8Array | Promise<Uint8Array> | undefined {
    if (this.#destinations.has(number)) return this.#destinations.get(number, set)
    const suites = this.#channel.suites
    switch (number) {
      case 0:
        return Uint8Array.of(this.setInProgress.active ? 1 : 0)
      case 1:
        return Uint8Array.of(authTypeMask(['none', 'md2', 'md5', 'straight']))
      case 2:
        return authTypeBytes(this.#channel.authTypes)
      case 8:
        return portBytes(this.statistics.port ?? PRIMARY_RMCP_PORT)
      case 9:
        return portBytes(SECONDARY_RMCP_PORT)
      case 17:
        return Uint8Array.of(LAN_DESTINATIONS)
      case 22:
        return Uint8Array.of(suites.length)
      case 23:
        return Uint8Array.of(0, ...suites.map((suite) => suite.id))
      case 24:
        return this.#channel.suiteLevels
      default:
        return ipv6Parameter(this.#hosts, number, set) ?? this.#getPlain(number)
    }
  }

  /** When wrong passwords lock a user out. */
  get badPasswords(): BadPasswordRule {
    return badPasswordRule(storedBytes(this.#store, this.#key(BAD_PASSWORDS), 6) ?? new Uint8Array(6))
  }

  setBadPasswords(rule: BadPasswordRule): void {
    storeBytes(this.#store, this.#key(BAD_PASSWORDS), bytesOfBadPasswordRule(rule))
  }

  /** Writes any parameter but 0. 'unknown' and 'read-only' are answered with codes of the command's own. */
  set(number: number, data: Uint8Array): 'set' | 'unknown' | 'read-only' | Promise<'set'> {
    this.setInProgress.touch()
    if (this.#destinations.has(number)) {
      this.#destinations.set(number, data)
      return 'set'
    }
    // The configuration decides; FreeIPMI 1.6.10 writes back what it has read, and may.
    if (isIpv6Parameter(number) || PORTS.includes(number)) return this.#isValue(number, data) ? 'set' : 'read-only'
    switch (number) {
      case 1:
      case 17:
      case 22:
      case 23:
        return 'read-only'
      case 2:
        this.#setAuthTypes(data)
        return 'set'
      case 24:
        this.#setSuiteLevels(data)
        return 'set'
      default:
        return this.#setPlain(number, data)
    }
  }

  /** The one address that it answers on now; undefined where it is any, or nobody can tell. */
  get presentAddress(): string | undefined {
    return this.#card?.present().address
  }

  /** The IPv6 addresses that it answers on now. */
  get ipv6(): readonly Ipv6Place[] {
    return ipv6Places(this.#hosts)
  }

  hasDestination(number: number): boolean {
    return number <= LAN_DESTINATIONS
  }

  /** Where an alert goes (parameters 18 and 19), and the community it names (16). */
  alertDestination(number: number): AlertDestination & { readonly community: string } {
    const community = storedBytes(this.#store, this.#key(COMMUNITY), 18)
    return {
      ...this.#destinations.destination(number),
      community: community === undefined ? 'public' : fromFixedText(community),
    }
  }

  /** Returns what goes on: what parameter 10 has and is not suspended (§23.3). The host's own ARP is not ours to stop. */
  suspendArps(suspended: { readonly responses: boolean; readonly gratuitous: boolean }) {
    const [control] = storedBytes(this.#store, this.#key(ARP_CONTROL), 1) ?? [ARP_RESPONSES]
    return {
      responses: (control & ARP_RESPONSES) !== 0 && !suspended.responses,
      gratuitous: (control & GRATUITOUS_ARPS) !== 0 && !suspended.gratuitous,
    }
  }

  /**
   * Several of them at once, all or none; for whoever has no set-in-progress of his own. Resolves when it is so, rejects with a BmcError.
   */
  async change({ source, address, mask, gateway, mac, ...wish }: LanWish): Promise<void> {
    if (this.setInProgress.active) {
      throw new BmcError('busy', 'somebody is setting LAN parameters over IPMI (set in progress); try again')
    }
    const values = new Map<number, Uint8Array>()
    if (source !== undefined) values.set(SOURCE, Uint8Array.of(source === 'dhcp' ? DHCP : STATIC))
    if (address !== undefined) values.set(ADDRESS, ipv4Bytes(address))
    if (mask !== undefined) values.set(MASK, ipv4Bytes(mask))
    if (gateway !== undefined) values.set(GATEWAY, ipv4Bytes(gateway))
    if ('vlan' in wish) values.set(VLAN, bytesOfVlan(wish.vlan))
    for (const [number, data] of values) if (this.#isSettled(number, data)) values.delete(number)
    const moving = [...values].filter(([number]) => this.#changes.concerns(number))
    if (moving.length > 0) {
      await this.#changes.addAll(new Map(moving))
      await this.commit()
    }
    for (const [number, data] of values) {
      if (!this.#changes.concerns(number)) storeBytes(this.#store, this.#key(number), data)
    }
    if (mac !== undefined && !sameBytes(mac, this.mac)) await this.#setPlain(MAC, mac)
  }

  /** Makes true what is pending; the values are forgotten when they cannot be had. */
  async commit(): Promise<void> {
    if (!this.#changes.none) await this.#changes.commit()
  }

  /** Where the channel is to answer: what a client has set, else what the configuration says. */
  get settings(): LanSettings {
    return this.#changes.settings()
  }

  /** Where the address comes from (parameter 4). */
  get source(): LanSettings['source'] {
    return this.#changes.source()
  }

  /** Parameter 5, of a card that can have any. */
  get mac(): Uint8Array {
    return this.#present(MAC)
  }

  /** See `LanChanges.retell`. */
  retell(): Promise<boolean> {
    return this.#changes.retell()
  }

  /** The BMC starts afresh (§20.2). */
  restart(): void {
    this.#card?.restart()
  }

  sessionEnded(session: Session): void {
    if (this.setInProgress.sessionEnded(session)) this.second()
  }

  /**
   * Once a second; false: nothing is pending. Where nobody holds the lock any more and something is, its client went away. What fails
   * has been logged.
   */
  second(): boolean {
    if (this.#changes.none) return false
    if (this.setInProgress.active) return true
    this.commit().catch((error: unknown) => {
      this.#log.debug({ channel: this.#channel.number, error: messageOf(error) }, 'settings of a client that went away')
    })
    return true
  }

  get #hosts(): readonly string[] {
    const now = this.#card?.present().all ?? []
    return now.length > 0 ? now : this.#channel.addresses.map(({ host }) => host)
  }

  #isValue(number: number, data: Uint8Array): boolean {
    const now = this.get(number, data[0])
    return now instanceof Uint8Array && sameBytes(now, data)
  }

  #getPlain(number: number): Uint8Array | Promise<Uint8Array> | undefined {
    const parameter = plain[number]
    if (parameter === undefined) return undefined
    const pending = this.#changes.pending(number)
    if (pending !== undefined) return pending
    const { program } = parameter
    if (this.#program !== undefined && program !== undefined) return this.#ask(this.#program, program)
    return this.#present(number)
  }

  /** The program not asked. Where the BMC answers, its card knows best; the mask may be nobody's but the client's. */
  #present(number: number): Uint8Array {
    if (number !== ADDRESS && number !== MASK && number !== GATEWAY) return this.#fixed(number)
    const now = this.#card?.present()
    const { leased } = now ?? {}
    if (leased !== undefined) {
      if (number === ADDRESS) return ipv4Bytes(leased.address)
      if (number === MASK) return ipv4Bytes(maskOfPrefix(leased.prefix))
      return ipv4Bytes(leased.gateway)
    }
    if (number === ADDRESS && now?.address !== undefined) return ipv4Bytes(now.address)
    if (number === MASK && now?.prefix !== undefined) {
      const kept = storedBytes(this.#store, this.#key(number), plain[number].size)
      return kept ?? ipv4Bytes(maskOfPrefix(now.prefix))
    }
    return this.#fixed(number)
  }

  /** What was set, or what the configuration says. */
  #fixed(number: number): Uint8Array {
    const { size, initial } = plain[number]
    return storedBytes(this.#store, this.#key(number), size) ?? Uint8Array.from(initial(this.#channel))
  }

  async #ask(program: LanProgram, { name, form }: ProgramPlace): Promise<Uint8Array> {
    const text = (await program.get([name])).get(name)
    if (text === undefined) throw new BmcError('not-found', `the LAN program gave no ${name}`)
    return fromLanText(form, text)
  }

  #setPlain(number: number, data: Uint8Array): 'set' | 'unknown' | Promise<'set'> {
    const parameter = plain[number]
    if (parameter === undefined) return 'unknown'
    mustBe(data, parameter.size)
    if (parameter.check?.(data) === false) throw new DecodeError('field', `LAN parameter ${number}`)
    if (this.#changes.concerns(number) && !this.#isSettled(number, data)) return this.#change(number, data.slice())
    if (number === MAC && this.#card?.setMac !== undefined) return this.#setMac(this.#card.setMac, data.slice())
    storeBytes(this.#store, this.#key(number), data)
    return 'set'
  }

  async #setMac(give: (mac: Uint8Array) => Promise<void>, data: Uint8Array): Promise<'set'> {
    await give(data)
    storeBytes(this.#store, this.#key(MAC), data)
    return 'set'
  }

  /** So already, and nothing else on its way. A program is told all the same. */
  #isSettled(number: number, data: Uint8Array): boolean {
    return this.#program === undefined && this.#changes.pending(number) === undefined && this.#isValue(number, data)
  }

  async #change(number: number, data: Uint8Array): Promise<'set'> {
    await this.#changes.add(number, data)
    this.#pending()
    if (!this.setInProgress.active) await this.commit()
    return 'set'
  }

  #setAuthTypes(data: Uint8Array): void {
    mustBe(data, 5)
    const authTypes = authTypesOfBytes(data)
    const supported = authTypeMask(['none', 'md2', 'md5', 'straight'])
    if (authTypes === undefined || data.some((mask) => (mask & 0x3f & ~supported) !== 0)) {
      throw new DecodeError('field', 'an authentication type that this BMC does not have')
    }
    this.#channel.setAuthTypes(authTypes)
  }

  #setSuiteLevels(data: Uint8Array): void {
    mustBe(data, SUITE_LEVEL_BYTES)
    for (let id = 0; id < 16; id++) {
      if (suiteLevel(data, id) > PrivilegeLevel.OEM) throw new DecodeError('field', `a level above OEM for suite ${id}`)
    }
    this.#channel.setSuiteLevels(data)
  }

  #key(number: number): string {
    return `lan.${this.#channel.number}.${number}`
  }
}

/** What somebody wants to be so; what is left out stays. */
export interface LanWish {
  readonly source?: 'static' | 'dhcp'
  readonly address?: string
  readonly mask?: string
  readonly gateway?: string
  /** Undefined and there: no VLAN. */
  readonly vlan?: number | undefined
  readonly mac?: Uint8Array
}

interface LanConfigurationParts {
  readonly clock: Clock
  readonly log: Logger
  readonly store: Store
  readonly channel: Channel
  readonly outside: LanOutside
  /** A value waits for the end of a "set in progress". */
  readonly pending?: () => void
}

/** What lies behind a channel's parameters, where there is such a thing. */
export interface LanOutside {
  readonly program?: LanProgram | undefined
  readonly card?: LanCard | undefined
}

/** The channel's first IPv4 address as far as the configuration says one. */
function ownAddress(channel: Channel): readonly number[] {
  const host = channel.addresses.map((one) => one.host).find((text) => isIPv4(text))
  return [...ipv4Bytes(host ?? NO_ADDRESS)]
}

function ipv4Bytes(address: string): Uint8Array {
  return Uint8Array.from(address.split('.'), Number)
}

function portBytes(port: number): Uint8Array {
  return Uint8Array.of(port & 0xff, port >> 8)
}

function mustBe(data: Uint8Array, size: number): void {
  if (data.length !== size) throw new DecodeError('length', `${size} bytes wanted, ${data.length} given`)
}

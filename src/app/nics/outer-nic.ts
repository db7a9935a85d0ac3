import type { Detour } from '../../backends/qemu/detours.ts'
import type { LeadRound } from '../../backends/qemu/options.ts'
import type { Clock } from '../../base/clock.ts'
import { BmcError, messageOf } from '../../base/errors.ts'
import type { Random } from '../../base/random.ts'
import type { ForwardConfig, NicConfig, PlugConfig } from '../../config/config.ts'
import { DelayLine } from '../../net/segment/delay-line.ts'
import type { LinkConditions } from '../../net/segment/lane.ts'
import { Link } from '../../net/segment/link.ts'
import type { LoopbackPorts } from '../../net/segment/loopback-ports.ts'
import { loopback, UdpEnd } from '../../net/segment/udp-end.ts'
import { type LinkChange, type LinkStatus, type Nic, saidOf } from './nic.ts'

type Plug = Extract<PlugConfig, { kind: 'user' | 'bridge' }>

/**
 * A NIC whose network is not ours: a bridge, or QEMU's own. Its frames go past us, and the link is no cable but a wire in QEMU. As long as it
 * is to be slow or bad, or somebody looks on, they are led round through us: from the NIC to `near`, through the cable, and by `far` to
 * the network.
 */
export class OuterNic implements Nic {
  readonly bytes = undefined
  readonly #config: NicConfig
  readonly #plug: Plug
  readonly #whose: string
  readonly #ports: LoopbackPorts
  readonly #boot: () => string | undefined
  readonly #line: DelayLine
  readonly #link: Link
  readonly #near = new UdpEnd((frame) => this.#link.fromNic(frame))
  readonly #far = new UdpEnd((frame) => this.#link.fromNetwork(frame))
  #taken: readonly number[] = []
  #watchers = 0
  #isLed = false
  /** Of the QEMU that runs. */
  #lead: LeadRound | undefined
  #turn: Promise<void> = Promise.resolve()

  /** `boot`: what QEMU's own network is told of booting. */
  constructor(
    config: NicConfig,
    plug: Plug,
    given: { whose: string; ports: LoopbackPorts; clock: Clock; random: Random; boot: () => string | undefined },
  ) {
    const { clock, random } = given
    this.#config = config
    this.#plug = plug
    this.#whose = given.whose
    this.#ports = given.ports
    this.#boot = given.boot
    this.#line = new DelayLine(clock)
    this.#link = new Link({
      clock,
      random,
      line: this.#line,
      toNic: (frame) => this.#near.send(frame),
      toNetwork: (frame) => this.#far.send(frame),
    })
    const { up, ...conditions } = config.link
    this.#link.up = up
    this.#link.conditions = conditions
  }

  get up(): boolean {
    return this.#link.up
  }

  /** Of one on a bridge it is a tap, which is app/taps.ts's. */
  async netdev(): Promise<string> {
    const plug = this.#plug
    if (plug.kind === 'bridge') return plug.kind
    return ['user', ...plug.forwards.map(hostForward), this.#boot()].filter((word) => word !== undefined).join(',')
  }

  async adopt(netdev: string): Promise<string | undefined> {
    // Where a script is served is known when it is, at the place that it had before if that can be had.
    const plain = (text: string) => text.replace(/,bootfile=[^,]*/, '')
    return plain(netdev) === plain(await this.netdev()) ? undefined : 'its NICs are plugged in elsewhere now'
  }

  plugged(lead: LeadRound): Promise<void> {
    return this.#inTurn(async () => {
      this.powerOff()
      this.#lead = lead
      if (this.#isWanted) await this.#settle()
      else await lead(undefined)
    })
  }

  powerOff(): void {
    this.#lead = undefined
    this.#closeEnds()
  }

  status(): LinkStatus {
    const { mac } = this.#config
    const plug = this.#plug
    const { up, conditions, sent, received } = this.#link
    const network = plug.kind === 'user' ? plug.network : (plug.network ?? plug.bridge)
    const counts = this.#isLed ? { sent, received } : { sent: null, received: null }
    return { mac, kind: plug.kind, network, up, ...conditions, ...counts }
  }

  check(): void {}

  async change({ up, ...more }: LinkChange): Promise<void> {
    const link = this.#link
    const before = { conditions: link.conditions, up: link.up }
    link.conditions = { ...before.conditions, ...saidOf(more) }
    link.up = up ?? link.up
    await this.#inTurn(() => this.#settle()).catch((error: unknown) => {
      Object.assign(link, before)
      throw error
    })
  }

  async watch(fn: (frame: Uint8Array) => void): Promise<() => void> {
    const stop = this.#link.watch(fn)
    this.#watchers++
    const leave = () => {
      stop()
      this.#watchers--
      return this.#inTurn(() => this.#settle())
    }
    await this.#inTurn(() => this.#settle()).catch(async (error: unknown) => {
      await leave().catch(() => {})
      throw error
    })
    return () => void leave().catch(() => {})
  }

  async open(): Promise<void> {}

  close(): void {
    this.powerOff()
    this.#line.close()
  }

  get #isWanted(): boolean {
    return this.#watchers > 0 || isBad(this.#link.conditions)
  }

  #inTurn(step: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(step)
    this.#turn = done.catch(() => {})
    return done
  }

  async #settle(): Promise<void> {
    const lead = this.#lead
    if (lead === undefined || this.#isLed === this.#isWanted) return
    try {
      const detour = this.#isWanted ? await this.#openEnds() : undefined
      await lead(detour)
      if (detour === undefined || this.#lead !== lead) this.#closeEnds()
      else this.#isLed = true
    } catch (error) {
      this.#closeEnds()
      // Its machine has been powered off meanwhile: there is nothing to lead.
      if (this.#lead !== lead) return
      const why = `its frames cannot be led through bmcsim: ${messageOf(error)}`
      throw new BmcError('wrong-state', `${this.#whose}: ${why}`, { cause: error })
    }
  }

  async #openEnds(): Promise<Detour> {
    const [near, far] = [await this.#openEnd(this.#near), await this.#openEnd(this.#far)]
    return { near, far }
  }

  /** QEMU gets a port that is free now. */
  async #openEnd(end: UdpEnd): Promise<Detour['near']> {
    const peer = await end.open({ host: loopback, port: 0 }, this.#whose)
    const port = await this.#ports.take()
    this.#taken = [...this.#taken, port]
    await end.connect({ host: loopback, port })
    return { port, peer }
  }

  #closeEnds(): void {
    this.#isLed = false
    this.#near.close()
    this.#far.close()
    for (const port of this.#taken) this.#ports.giveBack(port)
    this.#taken = []
    // What is on its way has no end to arrive at.
    this.#line.close()
  }
}

function isBad({ delayMs, jitterMs, lossPercent, rateBps }: LinkConditions): boolean {
  return delayMs > 0 || jitterMs > 0 || lossPercent > 0 || rateBps !== null
}

function hostForward({ protocol, host, port, guestHost = '', guestPort }: ForwardConfig): string {
  return `hostfwd=${protocol}:${host}:${port}-${guestHost}:${guestPort}`
}

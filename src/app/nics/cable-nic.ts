import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Random } from '../../base/random.ts'
import type { NicConfig, PlugConfig } from '../../config/config.ts'
import { DelayLine } from '../../net/segment/delay-line.ts'
import { Link } from '../../net/segment/link.ts'
import type { LoopbackPorts } from '../../net/segment/loopback-ports.ts'
import type { Segment, SegmentPort } from '../../net/segment/segment.ts'
import { loopback, UdpEnd } from '../../net/segment/udp-end.ts'
import { type LinkChange, type LinkStatus, type Nic, saidOf } from './nic.ts'

type Plug = Extract<PlugConfig, { kind: 'segment' | 'udp' }>

/** What carries frames on the far side of the cable. */
interface FarEnd {
  send(frame: Uint8Array): void
  /** The cable was pulled, or nothing is at its other end. */
  cut(): void
  open(): Promise<void>
  close(): void
}

/** A NIC whose frames go through this process: into a segment, or by UDP straight to somebody else. */
export class CableNic implements Nic {
  readonly #config: NicConfig
  readonly #plug: Plug
  readonly #carries: boolean
  readonly #whose: string
  readonly #link: Link
  readonly #far: FarEnd
  readonly #ports: LoopbackPorts
  /** To QEMU, while there is one. */
  readonly #near = new UdpEnd((frame) => this.#link.fromNic(frame))
  #qemuPort: number | undefined

  constructor(
    config: NicConfig,
    plug: Plug,
    given: {
      whose: string
      carries: boolean
      segment: Segment | undefined
      ports: LoopbackPorts
      clock: Clock
      random: Random
    },
  ) {
    const { whose, carries, segment, clock, random } = given
    this.#config = config
    this.#plug = plug
    this.#whose = whose
    this.#carries = carries
    this.#ports = given.ports
    const fromFar = (frame: Uint8Array) => {
      if (this.#qemuPort !== undefined) this.#link.fromNetwork(frame)
    }
    const line = segment?.line ?? new DelayLine(clock)
    this.#far =
      plug.kind === 'udp'
        ? udpFarEnd(plug, whose, line, fromFar)
        : segmentFarEnd(carries ? segment : undefined, fromFar)
    this.#link = new Link({
      clock,
      random,
      line,
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

  get bytes(): number {
    return this.#link.sent.bytes + this.#link.received.bytes
  }

  /** QEMU gets a port that is free now: one that was found long before might not be any more. */
  async netdev(): Promise<string> {
    this.powerOff()
    const ours = await this.#near.open({ host: loopback, port: 0 }, this.#whose)
    const port = await this.#ports.take()
    await this.#near.connect({ host: loopback, port })
    this.#qemuPort = port
    return netdevText(port, ours)
  }

  /** The same two ports again, which QEMU cannot change any more. Which segment is behind them is no business of its. */
  async adopt(netdev: string): Promise<string | undefined> {
    const [port = 0, ours = 0] = [...netdev.matchAll(/\.port=(\d+)/g)].map(([, digits]) => Number(digits))
    if (netdev !== netdevText(port, ours)) return 'its NICs are plugged in elsewhere now'
    this.powerOff()
    try {
      await this.#near.open({ host: loopback, port: ours }, this.#whose)
      await this.#near.connect({ host: loopback, port })
    } catch (error) {
      this.#near.close()
      return messageOf(error)
    }
    this.#ports.keep(port)
    this.#qemuPort = port
    return undefined
  }

  powerOff(): void {
    this.#near.close()
    if (this.#qemuPort === undefined) return
    this.#ports.giveBack(this.#qemuPort)
    this.#qemuPort = undefined
    this.#far.cut()
  }

  status(): LinkStatus {
    const plug = this.#plug
    const { up, conditions, sent, received } = this.#link
    const network = plug.kind === 'udp' ? `${endText(plug.listen)}-${endText(plug.peer)}` : plug.network
    return { mac: this.#config.mac, kind: plug.kind, network, up, ...conditions, sent, received }
  }

  check(): void {}

  async change({ up, ...more }: LinkChange): Promise<void> {
    const link = this.#link
    const said = saidOf(more)
    if (Object.keys(said).length > 0) link.conditions = { ...link.conditions, ...said }
    if (up === undefined || up === link.up) return
    link.up = up
    if (!up) this.#far.cut()
  }

  async watch(fn: (frame: Uint8Array) => void): Promise<() => void> {
    return this.#link.watch(fn)
  }

  async open(): Promise<void> {
    if (this.#carries) await this.#far.open()
  }

  close(): void {
    this.#near.close()
    this.#far.close()
  }
}

function segmentFarEnd(segment: Segment | undefined, receive: (frame: Uint8Array) => void): FarEnd {
  const port: SegmentPort | undefined = segment?.join(receive)
  return {
    send: (frame) => port?.receive(frame),
    cut: () => port?.forget(),
    open: async () => {},
    close: () => port?.leave(),
  }
}

function udpFarEnd(
  { listen, peer }: Extract<Plug, { kind: 'udp' }>,
  whose: string,
  line: DelayLine,
  receive: (frame: Uint8Array) => void,
): FarEnd {
  const end = new UdpEnd(receive)
  return {
    send: (frame) => end.send(frame),
    cut: () => {},
    async open() {
      await end.open(listen, whose)
      await end.connect(peer)
    },
    close() {
      end.close()
      line.close()
    },
  }
}

function netdevText(port: number, ours: number): string {
  const end = (which: string, port: number) => `${which}.type=inet,${which}.host=${loopback},${which}.port=${port}`
  return `dgram,${end('local', port)},${end('remote', ours)}`
}

function endText({ host, port }: { host: string; port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

import type { RemoteInfo, Socket } from 'node:dgram'
import { goToSleep, stayAwake } from '../base/awake.ts'
import { DecodeError, noBytes } from '../base/bytes.ts'
import type { Clock } from '../base/clock.ts'
import { LazyMap } from '../base/lazy-map.ts'
import type { Logger } from '../base/logger.ts'
import type { Random } from '../base/random.ts'
import type { Peer, Session } from '../bmc/access/session.ts'
import type { Bmc } from '../bmc/bmc.ts'
import { execute } from '../commands/execute.ts'
import { deliverToSystem, isForSystem } from '../commands/system-messages.ts'
import { BMC_ADDRESS, decodeRequest, type RequestMessage } from '../ipmi/message.ts'
import { pingTag, presencePong, RmcpClass, rmcpClass } from '../ipmi/rmcp.ts'
import { decodePacket15, type Packet15 } from '../ipmi/session15.ts'
import { decodePacket20, isRmcpPlus, type Packet20, PayloadType, payloadOf20 } from '../ipmi/session20.ts'
import { type DropReason, LanCounters } from './counters.ts'
import { nullSessionPacket15, type Session15 } from './session15.ts'
import { nullSessionPacket20, responsePayload, type Session20 } from './session20.ts'
import { Setup15 } from './setup15.ts'
import { Setup20 } from './setup20.ts'
import { type OpenSocket, openSocket } from './udp-socket.ts'

/**
 * lan/ is a door: UDP, ASF ping, IPMI 1.5 and RMCP+ logins, opening and sealing. It knows packets and sessions, never what a
 * command means. A packet travels: listener -> session20.open -> ipmi/message -> commands/execute, and back by return.
 */
export class LanListener {
  readonly counters = new LanCounters()
  readonly #bmc: Bmc
  readonly #host: string
  readonly #wantedPort: number
  readonly #open: OpenSocket
  readonly #clock: Clock
  readonly #log: Logger
  readonly #channel: number
  readonly #sessions20 = new LazyMap<number, Session20>()
  readonly #sessions15 = new LazyMap<number, Session15>()
  readonly #setup20: Setup20
  readonly #setup15: Setup15
  #socket: Socket | undefined
  #port = 0
  #closed = false
  readonly #forget: () => void

  constructor(parts: {
    readonly bmc: Bmc
    readonly channel: number
    readonly host: string
    /** 0: any free one. */
    readonly port: number
    /** Where it is not this process's own network that it listens on. */
    readonly open?: OpenSocket | undefined
    readonly clock: Clock
    readonly random: Random
    readonly log: Logger
  }) {
    const { bmc, clock, log } = parts
    const channel = bmc.channels.get(parts.channel)
    if (channel === undefined) throw new RangeError(`channel ${parts.channel} is not there`)
    this.#bmc = bmc
    this.#channel = parts.channel
    this.#host = parts.host
    this.#wantedPort = parts.port
    this.#open = parts.open ?? openSocket
    this.#clock = clock
    this.#log = log
    const shared = {
      bmc,
      channel,
      clock,
      log,
      random: parts.random,
      localPort: () => this.#port,
      send: (packet: Uint8Array, session: Session) => this.#send(packet, session.peer),
    }
    this.#setup20 = new Setup20({ ...shared, active: this.#sessions20 })
    this.#setup15 = new Setup15({ ...shared, active: this.#sessions15 })
    this.#forget = bmc.sessions.onEnd((session) => {
      this.#sessions20.delete(session.id)
      this.#sessions15.delete(session.id)
    })
  }

  /** Rejects with the system's own error (`EADDRINUSE`, `EACCES`, ...): what to try next is the caller's to know. */
  listen(): Promise<{ readonly address: string; readonly port: number }> {
    return this.#bind(this.#wantedPort)
  }

  /** Closes the socket, if there is one, and opens it at `port`. Rejects as `listen` does, and may be tried again. */
  rebind(port: number): Promise<{ readonly address: string; readonly port: number }> {
    this.#socket?.close()
    this.#socket = undefined
    return this.#bind(port)
  }

  async #bind(port: number): Promise<{ readonly address: string; readonly port: number }> {
    const socket = await this.#open(this.#host, port)
    if (this.#closed) {
      socket.close()
      throw new Error('closed meanwhile')
    }
    socket.on('error', (error) => this.#log.warn({ error: error.message }, 'LAN socket'))
    socket.on('message', (packet, peer) => this.#receive(packet, peer))
    this.#socket = socket
    this.#port = socket.address().port
    return { address: socket.address().address, port: this.#port }
  }

  /** The UDP port it answers on, once it listens. */
  get port(): number {
    return this.#port
  }

  /** The sessions that live here. */
  get sessions(): readonly Session[] {
    return [...this.#sessions20.values(), ...this.#sessions15.values()].map((link) => link.session)
  }

  close(): void {
    this.#closed = true
    this.#forget()
    this.#socket?.close()
    this.#socket = undefined
  }

  /** Takes one datagram. Never throws: what cannot be understood is counted and dropped. */
  #receive(packet: Uint8Array, peer: RemoteInfo): void {
    this.counters.received++
    try {
      const dropped = this.#dispatch(packet, peer)
      if (dropped !== undefined) this.#drop(dropped, peer)
    } catch (error) {
      if (error instanceof DecodeError) this.#drop(error.reason === 'checksum' ? 'bad checksum' : 'malformed', peer)
      else this.#log.error({ error, peer: peer.address }, 'a packet could not be handled')
    }
  }

  #dispatch(packet: Uint8Array, peer: RemoteInfo): DropReason | undefined {
    switch (rmcpClass(packet)) {
      case RmcpClass.ipmi:
        return isRmcpPlus(packet) ? this.#rmcpPlus(packet, peer) : this.#ipmi15(decodePacket15(packet), peer)
      case RmcpClass.asf: {
        const tag = pingTag(packet)
        if (tag === undefined) return 'unsupported payload'
        this.#send(presencePong(tag), peer)
        return undefined
      }
      default:
        return 'unsupported payload'
    }
  }

  #rmcpPlus(packet: Uint8Array, peer: RemoteInfo): DropReason | undefined {
    const header = decodePacket20(packet)
    if (header.sessionId === 0) return this.#outside20(header, payloadOf20(packet, header), peer)
    const link = this.#sessions20.get(header.sessionId)
    if (link === undefined) return 'unknown session'
    const dropped = link.open(packet, header)
    if (dropped !== undefined) return dropped
    this.#seen(link.session, peer)
    const { bytes, from, to } = link.opened
    switch (header.payloadType) {
      case PayloadType.ipmi:
        return this.#request(link, decodeRequest(bytes, from, to))
      case PayloadType.sol:
        // Characters wait for the console, and the next packet does not.
        this.#bmc.sol.receive(link.session, bytes.slice(from, to))
        return undefined
      default:
        return 'unsupported payload'
    }
  }

  #outside20(header: Packet20, payload: Uint8Array, peer: RemoteInfo): DropReason | undefined {
    if (header.authenticated || header.encrypted) return 'unknown session'
    if (header.payloadType === PayloadType.ipmi) {
      return this.#preSession(payload, undefined, peer, (reply) => nullSessionPacket20(PayloadType.ipmi, reply))
    }
    goToSleep()
    const answer = this.#setup20.answer(header.payloadType, payload, peer)
    if (answer === undefined) return 'unknown session'
    this.#send(nullSessionPacket20(answer.payloadType, answer.payload), peer)
    return undefined
  }

  #ipmi15(packet: Packet15, peer: RemoteInfo): DropReason | undefined {
    if (packet.sessionId === 0) return this.#preSession(packet.payload, packet, peer, nullSessionPacket15)
    const link = this.#sessions15.get(packet.sessionId)
    if (link === undefined) {
      if (!this.#setup15.provenActivation(packet)) return 'integrity'
      return this.#preSession(packet.payload, packet, peer, nullSessionPacket15)
    }
    const payload = link.open(packet)
    if (typeof payload === 'string') return payload
    this.#seen(link.session, peer)
    return this.#request(link, decodeRequest(payload))
  }

  #request(link: Session20 | Session15, request: RequestMessage): DropReason | undefined {
    if (request.responder === BMC_ADDRESS && isForSystem(this.#bmc, request)) {
      const completionCode = deliverToSystem(this.#bmc, link.session, request)
      if (completionCode !== undefined && isRequest(request)) link.reply(request, { completionCode, data: noBytes })
      return undefined
    }
    if (!isForUs(request)) return 'not for us'
    return link.requests.run(link.session, request) ? undefined : 'duplicate request'
  }

  /** A request outside a session: answered in the format it came in, when its command may be asked by anybody. */
  #preSession(
    payload: Uint8Array,
    packet: Packet15 | undefined,
    peer: Peer,
    wrap: (payload: Uint8Array) => Uint8Array,
  ): DropReason | undefined {
    const request = decodeRequest(payload)
    if (!isForUs(request)) return 'not for us'
    const login15 = this.#setup15.login(packet, peer)
    const by = { door: 'lan', channel: this.#channel, session: undefined, privilege: undefined, login15 } as const
    const answer = execute({ bmc: this.#bmc, by }, request.netFn, request.cmd, request.data)
    if (answer instanceof Promise) {
      void answer.then((reply) => this.#send(wrap(responsePayload(request, reply)), peer))
      return undefined
    }
    const opened = packet === undefined ? undefined : this.#sessions15.get(packet.sessionId)
    if (opened !== undefined) opened.replyActivation(request, answer)
    else this.#send(wrap(responsePayload(request, answer)), peer)
    return undefined
  }

  #seen(session: Session, peer: Peer): void {
    session.lastSeen = this.#clock.monotonic()
    session.peer = peer
    stayAwake()
  }

  #send(packet: Uint8Array, peer: Peer): void {
    if (this.#socket === undefined) return
    this.counters.sent++
    this.#socket.send(packet, peer.port, peer.address)
  }

  #drop(reason: DropReason, peer: Peer): void {
    this.counters.dropped[reason]++
    if (this.#log.isDebug()) this.#log.debug({ peer: peer.address, port: peer.port, reason }, 'packet dropped')
  }
}

/** A request to the BMC itself; bridged traffic goes through Send Message (§6.13). */
function isForUs(request: RequestMessage): boolean {
  return request.responder === BMC_ADDRESS && isRequest(request)
}

/** Requests have even network functions (§5.1). */
function isRequest({ netFn }: RequestMessage): boolean {
  return (netFn & 1) === 0
}

import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { errnoOf, messageOf, SetupError } from '../../base/errors.ts'

export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** Where frames come in, and where they go. */
export interface UdpEndpoint {
  readonly listen: Endpoint
  readonly peer: Endpoint
}

/** Where frames go between QEMU and us. */
export const loopback = '127.0.0.1'

/** A burst of a VM must find room while this process does something else. The system may allow less. */
const receiveBufferBytes = 4 * 1024 * 1024

/**
 * One end of an Ethernet cable made of UDP: a datagram is a frame and nothing else, as QEMU's `-netdev dgram`, GNS3's ubridge and
 * VPCS have it. The socket is connected, so that the kernel drops what anybody but the peer sends.
 */
export class UdpEnd {
  readonly #receive: (frame: Uint8Array) => void
  #socket: Socket | undefined
  #connected = false

  /** Every frame given to `receive` has bytes of its own, which stay as they are. */
  constructor(receive: (frame: Uint8Array) => void) {
    this.#receive = receive
  }

  /** Resolves with the port; port 0 is one that is free. `whose`: who wants it, for the message where it cannot be had. */
  async open({ host, port }: Endpoint, whose: string): Promise<number> {
    const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4', recvBufferSize: receiveBufferBytes })
    this.#socket = socket
    await new Promise<void>((resolve, reject) => {
      socket.once('error', (error) => reject(new SetupError(notListening(whose, host, port, error), { cause: error })))
      socket.once('close', resolve)
      socket.bind(port, host, resolve)
    })
    socket.removeAllListeners('error')
    // Nobody is at the other end (ECONNREFUSED), now or for a while: as with a cable whose other end lies on the floor.
    socket.on('error', () => {})
    socket.on('message', (frame) => {
      if (this.#connected && this.#socket === socket) this.#receive(frame)
    })
    return this.#socket === socket ? socket.address().port : 0
  }

  /** From now on the other end is there, until `close`. */
  async connect({ host, port }: Endpoint): Promise<void> {
    const socket = this.#socket
    if (socket === undefined) return
    const failure = await new Promise<unknown>((resolve) => {
      socket.once('close', resolve)
      socket.connect(port, host, (...given: unknown[]) => resolve(given[0]))
    })
    if (failure instanceof Error) {
      throw new SetupError(`there is no way to ${host}:${port} (${messageOf(failure)}); see what is written as peer`)
    }
    this.#connected = this.#socket === socket
  }

  /** A frame for nobody, or one that is longer than a datagram, is lost. */
  send(frame: Uint8Array): void {
    if (this.#connected) this.#socket?.send(frame)
  }

  close(): void {
    this.#connected = false
    this.#socket?.close()
    this.#socket = undefined
  }
}

function notListening(whose: string, host: string, port: number, error: Error): string {
  const where = `${host}:${port}`
  if (errnoOf(error) === 'EADDRINUSE') return `${whose}: UDP port ${where} is in use; take another for its listen`
  if (errnoOf(error) === 'EADDRNOTAVAIL')
    return `${whose}: this machine has no address ${host}; take another for its listen`
  return `${whose}: cannot listen on ${where}: ${messageOf(error)}`
}

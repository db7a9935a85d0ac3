import { createSocket, type Socket } from 'node:dgram'

export interface TappedPacket {
  readonly from: 'console' | 'bmc'
  readonly bytes: Uint8Array
}

/** A relay in front of a BMC that writes down every packet of one console, in both directions. */
export class UdpTap {
  readonly packets: TappedPacket[] = []
  readonly #front: Socket
  readonly #back: Socket

  private constructor(front: Socket, back: Socket) {
    this.#front = front
    this.#back = back
  }

  static async open(host: string, port: number, bmc: { address: string; port: number }): Promise<UdpTap> {
    const front = createSocket('udp4')
    const back = createSocket('udp4')
    const tap = new UdpTap(front, back)
    let console: { address: string; port: number } | undefined
    front.on('message', (bytes, peer) => {
      console = peer
      tap.packets.push({ from: 'console', bytes: Uint8Array.from(bytes) })
      back.send(bytes, bmc.port, bmc.address)
    })
    back.on('message', (bytes) => {
      tap.packets.push({ from: 'bmc', bytes: Uint8Array.from(bytes) })
      if (console !== undefined) front.send(bytes, console.port, console.address)
    })
    await new Promise<void>((resolve) => front.bind(port, host, resolve))
    await new Promise<void>((resolve) => back.bind(0, host, resolve))
    return tap
  }

  close(): void {
    this.#front.close()
    this.#back.close()
  }
}

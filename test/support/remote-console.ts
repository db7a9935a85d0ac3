import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'

/**
 * A remote console of cipher suite 17 that shares no line with the product: what it understands, another implementation
 * does too. It says what it is told, right or wrong, and hands back what comes.
 */
export class RemoteConsole {
  readonly #socket: Socket
  readonly #target: { readonly address: string; readonly port: number }
  readonly #heard: Buffer[] = []
  #wake = () => {}
  readonly consoleId = randomBytes(4)
  managedId = Buffer.alloc(4)
  #k1: Uint8Array = Buffer.alloc(0)
  #k2: Uint8Array = Buffer.alloc(0)
  #sequence = 0
  #rqSeq = 0
  #gaveUp = false

  private constructor(socket: Socket, target: { address: string; port: number }) {
    this.#socket = socket
    this.#target = target
    socket.on('message', (packet) => {
      this.#heard.push(packet)
      this.#wake()
    })
  }

  static async open(target: { address: string; port: number }): Promise<RemoteConsole> {
    const socket = createSocket('udp4')
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
    return new RemoteConsole(socket, target)
  }

  close(): void {
    this.#socket.close()
  }

  /** Whom it asks is no more: nothing is waited for any longer. */
  giveUp(): void {
    this.#gaveUp = true
    this.#wake()
  }

  send(packet: Uint8Array): void {
    this.#socket.send(packet, this.#target.port, this.#target.address)
  }

  /** The next packet, or undefined when the BMC keeps silent: a ping after the question is answered first. */
  async answer(): Promise<Buffer | undefined> {
    this.send(Buffer.from('0600ff06000011be80770000', 'hex'))
    const isPong = (packet: Buffer) => packet[3] === 6
    let answer: Buffer | undefined
    for (;;) {
      const packet = await this.#next()
      if (isPong(packet)) return answer
      answer ??= packet
    }
  }

  async #next(): Promise<Buffer> {
    const deadline = AbortSignal.timeout(60_000)
    while (this.#heard.length === 0) {
      if (this.#gaveUp || deadline.aborted) throw new Error('the BMC answers not even a ping')
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        deadline.addEventListener('abort', () => resolve(), { once: true })
      })
    }
    return this.#heard.shift() as Buffer
  }

  /** Sends one payload outside a session and returns the payload that comes back. */
  async ask(payloadType: number, payload: Uint8Array): Promise<Buffer | undefined> {
    this.send(Buffer.concat([header(payloadType, Buffer.alloc(4), 0, payload.length), payload]))
    const packet = await this.answer()
    return packet?.subarray(16)
  }

  openSession(algorithms: readonly [number, number, number] = [3, 4, 1], privilege = 0): Promise<Buffer | undefined> {
    const proposals = algorithms.map((algorithm, type) => Buffer.from([type, 0, 0, 8, algorithm, 0, 0, 0]))
    return this.ask(0x10, Buffer.concat([Buffer.from([0x11, privilege, 0, 0]), this.consoleId, ...proposals]))
  }

  rakp1(user: string, role: number, random = randomBytes(16), tag = 0x12): Promise<Buffer | undefined> {
    const name = Buffer.from(user, 'latin1')
    const head = Buffer.concat([Buffer.from([tag, 0, 0, 0]), this.managedId, random])
    return this.ask(0x12, Buffer.concat([head, Buffer.from([role, 0, 0, name.length]), name]))
  }

  rakp3(code: Uint8Array, tag = 0x13): Promise<Buffer | undefined> {
    return this.ask(0x14, Buffer.concat([Buffer.from([tag, 0, 0, 0]), this.managedId, code]))
  }

  /** The whole login. Returns the status of the step that refused, or 0. */
  async login(user: string, password: string, options: { role?: number; kg?: Uint8Array } = {}): Promise<number> {
    const role = options.role ?? 0x14
    const opened = await this.openSession()
    if (opened === undefined || opened[1] !== 0) return opened?.[1] ?? -1
    this.managedId = Buffer.from(opened.subarray(8, 12))
    const random = randomBytes(16)
    const rakp2 = await this.rakp1(user, role, random)
    if (rakp2 === undefined || rakp2[1] !== 0) return rakp2?.[1] ?? -1
    const bmcRandom = rakp2.subarray(8, 24)
    const guid = rakp2.subarray(24, 40)
    const key = Buffer.alloc(20)
    key.write(password, 'latin1')
    const tail = Buffer.concat([Buffer.from([role, user.length]), Buffer.from(user, 'latin1')])
    const sik = sha256(options.kg ?? key, random, bmcRandom, tail)
    this.#k1 = sha256(sik, Buffer.alloc(20, 1))
    this.#k2 = sha256(sik, Buffer.alloc(20, 2)).subarray(0, 16)
    this.#sequence = 0
    const rakp4 = await this.rakp3(sha256(key, bmcRandom, this.consoleId, tail))
    if (rakp4 === undefined || rakp4[1] !== 0) return rakp4?.[1] ?? -1
    const check = sha256(sik, random, this.managedId, guid).subarray(0, 16)
    if (!check.equals(rakp4.subarray(8))) throw new Error('RAKP 4: wrong integrity check value')
    return 0
  }

  /** An in-session request as a whole packet; the next sequence number unless one is given. */
  request(netFn: number, cmd: number, data: readonly number[] = [], sequence = ++this.#sequence): Buffer {
    this.#rqSeq = (this.#rqSeq + 1) & 0x3f
    return this.seal(0, message(netFn, cmd, data, this.#rqSeq), sequence)
  }

  seal(payloadType: number, payload: Uint8Array, sequence = ++this.#sequence): Buffer {
    const padSize = (16 - ((payload.length + 1) % 16)) % 16
    const pad = Buffer.from([...Array.from({ length: padSize }, (_, i) => i + 1), padSize])
    const iv = randomBytes(16)
    const cipher = createCipheriv('aes-128-cbc', this.#k2, iv).setAutoPadding(false)
    const sealed = Buffer.concat([iv, cipher.update(Buffer.concat([payload, pad])), cipher.final()])
    const packet = Buffer.concat([header(0xc0 | payloadType, this.managedId, sequence, sealed.length), sealed])
    const integrityPad = (4 - ((packet.length - 4 + 2) % 4)) % 4
    const signed = Buffer.concat([packet, Buffer.alloc(integrityPad, 0xff), Buffer.from([integrityPad, 7])])
    return Buffer.concat([signed, sha256(this.#k1, signed.subarray(4)).subarray(0, 16)])
  }

  /** Checks and opens an in-session answer: completion code and data. */
  open(packet: Buffer): Buffer {
    const signed = packet.subarray(0, packet.length - 16)
    if (!sha256(this.#k1, signed.subarray(4)).subarray(0, 16).equals(packet.subarray(-16))) {
      throw new Error('the AuthCode of the answer is wrong')
    }
    const sealed = packet.subarray(16, 16 + packet.readUInt16LE(14))
    const decipher = createDecipheriv('aes-128-cbc', this.#k2, sealed.subarray(0, 16)).setAutoPadding(false)
    const clear = Buffer.concat([decipher.update(sealed.subarray(16)), decipher.final()])
    const payload = clear.subarray(0, clear.length - 1 - clear[clear.length - 1])
    return payload.subarray(6, -1)
  }

  /** Asks inside the session: the completion code and data, or undefined for silence. */
  async command(netFn: number, cmd: number, data: readonly number[] = []): Promise<Buffer | undefined> {
    this.send(this.request(netFn, cmd, data))
    const packet = await this.answer()
    return packet && this.open(packet)
  }
}

function header(type: number, sessionId: Uint8Array, sequence: number, length: number): Buffer {
  const fields = Buffer.alloc(16)
  fields.set([0x06, 0x00, 0xff, 0x07, 0x06, type])
  fields.set(sessionId, 6)
  fields.writeUInt32LE(sequence, 10)
  fields.writeUInt16LE(length, 14)
  return fields
}

function message(netFn: number, cmd: number, data: readonly number[], rqSeq: number): Buffer {
  const sum = (bytes: readonly number[]) => -bytes.reduce((total, byte) => total + byte, 0) & 0xff
  const first = [0x20, netFn << 2]
  const second = [0x81, rqSeq << 2, cmd, ...data]
  return Buffer.from([...first, sum(first), ...second, sum(second)])
}

function sha256(key: Uint8Array, ...pieces: readonly Uint8Array[]): Buffer {
  const hmac = createHmac('sha256', key)
  for (const piece of pieces) hmac.update(piece)
  return hmac.digest()
}

import { noBytes } from '../base/bytes.ts'
import { flag, layout, pad } from './layout.ts'

/**
 * The VM codec: the byte stream between a VM's `ipmi-bmc-extern` device and its BMC (QEMU hw/ipmi; OpenIPMI calls it
 * "codec VM"). A frame has no start mark and no length; the byte that ends it tells its kind. Requests go only from the
 * VM to the BMC.
 */
const END_OF_MESSAGE = 0xa0
const END_OF_CONTROL = 0xa1
const ESCAPE = 0xaa
const ESCAPE_BIT = 0x10

/** The two ends and the escape never stand inside a frame as they are: each is sent as AAh and itself with bit 4 set. */
function isReserved(byte: number): boolean {
  return byte === END_OF_MESSAGE || byte === END_OF_CONTROL || byte === ESCAPE
}

/** The longest message that QEMU's system interfaces pass on, from netFn/lun to the last byte of data. */
const LONGEST_MESSAGE = 300

/** Unescaped bytes of the longest frame we keep: the message, its seq and its checksum. */
export const vmFrameLimit = LONGEST_MESSAGE + 2

/** The one version of the protocol there is. */
export const vmProtocolVersion = 1

/**
 * Control commands. `capabilities` comes from the VM, `version` goes both ways, and so does `reset`: to the VM it is the wish, from
 * the VM the notice that it was reset (QEMU 7.2 never sends it). All others go to the VM.
 */
export const VmControl = {
  clearAttention: 0x00,
  attention: 0x01,
  attentionWithInterrupt: 0x02,
  powerOff: 0x03,
  reset: 0x04,
  enableInterrupt: 0x05,
  disableInterrupt: 0x06,
  nmi: 0x07,
  capabilities: 0x08,
  gracefulShutdown: 0x09,
  version: 0xff,
} as const

/** The data byte of `capabilities`: what the VM can be asked for. QEMU 7.2 announces 3Fh. */
export const vmCapabilities = layout({
  reserved: pad(2),
  gracefulShutdown: flag,
  attention: flag,
  nmi: flag,
  irq: flag,
  reset: flag,
  power: flag,
})

/** An IPMI message. In a response the first byte of `data` is the completion code and `netFn` is odd. */
export interface VmMessage {
  /** Chosen by the VM, echoed in the response; a response with any other one stops QEMU waiting for the right one. */
  readonly seq: number
  readonly netFn: number
  readonly lun: number
  readonly cmd: number
  readonly data: Uint8Array
}

export type VmFrame =
  | ({ readonly kind: 'message' } & VmMessage)
  | { readonly kind: 'control'; readonly command: number; readonly data: Uint8Array }

export type VmDropReason = 'length' | 'checksum' | 'escape'

/**
 * Turns chunks into frames. Resynchronisation needs no state: A0h and A1h stand nowhere but at the end of a frame, so
 * whatever was broken before one (too long, too short, a wrong sum, an escape of an escape) is dropped with that frame and the next
 * byte begins the next. Memory is one frame, whatever arrives.
 */
export class VmDecoder {
  readonly dropped: Record<VmDropReason, number> = { length: 0, checksum: 0, escape: 0 }
  /** All of `dropped` together. */
  drops = 0
  readonly #frame = new Uint8Array(vmFrameLimit)
  #length = 0
  #escaping = false
  #broken: VmDropReason | undefined

  push(chunk: Uint8Array): VmFrame[] {
    const frames: VmFrame[] = []
    for (const byte of chunk) {
      if (byte === END_OF_MESSAGE || byte === END_OF_CONTROL) {
        const frame = this.#end(byte)
        if (frame !== undefined) frames.push(frame)
      } else if (byte !== ESCAPE) {
        this.#keep(this.#escaping ? byte & ~ESCAPE_BIT : byte)
        this.#escaping = false
      } else if (this.#escaping) this.#broken ??= 'escape'
      else this.#escaping = true
    }
    return frames
  }

  #keep(byte: number): void {
    if (this.#length === vmFrameLimit) this.#broken ??= 'length'
    else this.#frame[this.#length++] = byte
  }

  #end(terminator: number): VmFrame | undefined {
    const length = this.#length
    const broken = this.#broken ?? (this.#escaping ? 'escape' : undefined)
    this.#length = 0
    this.#escaping = false
    this.#broken = undefined
    // A lone terminator is no frame; ipmi_sim writes one when it has nothing to say.
    if (length === 0 && broken === undefined) return undefined
    const frame =
      broken ?? (terminator === END_OF_MESSAGE ? asMessage(this.#frame, length) : asControl(this.#frame, length))
    if (typeof frame !== 'string') return frame
    this.drops++
    this.dropped[frame]++
    return undefined
  }
}

function asControl(frame: Uint8Array, length: number): VmFrame {
  return { kind: 'control', command: frame[0], data: frame.slice(1, length) }
}

/** seq, netFn/lun, cmd, data, checksum. The sum of all, modulo 256, is 0. */
function asMessage(frame: Uint8Array, length: number): VmFrame | VmDropReason {
  if (length < 4) return 'length'
  if (sum(frame, length) !== 0) return 'checksum'
  const netFnLun = frame[1]
  // Most requests have no data, and a piece of a Uint8Array costs more than all the rest here.
  const data = length === 4 ? noBytes : frame.slice(3, length - 1)
  return { kind: 'message', seq: frame[0], netFn: netFnLun >> 2, lun: netFnLun & 3, cmd: frame[2], data }
}

/** The bytes of a message, request or response alike. */
export function encodeVmMessage({ seq, netFn, lun, cmd, data }: VmMessage): Uint8Array {
  const netFnLun = (netFn << 2) | (lun & 3)
  const checksum = -(seq + netFnLun + cmd + sum(data, data.length)) & 0xff
  const wire = room(data.length + 4)
  let at = put(wire, 0, seq)
  at = put(wire, at, netFnLun)
  at = put(wire, at, cmd)
  for (let i = 0; i < data.length; i++) at = put(wire, at, data[i])
  at = put(wire, at, checksum)
  wire[at] = END_OF_MESSAGE
  return wire.subarray(0, at + 1)
}

/** The bytes of a control command. */
export function encodeVmControl(command: number, ...data: readonly number[]): Uint8Array {
  const wire = room(data.length + 1)
  let at = put(wire, 0, command)
  for (const byte of data) at = put(wire, at, byte)
  wire[at] = END_OF_CONTROL
  return wire.subarray(0, at + 1)
}

/** For a frame of so many bytes, should all have to be escaped. A Buffer: a socket would make one of it. */
function room(bytes: number): Buffer {
  return Buffer.allocUnsafe(bytes * 2 + 1)
}

function put(wire: Uint8Array, at: number, byte: number): number {
  if (!isReserved(byte)) {
    wire[at] = byte
    return at + 1
  }
  wire[at] = ESCAPE
  wire[at + 1] = byte | ESCAPE_BIT
  return at + 2
}

function sum(bytes: Uint8Array, length: number): number {
  let total = 0
  for (let i = 0; i < length; i++) total += bytes[i]
  return total & 0xff
}

import { Writer } from '../base/bytes.ts'
import { fruField } from './type-length.ts'

/**
 * The inventory of a replaceable unit (IPMI Platform Management FRU Information Storage Definition 1.0 rev 1.3): a common
 * header and areas, each in blocks of eight bytes with a checksum.
 */
export interface FruDescription {
  readonly chassis?: ChassisArea | undefined
  readonly board?: BoardArea | undefined
  readonly product?: ProductArea | undefined
}

export interface ChassisArea {
  /** SMBIOS chassis type (System Enclosure, type 3). */
  readonly type: number
  readonly partNumber: string
  readonly serial: string
  readonly custom: readonly string[]
}

export interface BoardArea {
  /** Minutes since 1996-01-01 00:00 UTC; 0: unspecified. */
  readonly manufacturedMinutes: number
  readonly manufacturer: string
  readonly product: string
  readonly serial: string
  readonly partNumber: string
  readonly fileId: string
  readonly custom: readonly string[]
}

export interface ProductArea {
  readonly manufacturer: string
  readonly name: string
  readonly partNumber: string
  readonly version: string
  readonly serial: string
  readonly assetTag: string
  readonly fileId: string
  readonly custom: readonly string[]
}

const FORMAT_VERSION = 0x01
const BLOCK = 8
const ENGLISH = 0
const END_OF_FIELDS = 0xc1
/** 1996-01-01, when the board's minutes begin (§11). */
const EPOCH_MS = Date.UTC(1996, 0, 1)
const LONGEST_MINUTES = 0xffffff

export function fruMinutes(unixMs: number): number {
  return Math.min(Math.max(Math.floor((unixMs - EPOCH_MS) / 60_000), 0), LONGEST_MINUTES)
}

/** §8: internal use, chassis, board, product, multi-record; offsets count blocks, 0 is "not there". */
export function encodeFru({ chassis, board, product }: FruDescription): Uint8Array {
  const areas = [chassis && chassisArea(chassis), board && boardArea(board), product && productArea(product)]
  const offsets: number[] = []
  let next = 1
  for (const area of areas) {
    offsets.push(area === undefined ? 0 : next)
    next += (area?.length ?? 0) / BLOCK
  }
  const writer = new Writer(next * BLOCK)
  writer.put(withChecksum(Uint8Array.of(FORMAT_VERSION, 0, ...offsets, 0, 0)))
  for (const area of areas) if (area !== undefined) writer.put(area)
  return writer.done()
}

/** §10. */
function chassisArea({ type, partNumber, serial, custom }: ChassisArea): Uint8Array {
  return area([type], [partNumber, serial, ...custom])
}

/** §11. */
function boardArea(board: BoardArea): Uint8Array {
  const { manufacturedMinutes: minutes, manufacturer, product, serial, partNumber, fileId, custom } = board
  const date = [minutes & 0xff, (minutes >> 8) & 0xff, (minutes >> 16) & 0xff]
  return area([ENGLISH, ...date], [manufacturer, product, serial, partNumber, fileId, ...custom])
}

/** §12. */
function productArea(product: ProductArea): Uint8Array {
  const { manufacturer, name, partNumber, version, serial, assetTag, fileId, custom } = product
  return area([ENGLISH], [manufacturer, name, partNumber, version, serial, assetTag, fileId, ...custom])
}

function area(head: readonly number[], fields: readonly string[]): Uint8Array {
  const writer = new Writer()
  writer.u8(FORMAT_VERSION).u8(0).put(Uint8Array.from(head))
  for (const field of fields) writer.put(fruField(field))
  writer.u8(END_OF_FIELDS)
  writer.zeros((BLOCK - ((writer.length + 1) % BLOCK)) % BLOCK)
  const content = writer.done()
  content[1] = (content.length + 1) / BLOCK
  return withChecksum(content)
}

/** The byte behind makes the sum of all 0 (modulo 256). */
function withChecksum(content: Uint8Array): Uint8Array {
  const sum = content.reduce((total, byte) => total + byte, 0)
  return Uint8Array.of(...content, -sum & 0xff)
}

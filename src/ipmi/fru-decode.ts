import { Reader } from '../base/bytes.ts'
import type { BoardArea, ChassisArea, FruDescription, ProductArea } from './fru.ts'
import { fruFieldLength, fruFieldText } from './type-length.ts'

const HEADER = 8
const BLOCK = 8
const FORMAT_VERSION = 0x01
const END_OF_FIELDS = 0xc1

/**
 * The areas of a FRU that can be read (FRU Information Storage Definition 1.0 rev 1.3, §8 and §10 to §12); undefined where its header is
 * none. One whose checksum is wrong counts as not there.
 */
export function decodeFru(data: Uint8Array): FruDescription | undefined {
  const header = data.subarray(0, HEADER)
  if (header.length < HEADER || (header[0] & 0x0f) !== FORMAT_VERSION || !addsUp(header)) return undefined
  const area = (i: number) => (header[i] === 0 ? undefined : areaAt(data, header[i] * BLOCK))
  return { chassis: chassisOf(area(2)), board: boardOf(area(3)), product: productOf(area(4)) }
}

/** Without its version and length, and without the checksum. */
function areaAt(data: Uint8Array, offset: number): Reader | undefined {
  const area = data.subarray(offset, offset + (data[offset + 1] ?? 0) * BLOCK)
  if (area.length < BLOCK || (area[0] & 0x0f) !== FORMAT_VERSION || !addsUp(area)) return undefined
  return new Reader(area.subarray(2, -1))
}

function chassisOf(area: Reader | undefined): ChassisArea | undefined {
  if (area === undefined) return undefined
  const type = area.u8()
  const [partNumber = '', serial = '', ...custom] = fieldsIn(area)
  return { type, partNumber, serial, custom }
}

function boardOf(area: Reader | undefined): BoardArea | undefined {
  if (area === undefined) return undefined
  const [, low, middle, high] = area.take(4)
  const [manufacturer = '', product = '', serial = '', partNumber = '', fileId = '', ...custom] = fieldsIn(area)
  return {
    manufacturedMinutes: low | (middle << 8) | (high << 16),
    ...{ manufacturer, product, serial, partNumber, fileId, custom },
  }
}

function productOf(area: Reader | undefined): ProductArea | undefined {
  if (area === undefined) return undefined
  area.u8()
  const [
    manufacturer = '',
    name = '',
    partNumber = '',
    version = '',
    serial = '',
    assetTag = '',
    fileId = '',
    ...rest
  ] = fieldsIn(area)
  return { manufacturer, name, partNumber, version, serial, assetTag, fileId, custom: rest }
}

/** Up to the mark of their end; an area that is cut short has as many as are whole. */
function fieldsIn(area: Reader): readonly string[] {
  const fields: string[] = []
  while (area.left > 0) {
    const first = area.u8()
    if (first === END_OF_FIELDS || fruFieldLength(first) > area.left) break
    fields.push(fruFieldText(Uint8Array.of(first, ...area.take(fruFieldLength(first)))))
  }
  return fields
}

/** The sum of all bytes is 0 (modulo 256). */
function addsUp(bytes: Uint8Array): boolean {
  return (bytes.reduce((sum, byte) => sum + byte, 0) & 0xff) === 0
}

/** Milliseconds since 1970 of a board's minutes since 1996 (§11); undefined: unspecified. */
export function boardTime(minutes: number): number | undefined {
  return minutes === 0 ? undefined : Date.UTC(1996, 0, 1) + minutes * 60_000
}

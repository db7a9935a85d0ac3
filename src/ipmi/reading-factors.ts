import type { Reader, Writer } from '../base/bytes.ts'

/**
 * How a sensor's raw byte becomes a number for people: y = L[(M x + B 10^Bexp) 10^Rexp] (IPMI 2.0 §36.3). In an SDR these
 * are bytes 25 to 30 of Table 43-1, and the answer to Get Sensor Reading Factors (§35.5).
 */
export interface ReadingFactors {
  /** -512 .. 511 */
  readonly m: number
  /** 0 .. 63, in half raw counts. */
  readonly tolerance: number
  /** -512 .. 511 */
  readonly b: number
  /** 0 .. 1023, in hundredths of a percent, times 10^accuracyExponent. */
  readonly accuracy: number
  /** 0 .. 3 */
  readonly accuracyExponent: number
  /** 0 unspecified, 1 input, 2 output. */
  readonly direction: number
  /** -8 .. 7 */
  readonly resultExponent: number
  /** -8 .. 7 */
  readonly bExponent: number
}

/** Six bytes, as a field of a layout. */
export const readingFactors = {
  kind: 'bytes',
  read(reader: Reader): ReadingFactors {
    const [mLow, mHigh, bLow, bHigh, accuracy, exponents] = reader.take(6)
    return {
      m: signed(mLow | ((mHigh & 0xc0) << 2), 10),
      tolerance: mHigh & 0x3f,
      b: signed(bLow | ((bHigh & 0xc0) << 2), 10),
      accuracy: (bHigh & 0x3f) | ((accuracy & 0xf0) << 2),
      accuracyExponent: (accuracy >> 2) & 0x03,
      direction: accuracy & 0x03,
      resultExponent: signed(exponents >> 4, 4),
      bExponent: signed(exponents & 0x0f, 4),
    }
  },
  write(writer: Writer, factors: ReadingFactors): void {
    const { m, tolerance, b, accuracy, accuracyExponent, direction, resultExponent, bExponent } = factors
    writer.u8(m).u8(((m >> 2) & 0xc0) | tolerance)
    writer.u8(b).u8(((b >> 2) & 0xc0) | (accuracy & 0x3f))
    writer.u8(((accuracy >> 2) & 0xf0) | (accuracyExponent << 2) | direction)
    writer.u8(((resultExponent & 0x0f) << 4) | (bExponent & 0x0f))
  },
} as const

/** How the raw byte counts (§43.1, byte 21, bits 7:6). */
export const dataFormats = ['unsigned', 'ones complement', 'twos complement', 'none'] as const
export type DataFormat = (typeof dataFormats)[number]

/** Byte 24 of Table 43-1. */
const linearizations: readonly ((x: number) => number)[] = [
  (x) => x,
  Math.log,
  Math.log10,
  Math.log2,
  Math.exp,
  (x) => 10 ** x,
  (x) => 2 ** x,
  (x) => 1 / x,
  (x) => x ** 2,
  (x) => x ** 3,
  Math.sqrt,
  Math.cbrt,
]

export interface Conversion {
  readonly factors: ReadingFactors
  readonly format: DataFormat
  readonly linearization: number
}

export function valueOfRaw(conversion: Conversion, raw: number): number {
  return valueOfCount(conversion, countOf(conversion.format, raw))
}

/** Also of counts between two raw bytes. */
export function valueOfCount({ factors, linearization }: Conversion, count: number): number {
  const { m, b, bExponent, resultExponent } = factors
  const linear = (m * count + b * 10 ** bExponent) * 10 ** resultExponent
  return (linearizations[linearization] ?? linearizations[0])(linear)
}

/** The raw byte whose value is nearest; of several, the lowest. */
export function rawOfValue(conversion: Conversion, value: number): number {
  return nearestOf(likelyRaws(conversion, value) ?? everyRaw, conversion, value)
}

/** Any linearization turns back the same way. */
const everyRaw = Array.from({ length: 256 }, (_, raw) => raw)

function nearestOf(raws: readonly number[], conversion: Conversion, value: number): number {
  let best = 0
  let distance = Number.POSITIVE_INFINITY
  for (const raw of raws) {
    const off = Math.abs(valueOfRaw(conversion, raw) - value)
    if (off < distance || (off === distance && raw < best)) {
      best = raw
      distance = off
    }
  }
  return best
}

/**
 * Three bytes that have the nearest among them, where a line says which. Undefined where it does not: another linearization, no
 * slope, or numbers so large beside a count that a double cannot tell two counts apart.
 */
function likelyRaws({ factors, format, linearization }: Conversion, value: number): number[] | undefined {
  if (linearization !== 0) return undefined
  const { m, b, bExponent, resultExponent } = factors
  const scale = 10 ** resultExponent
  const offset = b * 10 ** bExponent
  const step = Math.abs(m * scale)
  if (!(step > (Math.abs(value) + Math.abs(offset * scale)) * 1e-9)) return undefined
  const [lowest, highest] = countRanges[format]
  const nearest = Math.round((value / scale - offset) / m)
  return [nearest - 1, nearest, nearest + 1].map((count) => rawOfCount(format, clamp(count, lowest, highest)))
}

const countRanges: Readonly<Record<DataFormat, readonly [number, number]>> = {
  unsigned: [0, 255],
  'ones complement': [-127, 127],
  'twos complement': [-128, 127],
  none: [0, 255],
}

function clamp(count: number, lowest: number, highest: number): number {
  return Math.min(Math.max(count, lowest), highest)
}

function rawOfCount(format: DataFormat, count: number): number {
  // Ones' complement has one less.
  return (count < 0 && format === 'ones complement' ? count - 1 : count) & 0xff
}

/** A raw byte as the number that thresholds are compared with: in its own format, before M and B. */
export function countOf(format: DataFormat, raw: number): number {
  if (raw < 0x80 || format === 'unsigned' || format === 'none') return raw
  return format === 'twos complement' ? raw - 0x100 : raw - 0xff
}

function signed(value: number, width: number): number {
  return value < 1 << (width - 1) ? value : value - (1 << width)
}

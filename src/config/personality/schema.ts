import { z } from 'zod'
import { once } from '../../base/once.ts'
import { sensorTypes, units } from './words.ts'

/** The shape of sensors.yaml and fru.yaml (docs/personalities.md). */

/** Made when a file is read: schemas cost a start, and most personalities are compiled. */
export const schemas = once(() => {
  const byte = z.int().min(0).max(255)
  const entity = z.tuple([byte, byte])
  const state = z.int().min(0).max(14)
  const words = <const T extends Record<string, number>>(table: T) =>
    z.enum(Object.keys(table) as [keyof T & string, ...(keyof T & string)[]])

  const scale = z.strictObject({
    m: z.int().min(-512).max(511).default(1),
    b: z.int().min(-512).max(511).default(0),
    bExponent: z.int().min(-8).max(7).default(0),
    exponent: z.int().min(-8).max(7).default(0),
    signed: z.boolean().default(false),
  })

  const threshold = z.number().optional()
  const thresholds = z.strictObject({
    lnc: threshold,
    lc: threshold,
    lnr: threshold,
    unc: threshold,
    uc: threshold,
    unr: threshold,
  })

  /** What full work adds. */
  const load = z.strictObject({
    cpu: z.number().optional(),
    memory: z.number().optional(),
    disk: z.number().optional(),
    network: z.number().optional(),
  })

  const sensorBase = {
    name: z.string().min(1).max(16),
    number: z.int().min(0).max(254),
    type: words(sensorTypes),
    entity,
  }

  const analog = z.strictObject({
    ...sensorBase,
    unit: words(units),
    scale: scale.prefault({}),
    thresholds: thresholds.default({}),
    hysteresis: z.number().min(0).default(0),
    reading: z.strictObject({
      on: z.number(),
      off: z.number().optional(),
      start: z.number().optional(),
      wobble: z.number().min(0).default(0),
      settle: z.number().min(0).default(0),
      load: load.default({}),
      follows: z.record(z.string(), z.number()).default({}),
    }),
  })

  const discrete = z.strictObject({
    ...sensorBase,
    eventType: z.int().min(2).max(0x7f).default(0x6f),
    states: z.array(state).min(1),
    on: z.array(state).optional(),
    off: z.array(state).optional(),
  })

  const text = z.string().max(63).default('')
  const custom = z.array(z.string().max(63)).max(16).default([])

  const fru = z.strictObject({
    device: z.int().min(0).max(254),
    name: z.string().min(1).max(16),
    entity,
    size: z.int().min(8).max(8192).default(512),
    chassis: z.strictObject({ type: byte, partNumber: text, serial: text, custom }).optional(),
    board: z
      .strictObject({
        date: z.iso.date().optional(),
        manufacturer: text,
        product: text,
        serial: text,
        partNumber: text,
        fileId: text,
        custom,
      })
      .optional(),
    product: z
      .strictObject({
        manufacturer: text,
        name: text,
        partNumber: text,
        version: text,
        serial: text,
        assetTag: text,
        fileId: text,
        custom,
      })
      .optional(),
  })
  return { analog, discrete, fru }
})

/** The keys that are known at a place of an entry. */
export function keysOf(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let found: z.ZodType = schema
  for (const step of path) {
    const shape = shapeOf(found)
    if (shape === undefined || typeof step !== 'string' || shape[step] === undefined) return []
    found = shape[step]
  }
  return Object.keys(shapeOf(found) ?? {})
}

function shapeOf(schema: z.ZodType): Readonly<Record<string, z.ZodType>> | undefined {
  if (schema instanceof z.ZodObject) return schema.shape
  if (schema instanceof z.ZodDiscriminatedUnion) {
    return Object.assign({}, ...schema.options.map((option) => (option instanceof z.ZodType ? shapeOf(option) : {})))
  }
  const wrapped = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault
  if (!wrapped) return undefined
  const inner = schema.unwrap()
  return inner instanceof z.ZodType ? shapeOf(inner) : undefined
}

import { z } from 'zod'

/** `machine: simulated` is short for `machine: { kind: simulated }`. */
export function shorthand<S extends z.ZodType>(key: string, schema: S) {
  return z.preprocess((value) => (typeof value === 'string' ? { [key]: value } : value), schema).meta({ word: key })
}

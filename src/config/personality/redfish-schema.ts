import { z } from 'zod'
import { once } from '../../base/once.ts'

/** The shape of `redfish:` in personality.yaml (docs/personalities.md). */
export const redfishSchema = once(() => {
  const id = z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]*$/, 'an id consists of letters, digits, dots, colons, hyphens and underscores')
  const numbered = z
    .string()
    .regex(
      /^[A-Za-z0-9._:-]*(\{[ni]\}[A-Za-z0-9._:-]*)+$/,
      'ids of numbered parts have {n} where the number is (from 1 on), or {i} (from 0 on): "CPU{n}"',
    )
  const words = z.record(z.string(), z.json()).optional()

  return z.strictObject({
    vendor: z.string().min(1).optional(),
    product: z.string().min(1).optional(),
    ids: z.strictObject({ system: id.default('1'), manager: id.default('BMC'), chassis: id.default('1') }).prefault({}),
    parts: z
      .strictObject({
        processor: numbered.default('CPU{n}'),
        memory: numbered.default('DIMM{n}'),
        nic: numbered.default('NIC{n}'),
        networkCard: numbered.optional(),
        managerNic: numbered.default('{n}'),
        drive: numbered.default('disk{i}'),
        storage: id.default('1'),
        storageController: id.default('0'),
        cd: id.default('Cd'),
        usb: id.default('Usb'),
        sel: id.default('SEL'),
      })
      .refine(({ cd, usb }) => cd !== usb, { path: ['usb'], error: 'cd has this id already; give usb another' })
      .refine(({ sel }) => sel !== 'Console', { path: ['sel'], error: 'the log of the console has this id already' })
      .prefault({}),
    without: z
      .array(z.string().regex(/^\w+(\/\w+)*$/, 'a path without its ids, like Systems/SimpleStorage'))
      .default([]),
    oem: z.strictObject({ root: words, system: words, manager: words, chassis: words }).default({}),
  })
})

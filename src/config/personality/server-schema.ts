import { z } from 'zod'
import { once } from '../../base/once.ts'
import type { AuthWord } from '../config.ts'
import type { CommandNumber } from './personality.ts'
import { redfishSchema } from './redfish-schema.ts'

/** The shape of personality.yaml (docs/personalities.md): the BMC itself, and what makes it differ from others. */

/** Made when a file is read, like those of sensors. */
export const serverSchema = once(() => {
  const byte = z.int().min(0).max(0xff)
  const word = z.int().min(0).max(0xffff)
  const authWords = ['none', 'md2', 'md5', 'straight'] as const satisfies readonly AuthWord[]
  /** Those of IPMI 2.0 Table 22-20 that there are here, but for 0, which a lab file alone can allow. */
  const suites = [1, 2, 3, 6, 7, 8, 11, 12, 15, 16, 17] as const
  const text = (length: number) => z.string().max(length)

  /** Major number, and two decimal digits (§20.1, bytes 4 and 5). */
  const firmware = z
    .string()
    .regex(
      /^(\d|[1-9]\d|1[01]\d|12[0-7])\.\d\d$/,
      'firmware is a number like "2.05", in quotes: two digits behind the dot',
    )

  const device = z.strictObject({
    name: z.string().min(1).max(16).default('BMC'),
    id: byte,
    revision: z.int().min(0).max(15),
    providesDeviceSdrs: z.boolean().default(false),
    firmware,
    auxiliary: z.tuple([byte, byte, byte, byte]).optional(),
    support: byte,
    manufacturer: z.int().min(0).max(0xfffff),
    product: word,
  })

  const lan = z.strictObject({
    channel: z.int().min(1).max(11).default(1),
    authTypes: z.array(z.enum(authWords)).default(['md5']),
    cipherSuites: z.array(z.literal(suites)).min(1).optional(),
  })

  /** `06/08`, NetFn and command as ipmitool's raw takes them. */
  const commandNumber = z
    .string()
    .regex(/^[0-9a-f]{2}\/[0-9a-f]{2}$/, 'a command is written like "06/08": NetFn and number in hexadecimal')

  const dell = z.strictObject({
    commands: z.literal('dell'),
    model: text(255),
    serviceTag: text(15),
    boardRevision: text(15),
    systemRevision: byte,
    controllerType: byte,
    firmware: text(20),
    powerSupply: z.strictObject({ watts: word, volts: word, firmware: text(8) }),
  })

  const supermicro = z.strictObject({
    commands: z.literal('supermicro'),
    build: z.int().min(0).max(0xffff_ffff),
    hardwareId: byte,
    tag: text(32),
  })

  const openbmc = z.strictObject({ commands: z.literal('openbmc') })

  return z.strictObject({
    description: z.string().min(1),
    device,
    lan: lan.prefault({}),
    users: z.int().min(2).max(63).default(63),
    sel: z.strictObject({ records: z.int().min(16).max(0xfffe) }).default({ records: 1024 }),
    sdr: z
      .strictObject({ firstId: z.int().min(1).max(0x7fff).default(1), step: z.int().min(1).max(0xff).default(1) })
      .prefault({}),
    unanswered: z.array(commandNumber).default([]),
    oem: z
      .discriminatedUnion('commands', [dell, supermicro, openbmc], {
        error: (issue) => (issue.code === 'invalid_union' ? 'commands is one of dell, supermicro, openbmc' : undefined),
      })
      .optional(),
    redfish: redfishSchema().prefault({}),
  })
})

export function readCommandNumber(text: string): CommandNumber {
  const [netFn, cmd] = text.split('/').map((digits) => Number.parseInt(digits, 16))
  return { netFn, cmd }
}

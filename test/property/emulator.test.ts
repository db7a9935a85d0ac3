import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ConsoleInput } from '../../src/app/emulator/console-input.ts'
import { BmcError } from '../../src/base/errors.ts'
import { execute } from '../../src/commands/execute.ts'
import { ConfigError } from '../../src/config/source.ts'
import { emulatedNode } from '../support/emulated-node.ts'

const number = fc.oneof(
  fc.constantFrom('0', '1', '2', '9', '0x20', '0x30', '14', '254', '255', '0xffff', "'a", '$MC'),
  fc.nat(300).map(String),
)
const word = fc.oneof(
  { weight: 6, arbitrary: number },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'settable',
      'enable',
      'scanning',
      'per-state',
      '111000',
      '000111111000000',
      'data',
      '1 1 1',
      '"x"',
    ),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 6 }) },
)
const verb = fc.constantFrom(
  'mc_add 0x30 1 1 1 1 1 0xff 1 1',
  'mc_add',
  'mc_enable 0x30',
  'mc_disable',
  'mc_delete 0x30',
  'sel_enable 0x30',
  'sel_add 0x20 2 1 1 1 1 1 1 1 1 1 1 1 1 1',
  'main_sdr_add 0x20 0 0 0x51 0xc0 1',
  'main_sdr_add 0x20 0 0 0x51 2 3 1 2',
  'device_sdr_add 0x30 0 0 0 0x51 0xc0 1',
  'sensor_add 0x20 0 9 1 1',
  'sensor_add 0x30 0',
  'sensor_set_value 0x20 0 1',
  'sensor_set_value 0x30 0',
  'sensor_set_bit 0x20 0 2',
  'sensor_set_bit_clr_rest 0x20 0 2',
  'sensor_set_threshold 0x20 0 1 settable',
  'sensor_set_hysteresis 0x20 0 1 settable',
  'sensor_set_event_support 0x20 0 2 enable scanning per-state',
  'mc_add_fru_data 0x20 1 8 data',
  'mc_dump_fru_data 0x20',
  'define X "1"',
  'persist off',
  'debug',
  'foo',
)
const line = fc.tuple(verb, fc.array(word, { maxLength: 8 })).map(([first, rest]) => [first, ...rest].join(' '))

it('any line is done or refused with a reason, and the BMC answers as before', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 25 }), async (lines) => {
      const { bmc, emulator } = emulatedNode()
      for (const text of lines) {
        try {
          await emulator.line(text, { files: false, programs: false })
        } catch (error) {
          expect(error instanceof ConfigError || error instanceof BmcError).toBe(true)
        }
      }
      bmc.enabled = true
      const by = { door: 'system', channel: 0x0f, session: undefined, privilege: 'OEM' } as const
      for (const seed of bmc.sensors.seeds) {
        const reply = await execute({ bmc, by, lun: seed.lun }, 0x04, 0x2d, Uint8Array.of(seed.number))
        expect(reply.completionCode).toBe(seed.eventOnly ? 0xcd : 0)
      }
      const read = await execute({ bmc, by }, 0x0a, 0x23, Uint8Array.of(0, 0, 0, 0, 0, 0xff))
      expect(read.completionCode).toBe(0)
    }),
    { numRuns: 150 },
  )
})

it('any bytes typed at a console are lines and an echo, whatever pieces they come in', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 10 }), async (pieces) => {
      const lines = async (chunks: readonly Uint8Array[]) => {
        const taken: string[] = []
        const input = new ConsoleInput({
          write: () => {},
          end: () => {},
          line: async (text) => {
            taken.push(text)
            return ''
          },
          prompt: '> ',
          lineEnd: '\n\r',
        })
        for (const chunk of chunks) await input.take(chunk)
        return taken
      }
      expect(await lines(pieces)).toEqual(await lines([Buffer.concat(pieces)]))
    }),
  )
})

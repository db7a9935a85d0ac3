import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readEmulatorLine } from '../../src/config/emu/read-emulator.ts'
import { expandNodeSet, NodeSetError } from '../../src/config/node-set.ts'
import { renderConfigError } from '../../src/config/render.ts'
import { configFolder, lab, lanConf, thrownBy } from '../support/config-files.ts'

/** Text made of the words of a language and of anything else, so that it gets deep into the readers. */
function textOf(words: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...words) },
    {
      weight: 2,
      arbitrary: fc.constantFrom('\n', '\r\n', '\t', '"', "'", '\\\n', '#', '$X', '$', '0x20', '0', '99999999999'),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
  )
  return fc
    .array(fc.tuple(piece, fc.constantFrom(' ', ' ', '', '\n')), { maxLength: 60 })
    .map((pieces) => pieces.flat().join(''))
}

const lanWords =
  'name "n"\n|define X "1"\n|startlan 1\n|endlan\n|addr :: 1\n|guid|bmc_key|user 2 true "a" "b" admin 1\n|user|serial 15 h 1 codec VM\n|sol "/dev/x" 9600\n|sol|"telnet:[::1]:1"|startcmd|startnow|true|set_working_mc|allowed_auths_user|md5|priv_limit|admin|console|history=1,x'
const emuWords =
  'mc_setbmc 0x20\n|mc_add 0x20 1 0 1 1 1 1 1 1\n|mc_add|sel_enable 0x20 1 2\n|sel_add|main_sdr_add 0x20|sensor_add 0x20 0 1 1 1\n|sensor_add|poll 5 file "x"|sensor_set_value|mc_add_fru_data 0x20 0 8 data|include "test.emu"\n|define X|"y"|1|2|\'a|mc_delete 0x30\n|mc_add 0x30 1 1 1 1 1 1 1 1\n|sleep 5\n|quit\n|poll 5 program|depends=0x20,0,1,1|raw|length=2|sensor_set_bit 0x20 0 1|sensor_set_threshold|settable|111000|device_sdr_add|mc_set_guid 0x20|persist off|debug raw'
const yamlWords =
  'nodes:\n|defaults:\n|  a[1-2]:\n|  b:\n|    bmc: |    users: |[{ name: a, password: b }]\n|    machine: |{ kind: |simulated|qemu|command| }\n|, |address: |"127.0.0.[1-2]"|port: |guid: |link: |nics: |console: |&x |*x|<<: |? |- |!!str |{n}|[1-3]|networks:\n|  lan: |segment|user|mtu: |links: |[{ network: lan }]|udp: |listen: |peer: |"127.0.0.1:1"|delay: |rate: '

describe('any text', () => {
  const check = (read: () => unknown): void => {
    const error = thrownBy(read)
    if (error === undefined) return
    for (const { at } of error.problems) {
      expect(at.line).toBeGreaterThanOrEqual(1)
      expect(at.column).toBeGreaterThanOrEqual(1)
      expect(at.length).toBeGreaterThanOrEqual(1)
      const lines = error.texts.get(at.file)?.split('\n')
      if (lines !== undefined) expect(lines.length).toBeGreaterThanOrEqual(at.line)
    }
    expect(renderConfigError(error)).toContain('nothing was started')
  }

  it('is a lan.conf or a ConfigError with places in it', () => {
    fc.assert(
      fc.property(textOf(lanWords.split('|')), (text) => check(() => lanConf(text))),
      { numRuns: 400 },
    )
  })

  it('is a .emu file or a ConfigError', () => {
    fc.assert(
      fc.property(textOf(emuWords.split('|')), (text) => check(() => lanConf('name "n"\n', text))),
      { numRuns: 400 },
    )
  })

  it('is a line of a console or a ConfigError', () => {
    const known = {
      bmc: 0x20,
      running: true,
      hasMc: (mc: number) => mc === 0x20,
      isAdded: (mc: number) => mc === 0x20,
      hasDeviceSdrs: () => true,
      hasSel: () => true,
      eventType: (_mc: number, _lun: number, number: number) => (number === 1 ? 1 : undefined),
    }
    fc.assert(
      fc.property(textOf(emuWords.split('|')), fc.boolean(), (text, files) => {
        const trust = { files, programs: false }
        const read = () => readEmulatorLine({ text, cwd: configFolder, variables: new Map(), known, trust })
        const error = thrownBy(read)
        if (error !== undefined) expect(error.message).toMatch(/^\S+:\d+:\d+: /)
        else for (const one of read()) expect(JSON.stringify(one)).not.toContain('"program"')
      }),
      { numRuns: 400 },
    )
  })

  it('is a lab file or a ConfigError', () => {
    fc.assert(
      fc.property(textOf(yamlWords.split('|')), (text) => check(() => lab(text))),
      { numRuns: 400 },
    )
  })

  it('is a lab file or a ConfigError, whatever bytes are in a lan.conf', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => check(() => lanConf(bytes))),
      { numRuns: 200 },
    )
  })
})

describe('node sets', () => {
  const name = fc.stringMatching(/^[a-z][a-z._-]{0,5}$/)

  it('give back the names that they were folded from', () => {
    const folded = fc
      .tuple(name, fc.nat(500), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 7 }), fc.boolean())
      .map(([prefix, first, count, step, padded]) => {
        const numbers = Array.from({ length: count }, (_, i) => first + i * step)
        const width = padded ? 6 : 0
        const digits = numbers.map((number) => String(number).padStart(width, '0'))
        const names = digits.map((number) => prefix + number)
        const range = `${digits[0]}-${digits[count - 1]}${step > 1 ? `/${step}` : ''}`
        return { names, texts: [`${prefix}[${range}]`, `${prefix}[${digits.join(',')}]`, names.join(',')] }
      })
    fc.assert(
      fc.property(folded, ({ names, texts }) => {
        for (const text of texts) expect(expandNodeSet(text)).toEqual(names)
      }),
    )
  })

  it('are names or a NodeSetError within the text', () => {
    const part = fc.constantFrom('cn', '[', ']', '1', '-', ',', '/', '01', ' ', '9999999', '{', 'é')
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')),
        (text) => {
          try {
            for (const found of expandNodeSet(text)) expect(found).toMatch(/^[A-Za-z0-9._-]+$/)
          } catch (error) {
            expect(error).toBeInstanceOf(NodeSetError)
            if (!(error instanceof NodeSetError)) return
            expect(error.column).toBeGreaterThanOrEqual(1)
            expect(error.column).toBeLessThanOrEqual(text.length + 1)
          }
        },
      ),
    )
  })
})

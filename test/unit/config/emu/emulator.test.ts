import { describe, expect, it } from 'vitest'
import { hex } from '../../../../src/base/bytes.ts'
import { readLanConf } from '../../../../src/config/lan-conf/read-lan-conf.ts'
import { configFile, configFolder, lanConf, problemsOf, thrownBy } from '../../../support/config-files.ts'

const NAME = 'name "n"\n'
const read = (emu: string) => lanConf(NAME, emu)
const wrong = (emu: string) => problemsOf(() => read(emu))
const ADD = 'mc_add 0x20 9 has-device-sdrs 0x23 0x89 8 0x9f 0x1291 0xf02 persist_sdr\n'

describe('the language', () => {
  it('joins lines, skips comments between them, reads characters and octal', () => {
    const { emulator } = read(
      "sel_enable 0x20 \\\r\n\t1000 \\\n# between\n   0x0a\nsel_add 0x20 02 'A 0 010 0 0 0 0 0 0 0 0 0 'z # end\n",
    )
    expect(emulator[0]).toMatchObject({ kind: 'sel-enable', mc: 0x20, capacity: 1000, flags: 0x0a })
    const [, added] = emulator
    expect(added.kind === 'sel-add' && hex(added.record)).toBe('00 00 02 41 00 08 00 00 00 00 00 00 00 00 00 7a')
  })

  it('shares variables with lan.conf, and runs -x after the file', () => {
    configFile('lan.conf', `${NAME}define MC "0x20"\n`)
    configFile('x.emu', 'define CAP "10"\n')
    const { emulator } = readLanConf({
      lanConf: 'lan.conf',
      emulator: 'x.emu',
      emulatorString: 'sel_enable $MC $CAP 2',
      cwd: configFolder,
    })
    expect(emulator).toMatchObject([
      { kind: 'sel-enable', mc: 0x20, capacity: 10, flags: 2, at: { file: '-x', line: 1 } },
    ])
    const bad = () => readLanConf({ lanConf: 'lan.conf', emulatorString: 'sel_enabl 1', cwd: configFolder })
    expect(thrownBy(bad)?.message).toBe('-x:1:1: unknown command "sel_enabl"; did you mean "sel_enable"?')
  })

  it('includes files, points into them, and refuses circles', () => {
    configFile('inner.emu', 'sel_enable 0x20 5 2\n')
    expect(read('include "inner.emu"\nread_cmds \'./inner.emu\'\n').emulator).toHaveLength(2)
    configFile('inner.emu', '\n boo\n')
    expect(thrownBy(() => read('include "inner.emu"\n'))?.message).toBe('inner.emu:2:2: unknown command "boo"')
    configFile('inner.emu', 'include "test.emu"\n')
    expect(wrong('include "inner.emu"\n')[0]).toMatch(/^1:9\+10 .*in a circle/)
    expect(wrong('include "absent.emu"\n')[0]).toMatch(/^1:9\+12 "absent.emu" cannot be read/)
  })

  it('points at the right line of a joined one', () => {
    expect(wrong('main_sdr_add 0x20 \\\n\t0 0 0x51 \\\n\t1 1 300\n')).toEqual([
      '3:6+3 byte 300 is out of range; write 0 to 255',
    ])
  })

  it('reports everything, in both files', () => {
    const error = thrownBy(() => lanConf('nme "x"\nname "n"\n', 'foo\nquit\n'))
    expect(error?.problems.map(({ at }) => `${at.file}:${at.line}`)).toEqual(['lan.conf:1', 'test.emu:1', 'test.emu:2'])
  })
})

describe('commands', () => {
  it('mc_add is the identity, with the widths of the wire', () => {
    expect(read(`mc_setbmc 0x20\n${ADD}mc_enable 0x20\n`)).toMatchObject({
      identity: {
        deviceId: 9,
        deviceRevision: 3,
        providesDeviceSdrs: true,
        firmwareMajor: 9,
        firmwareMinor: 8,
        deviceSupport: 0x9f,
        manufacturerId: 0x1291,
        productId: 0xf02,
      },
      emulator: [{ kind: 'mc-add' }, { kind: 'mc-enable', mc: 0x20 }],
    })
  })

  it('mc_set_guid goes before the GUID of lan.conf', () => {
    const { identity } = lanConf(
      `${NAME}startlan 1\nguid ${'0'.repeat(32)}\nendlan\n`,
      `mc_set_guid 0x20 ${'1f'.repeat(16)}\n`,
    )
    expect(hex(identity.guid ?? new Uint8Array(), '')).toBe('1f'.repeat(16))
  })

  it('sensors, SDRs and FRUs come out in the order of the file', () => {
    configFile('fru.bin', 'x')
    const { emulator } = read(
      `${ADD}sensor_add 0x20 0 1 0x01 0x01 poll 500 file "./t" div=1000 raw length=2 event-only\nsensor_set_value 0x20 0 1 0x60 0\nmain_sdr_add 0x20 0 0 0x51 0xc0 2 7 8\ndevice_sdr_add 0x20 1 0 0 0x51 0xc0 0\nmc_add_fru_data 0x20 0 4 data 1 2\nmc_add_fru_data 0x20 1 64 file 0 "fru.bin"\n`,
    )
    expect(emulator).toMatchObject([
      { kind: 'mc-add', mc: 0x20 },
      {
        kind: 'sensor-add',
        mc: 0x20,
        lun: 0,
        number: 1,
        type: 1,
        eventType: 1,
        eventOnly: true,
        poll: { everyMs: 500, source: { kind: 'file', path: './t' }, div: 1000, form: 'raw', length: 2 },
      },
      { kind: 'sensor-value', mc: 0x20, lun: 0, number: 1, value: 0x60 },
      { kind: 'main-sdr-add', record: Uint8Array.of(0, 0, 0x51, 0xc0, 2, 7, 8) },
      { kind: 'device-sdr-add', lun: 1, record: Uint8Array.of(0, 0, 0x51, 0xc0, 0) },
      { kind: 'fru-data', device: 0, data: Uint8Array.of(1, 2, 0, 0) },
      { kind: 'fru-file', device: 1, size: 64, offset: 0, path: 'fru.bin' },
    ])
  })

  it.each([
    'mc_add 0x30 0 0 1 1 1 0 0 0 dynsens\nmc_enable 0x30\nmc_disable 0x30\nmc_delete 0x30',
    'sensor_add 0x20 0 2 12 0x6f\nsensor_set_bit 0x20 0 2 6 1 0\nsensor_set_bit_clr_rest 0x20 0 2 6 1',
    'sensor_add 0x20 0 2 1 1\nsensor_set_threshold 0x20 0 2 settable 111000 0xa0 0x90 0x70 00 00 00',
    'sensor_add 0x20 0 2 1 1\nsensor_set_hysteresis 0x20 0 2 2 1 1\nsensor_set_hysteresis 0x20 0 2 fixed 1 1',
    `sensor_add 0x20 0 2 1 1\nsensor_set_event_support 0x20 0 2 enable scanning per-state ${'000111111000000 '.repeat(4)}`,
    'mc_dump_fru_data 0x20 0\ndebug\npersist on\nnoecho',
    'sensor_add 0x20 0 2 1 1\nsensor_set_threshold 0x20 0 2 readable 000111',
    'sleep 100\ndebug raw msg\npersist off\nnoecho\ndefine X "y"\nquit',
    `sensor_add 0x20 0 1 0x25 0x6f\nsensor_add 0x20 0 2 1 1 poll 1000 program "sensors | head" base=10 mask=0xff sub=-3 mult=2 initstate=3 depends=0x20,0,1,0 event-only`,
    'mc_add 0x30 0 0 1 1 1 0 0 0\nmc_delete 0x30\nmc_add 0x30 0 0 1 1 1 0 0 0',
  ])('%j is accepted', (lines) => {
    expect(wrong(`${lines}\n`)).toEqual([])
  })

  it.each([
    ['mc_setbmc 0x21', '1:11+4 IPMB addresses are even'],
    [`${ADD}${ADD}`, '2:1+6 MC 0x20 was added before'],
    ['mc_add 0x20 0 maybe 1 1 1 0 0 0', '1:15+5 device SDRs "maybe" is not one of'],
    ['mc_add 0x20 0', '1:14+1 device SDRs is missing; write: mc_add'],
    ['mc_enable 0x32', '1:11+4 there is no MC 0x32 yet; write mc_add 0x32'],
    ['sel_add 0x20 2 1 2 3', '1:1+7 this MC has no SEL yet'],
    ['sel_enable 0x20 9 2\nsel_add 0x20 2 1 2 3', '2:16+1 a SEL record has 13 bytes after its type, not 3'],
    ['main_sdr_add 0x20 0 0 0x51 1 2 7', '1:19+1 byte 5 of this SDR says that 2 bytes follow its header, and 1 do'],
    ['main_sdr_add 0x20 0 0', '1:19+1 an SDR has a header of 5 bytes; here are 2'],
    ['device_sdr_add 0x20 0 0 0 0x51 1 0', '1:1+14 this MC has no device SDRs'],
    ['sensor_set_value 0x20 0 9 1 0', '1:25+1 there is no sensor 9 on LUN 0 yet'],
    ['sensor_add 0x20 0 1 1 1\nsensor_add 0x20 0 1 1 1', '2:1+10 sensor 1 on LUN 0 was added before'],
    ['sensor_add 0x20 4 1 1 1', '1:17+1 LUN 4 is out of range'],
    ['sensor_add 0x20 0 1 1 1 pol', '1:25+3 "pol" is no sensor option; did you mean "poll"?'],
    [
      'sensor_add 0x20 0 1 1 1 poll 5 file "x" dvi=2',
      '1:41+5 "dvi=2" is no option of a polled sensor; did you mean "div"?',
    ],
    [
      'sensor_add 0x20 0 1 1 1\nsensor_set_threshold 0x20 0 1 settable 11100 0 0 0 0 0 0',
      '2:40+5 mask "11100" is not 6 digits',
    ],
    ['mc_add_fru_data 0x20 0 1 data 1 2', '1:31+1 2 bytes do not fit into a FRU of 1'],
    ['mc_add_fru_data 0x20 0 8 file 4 "absent"', '1:33+8 "absent" is no file; make it first: truncate -s 12 FILE'],
    ['mc_set_num_leds 0x20 9', '1:1+15 AdvancedTCA shelves'],
    ['atca_enable', '1:1+11 AdvancedTCA shelves'],
    ['mc_set_power 0x20 1 0', 'To power the machine: bmcsim power'],
    ['quit', '1:1+4 quit would end the BMC as soon as it starts; write "sleep MILLISECONDS" before it'],
    ['mc_delete 0x20', '1:1+9 this is the BMC itself'],
    [`${ADD}mc_setbmc 0x30`, '2:11+4 MC 0x20 was added as the BMC'],
    ['mc_add 0x31 0 0 1 1 1 0 0 0', '1:8+4 IPMB addresses are even'],
    ['sensor_add 0x20 0 2 1 1\nsensor_set_bit 0x20 0 2 1 1 0', '2:23+1 sensor 2 has a number'],
    ['sensor_add 0x20 0 2 1 0x6f\nsensor_set_value 0x20 0 2 1 0', '2:25+1 sensor 2 has states'],
    ['sensor_add 0x20 0 1 1 1 poll 5 file "x" raw', '1:37+3 raw takes a number of bytes'],
    ['sensor_add 0x20 0 1 1 1 poll 5 program "x" raw', '1:40+3 a program prints its number as text'],
    ['sensor_add 0x20 0 1 1 1 poll 5 file "x" div=0', '1:37+3 div=0 divides by zero'],
    ['sensor_add 0x20 0 1 1 1 poll 5 file "x" base=1', '1:41+6 base 1 is out of range'],
    ['sensor_add 0x20 0 1 1 1 poll 5 file "x" mask=z', '1:41+6 "mask=z" is not mask=NUMBER'],
    ['sensor_add 0x20 0 1 1 1 poll 5 file "x" depends=1,2', '1:41+11 "depends=1,2" is not depends='],
    ['sensor_add 0x20 0 1 1 1 poll 5 file "x" depends=0x20,0,9,1', '1:41+18 there is no sensor 9'],
    ['sensor_add 0x20 0 1 1 1 poll 0 file "x"', '1:30+1 milliseconds 0 is out of range'],
    ['sensor_add 0x20 0 1 1 1 poll 5 file ""', '1:37+2 the name is empty'],
    ['sleep 99999999', '1:7+8 milliseconds 99999999 is out of range'],
    ['debug of', '1:7+2 what to show "of" is not one of'],
    ['persist maybe', '1:9+5 value "maybe" is not one of on, off'],
  ])('%j is wrong', (lines, problem) => {
    const found = wrong(`${lines}\n`)
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(problem)
  })
})

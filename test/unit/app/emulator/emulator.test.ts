import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { hex } from '../../../../src/base/bytes.ts'
import { readEmulatorLine } from '../../../../src/config/emu/read-emulator.ts'
import { ConfigError } from '../../../../src/config/source.ts'
import { decodeSdr } from '../../../../src/ipmi/sdr.ts'
import { emulatedNode } from '../../../support/emulated-node.ts'
import { tempFolder } from '../../../support/temp-folder.ts'
import { until } from '../../../support/until.ts'

const ALL = '000111111000000'
const events = (number: number) =>
  `sensor_set_event_support 0x20 0 ${number} enable scanning per-state ${`${ALL} `.repeat(4)}`
const MC30 = 'mc_add 0x30 1 has-device-sdrs 1 2 3 0x0f 0x1291 0xf03'

describe('sensors of a running BMC', () => {
  it('take values, with events or without', async () => {
    const { bmc, line } = emulatedNode()
    await line('sensor_set_value 0x20 0 1 85 0')
    expect([bmc.sensors.reading(bmc.sensors.get(0, 1)).raw, bmc.sel.count]).toEqual([85, 0])
    await line('sensor_set_value 0x20 0 1 95 1')
    expect(bmc.sel.records.map((record) => hex(record.subarray(7)))).toEqual(['20 00 04 01 01 01 59 5f 5a'])
  })

  it('take bits', async () => {
    const { bmc, line } = emulatedNode()
    const states = () => bmc.sensors.reading(bmc.sensors.get(0, 2)).states
    await line('sensor_set_bit 0x20 0 2 3 1 0')
    expect(states()).toBe(0x09)
    await line('sensor_set_bit 0x20 0 2 0 0 1')
    expect(states()).toBe(0x08)
    await line('sensor_set_bit_clr_rest 0x20 0 2 1 0')
    expect(states()).toBe(0x02)
    expect(bmc.sel.records.map((record) => hex(record.subarray(10)))).toEqual(['0d 02 ef 00 ff ff'])
  })

  it('are added, described, and have an SDR that follows', async () => {
    const { bmc, line } = emulatedNode()
    const before = bmc.sdr.records.length
    await line('sensor_add 0x20 0 9 1 1')
    await line('sensor_set_threshold 0x20 0 9 settable 111000 0xa0 0x90 0x70 0 0 0')
    await line('sensor_set_hysteresis 0x20 0 9 settable 1 2')
    await line(events(9))
    await line('sensor_set_value 0x20 0 9 0x75 1')
    expect(bmc.sel.records.map((record) => hex(record.subarray(10)))).toEqual(['01 09 01 57 75 70'])
    const [record] = bmc.sdr.records.slice(before)
    expect(decodeSdr(record)).toMatchObject({ number: 9, upperCritical: 0x90, readings: 0x3838, positiveHysteresis: 1 })
    expect(bmc.sdr.record(record[0]).record).toBe(record)
    bmc.sdr.delete(record[0])
    expect(bmc.sdr.records).toHaveLength(before)
  })

  it('keep their thresholds where only a mask is given', async () => {
    const { bmc, line } = emulatedNode()
    await line('sensor_set_threshold 0x20 0 1 readable 010000')
    const { seed, settings } = bmc.sensors.get(0, 1)
    expect([seed.readableThresholds, seed.settableThresholds, settings.thresholds[4]]).toEqual([0x10, 0, 90])
  })
})

describe('what a BMC keeps', () => {
  it('SEL, SDRs and FRUs', async () => {
    const { bmc, line } = emulatedNode()
    expect(await line('sel_add 0x20 2 0 0 0 0 0x20 0 4 1 1 1 0x57 0 0')).toBe('Added record 1')
    await line('sel_enable 0x20 100 0x0a')
    expect([bmc.sel.capacity, bmc.sel.support]).toEqual([100, 0x0a])
    await line('main_sdr_add 0x20 0 0 0x51 0xc0 3 1 2 3')
    expect(hex(bmc.sdr.records[3])).toBe('04 00 51 c0 03 01 02 03')
    await line('mc_add_fru_data 0x20 3 12 data 1 2')
    expect(await line('mc_dump_fru_data 0x20 3')).toBe(' 0x01 0x02 0x00 0x00 0x00 0x00 0x00 0x00\n 0x00 0x00 0x00 0x00')
    await line(`mc_set_guid 0x20 ${'0f'.repeat(16)}`)
    expect(hex(bmc.guid, '')).toBe('0f'.repeat(16))
  })

  it('a FRU in a file, both ways', async () => {
    const cwd = tempFolder()
    writeFileSync(join(cwd, 'fru.bin'), Uint8Array.of(9, 9, 1, 2, 3))
    const { bmc, line } = emulatedNode({ cwd })
    await line('mc_add_fru_data 0x20 4 6 file 2 "fru.bin"')
    expect(hex(bmc.fru.read(4, 0, 99))).toBe('01 02 03 00 00 00')
    bmc.fru.write(4, 1, Uint8Array.of(7, 8))
    expect(hex(readFileSync(join(cwd, 'fru.bin')))).toBe('09 09 01 07 08')
    await expect(line('mc_add_fru_data 0x20 5 6 file 0 "absent"')).rejects.toThrow(/"absent" is no file; make it first/)
  })

  it('writes nothing between persist off and on, and then all of it', async () => {
    const { persistence, line, store, clock } = emulatedNode()
    const kept = persistence.store(store)
    await line('persist off')
    kept.set('a', 1)
    expect([kept.get('a'), store.get('a')]).toEqual([1, undefined])
    await line('persist on')
    expect(store.get('a')).toBe(1)
    expect(clock.waiting).toBe(0)
  })
})

describe('other controllers', () => {
  it('come, answer when enabled, report to the BMC, and go', async () => {
    const { bmc, controllers, line } = emulatedNode()
    await line(MC30)
    const ask = (cmd = 1, netFn = 6) => bmc.ipmb.send(0x30, { netFn, lun: 0, cmd, data: new Uint8Array() }, 'User')
    expect(ask()).toBeUndefined()
    await line('mc_enable 0x30')
    expect(ask()).toMatchObject({
      completionCode: 0,
      data: Uint8Array.of(1, 0x81, 2, 3, 2, 0x0f, 0x91, 0x12, 0, 3, 0x0f),
    })
    expect(ask(1, 0)).toMatchObject({ completionCode: 0xc1 })
    expect(ask(0x40, 0x0a)).toMatchObject({ completionCode: 0xc1 })
    await line('sel_enable 0x30 10 2')
    expect(ask(0x40, 0x0a)).toMatchObject({ completionCode: 0 })
    await line('sensor_add 0x30 1 5 1 1')
    await line('sensor_set_threshold 0x30 1 5 settable 111000 0xa0 0x90 0x70 0 0 0')
    await line(events(5).replace('0x20 0', '0x30 1'))
    await line('sensor_set_value 0x30 1 5 0x80 1')
    expect(bmc.sel.records.map((record) => hex(record.subarray(7)))).toEqual(['30 01 04 01 05 01 57 80 70'])
    expect(controllers.get(0x30).sel.count).toBe(0)
    await line('device_sdr_add 0x30 1 0 0 0x51 0xc0 1 7')
    expect(controllers.get(0x30).deviceSdrs.get(1)).toHaveLength(1)
    await line('mc_disable 0x30')
    expect(ask()).toBeUndefined()
    await line('mc_delete 0x30')
    expect(controllers.hasMc(0x30)).toBe(false)
    await expect(line('mc_enable 0x30')).rejects.toThrow(ConfigError)
  })

  it('a sensor of theirs takes its settings from an SDR in the BMC', async () => {
    const { bmc, controllers, line } = emulatedNode()
    const record = bmc.sdr.records[0].slice()
    record[5] = 0x30
    await line(`main_sdr_add 0x20 ${hex(record).replaceAll(/(\w\w)/g, '0x$1')}`)
    await line(MC30)
    await line('sensor_add 0x30 0 1 1 1')
    expect(controllers.get(0x30).sensors.get(0, 1).seed.name).toBe('CPU Temp')
    expect(controllers.get(0x30).sdr.records).toEqual([])
  })
})

describe('lines', () => {
  it('are checked whole before anything is done', async () => {
    const { bmc, line } = emulatedNode()
    const text = 'sel_add $MC 2 0 0 0 0 0 0 4 1 1 1 0 0 0\nfoo'
    await expect(line(text)).rejects.toThrow('line:2:1: unknown command "foo"')
    expect(bmc.sel.count).toBe(0)
  })

  it('share variables, wait, and include files', async () => {
    const cwd = tempFolder()
    writeFileSync(join(cwd, 'x.emu'), 'sleep $T\nsel_add $MC 2 0 0 0 0 0 0 4 1 1 1 0 0 0\n')
    const { bmc, clock, line } = emulatedNode({ cwd })
    await line('define T "5000"')
    const done = line('include "x.emu"')
    await until('the sleep', () => clock.waiting === 1)
    clock.advance(4999)
    expect(bmc.sel.count).toBe(0)
    clock.advance(1)
    expect(await done).toBe('Added record 1')
  })

  it('name no files and programs where anybody can write them', async () => {
    const { emulator } = emulatedNode()
    const trust = { files: false, programs: false }
    for (const text of [
      'include "/etc/passwd"',
      'mc_add_fru_data 0x20 4 6 file 2 "x"',
      'sensor_add 0x20 0 9 1 1 poll 9 file "x"',
      'sensor_add 0x20 0 9 1 1 poll 9 program "x"',
    ]) {
      await expect(emulator.line(text, trust)).rejects.toThrow(/anyone may connect/)
    }
  })

  it('quit ends the process that is this node alone', async () => {
    let ended = 0
    await emulatedNode({ quit: () => ended++ }).line('quit')
    expect(ended).toBe(1)
    await expect(emulatedNode().line('quit')).rejects.toThrow(/bmcsim down/)
  })

  it.each([
    ['mc_setbmc 0x30', /settled when it starts/],
    ['mc_add 0x20 0 0 1 1 1 0 0 0', /was added before/],
    ['mc_delete 0x20', /the BMC itself/],
    ['sensor_add 0x20 0 1 1 1', /was added before/],
    ['atca_enable', /AdvancedTCA/],
  ])('%s is refused', async (text, why) => {
    await expect(emulatedNode().line(text)).rejects.toThrow(why)
  })
})

describe('polled sensors', () => {
  const read = (node: ReturnType<typeof emulatedNode>, number: number) =>
    node.bmc.sensors.reading(node.bmc.sensors.get(0, number))

  it('read a file at their interval, and cross thresholds', async () => {
    const cwd = tempFolder()
    const file = join(cwd, 't')
    writeFileSync(file, '48000\n')
    const node = emulatedNode({ cwd })
    const { bmc, clock, line, emulator } = node
    await line('sensor_add 0x20 0 9 1 1 poll 500 file "./t" div=1000')
    await line('sensor_set_threshold 0x20 0 9 settable 111000 0xa0 0x90 0x70 0 0 0')
    await line(events(9))
    await until('the first look', () => read(node, 9).raw === 48)
    writeFileSync(file, '150000')
    clock.advance(499)
    expect(read(node, 9).raw).toBe(48)
    clock.advance(1)
    await until('the second look', () => read(node, 9).raw === 150)
    expect(bmc.sel.records.map((record) => hex(record.subarray(10)))).toEqual([
      '01 09 01 57 96 70',
      '01 09 01 59 96 90',
    ])
    emulator.close()
    expect(clock.waiting).toBe(0)
  })

  it('keep their value while there is none to read, and hold one that was set until the next look', async () => {
    const cwd = tempFolder()
    const file = join(cwd, 't')
    writeFileSync(file, '7')
    const node = emulatedNode({ cwd })
    await node.line('sensor_add 0x20 0 9 1 1 poll 500 program "echo >> runs; cat t"')
    await until('the first look', () => read(node, 9).raw === 7)
    await node.line('sensor_set_value 0x20 0 9 9 0')
    expect(read(node, 9).raw).toBe(9)
    writeFileSync(file, 'nothing')
    const runs = () => readFileSync(join(cwd, 'runs')).length
    // It is asked again only when it was done before: so the second look is over when the third begins.
    await until('the third look', () => {
      node.clock.advance(500)
      return runs() >= 3
    })
    expect(read(node, 9).raw).toBe(9)
  })

  it('are not there while the bit that they depend on is not', async () => {
    const cwd = tempFolder()
    writeFileSync(join(cwd, 't'), '7')
    const node = emulatedNode({ cwd })
    await node.line('sensor_add 0x20 0 9 1 1 poll 100 file "t" depends=0x20,0,2,0')
    await until('the first look', () => read(node, 9).available)
    await node.line('sensor_set_bit 0x20 0 2 0 0 0')
    node.clock.advance(100)
    await until('the second look', () => !read(node, 9).available)
  })

  it('have their first states as given, so that they are no event', async () => {
    const cwd = tempFolder()
    writeFileSync(join(cwd, 't'), '3')
    const node = emulatedNode({ cwd })
    const masks = '000000000000111 '.repeat(4)
    await node.line('sensor_add 0x20 0 9 0x25 0x6f poll 100 file "t" initstate=1')
    await node.line(`sensor_set_event_support 0x20 0 9 enable scanning per-state ${masks}`)
    await until('the first look', () => read(node, 9).states === 3)
    expect(node.bmc.sel.records.map((record) => hex(record.subarray(10)))).toEqual(['25 09 6f 01 ff ff'])
  })
})

test('a script goes on after its sleeps, and ends at what fails', async () => {
  const { bmc, clock, controllers: known, emulator, line } = emulatedNode()
  const trust = { files: true, programs: true }
  const texts = [
    'sleep 10',
    'sensor_set_value 0x20 0 1 50 0',
    'mc_add 0x30 1 0 1 1 1 1 1 1',
    'sensor_set_value 0x20 0 1 60 0',
  ]
  const script = texts.flatMap((text) => readEmulatorLine({ text, cwd: '/', variables: new Map(), known, trust }))
  await line('mc_add 0x30 1 0 1 1 1 1 1 1')
  const done = emulator.script(script)
  clock.advance(10)
  await done
  expect(bmc.sensors.reading(bmc.sensors.get(0, 1)).raw).toBe(50)
})

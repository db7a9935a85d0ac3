import { expect, test } from 'vitest'
import { makerBmc } from '../../../support/maker-bmc.ts'

test('fan modes and duties: they read back, and the readings follow by zone', async () => {
  const { raw, bmc, clock } = makerBmc('supermicro-like')
  const rpm = (name: string) => bmc.sensors.reading(bmc.sensors.named(name)).raw * 100
  const about = (value: number, wanted: number) => expect(Math.abs(value - wanted)).toBeLessThanOrEqual(300)
  expect(await raw('30 45 00')).toBe('00')
  expect(await raw('30 70 66 00 00')).toBe('32')
  expect(await raw('30 45 01 01')).toBe('')
  clock.advance(300_000)
  about(rpm('FAN1'), 9800)
  about(rpm('FANA'), 9800)
  expect(await raw('30 45 00')).toBe('01')
  expect(await raw('30 70 66 00 01')).toBe('64')
  expect(await raw('30 70 66 01 01 28')).toBe('')
  clock.advance(300_000)
  about(rpm('FAN1'), 9800)
  about(rpm('FANA'), 3900)
  expect(await raw('30 45 01 02')).toBe('')
  clock.advance(300_000)
  about(rpm('FAN1'), 4200)
  for (const wrong of ['45 01 03', '45 01 09', '70 66 00 02', '70 66 01 02 28', '70 0c 01 03', '70 f0 03', '70 01']) {
    expect(await raw(`30 ${wrong}`)).toBe('cc CC')
  }
  expect(await raw('30 70 66 01 00 65')).toBe('cc C9')
  expect(await raw('30 45 01')).toBe('cc C7')
  expect(await raw('30 70 66 01 00')).toBe('cc C7')
})

test('the lid: what holds its sensor lets go', async () => {
  const { raw, bmc } = makerBmc('supermicro-like')
  const lid = bmc.sensors.named('Chassis Intru')
  bmc.sensors.force(lid, 1)
  expect(bmc.sensors.reading(lid).states).toBe(1)
  expect(await raw('30 03')).toBe('')
  expect(bmc.sensors.reading(lid).states).toBe(0)
})

test('LAN port and services read back', async () => {
  const { raw } = makerBmc('supermicro-like')
  expect(await raw('30 70 0c 00')).toBe('02')
  expect(await raw('30 70 0c 01 00')).toBe('')
  expect(await raw('30 70 0c 00')).toBe('00')
  expect(await raw('30 70 f0 02')).toBe('01')
  expect(await raw('30 70 f0 00')).toBe('')
  expect(await raw('30 70 f0 02')).toBe('00')
})

test('power supplies on their bus; the EEPROM is where it was', async () => {
  const { raw, bmc } = makerBmc('supermicro-like')
  expect(await raw('06 52 07 70 01 0c')).toBe('01')
  expect(await raw('06 52 07 b2 01 79')).toBe('00')
  bmc.sensors.force(bmc.sensors.named('PS1 Status'), 0x03)
  expect(await raw('06 52 07 70 01 0c')).toBe('00')
  expect(await raw('06 52 07 78 01 78')).toBe('00')
  expect(await raw('06 52 07 b0 01 79')).toBe('01')
  expect(await raw('06 52 07 72 01 0c')).toBe('01')
  expect(await raw('06 52 07 74 01 0c')).toBe('cc 83')
  expect(await raw('06 52 07 70 02 0c')).toBe('cc CC')
  expect(await raw('06 52 01 a0 02 00')).toBe('ff ff')
})

test('firmware, and the MAC of the first network card', async () => {
  const { raw, bmc } = makerBmc('supermicro-like')
  expect(await raw('3c 20')).toMatch(/^03 00 00 00 88 00 00 00 00 00 00 00 84 01 00 00 01 4c 49 4b 45 5f 58 31 30 00$/)
  const mac = Buffer.from(bmc.oem.facts?.nics[0] ?? []).toString('hex')
  expect((await raw('30 21')).replaceAll(' ', '')).toBe(`01000000${mac}`)
})

import { expect, test } from 'vitest'
import { makerBmc } from '../../../support/maker-bmc.ts'

const text = (answer: string) => Buffer.from(answer.replaceAll(' ', ''), 'hex').toString('latin1')

test('the standard system info parameters are as they were', async () => {
  const { raw } = makerBmc('idrac-like')
  expect(text(await raw('06 59 00 02 00 00')).slice(4, 8)).toBe('cn01')
  expect(await raw('06 59 00 02 00 00 00')).toBe('cc C7')
  expect(await raw('06 59 00 09 00 00')).toBe('cc 80')
  expect(await raw('06 58 02 00 00 01 61')).toBe('')
  expect(await raw('06 59 00 02 00 00')).toMatch(/^11 00 00 01 61 00/)
})

test('names and numbers of the server', async () => {
  const { raw, bmc, personality } = makerBmc('idrac-like')
  if (personality.oem?.commands !== 'dell') throw new Error('it has commands of dell')
  const { model, firmware, controllerType } = personality.oem
  expect(text(await raw('06 59 00 d1 00 00'))).toBe(
    `\x11\0\0${String.fromCharCode(model.length)}${model}`.padEnd(18, '\0'),
  )
  expect(await raw('06 59 00 d1 01 00')).toBe('cc C9')
  const serviceTag = text(await raw('06 59 00 c5 00 00'))
  expect(serviceTag.slice(0, 2)).toBe('\x11\x08')
  expect(serviceTag.slice(2)).toMatch(/^[0-9A-F]{8}$/)
  const blocks = await Promise.all([0, 1, 2].map((set) => raw(`06 59 00 dd 0${set} 00`)))
  const info = blocks.map((block) => text(block).slice(2)).join('')
  expect(info).toHaveLength(41)
  expect([...info.slice(4, 8)].map((one) => one.charCodeAt(0))).toEqual([127, 0, 0, 7])
  expect(info.slice(20, 40).replaceAll('\0', '')).toBe(firmware)
  expect(info.charCodeAt(40)).toBe(controllerType)
  expect(await raw('06 59 00 dd 03 00')).toBe('cc C9')
  expect(await raw('06 59 00 df 00 00')).toBe('cc 80')
  expect(await raw('06 59 80 d1 00 00')).toBe('11')
  bmc.dcmi.assetTag.write(0, new Uint8Array(Buffer.from('R12')))
  expect(text(await raw('06 59 00 c4 00 00'))).toBe('\x11\x03R12')
})

test('network cards by offset and length', async () => {
  const { raw } = makerBmc('idrac-like')
  expect(await raw('06 59 00 da 00 00 00 00')).toBe('11 10')
  const second = await raw('06 59 00 da 00 00 08 08')
  expect(second).toMatch(/^11 00 01( [0-9a-f]{2}){6}$/)
  expect(second).not.toBe(await raw('06 59 00 da 00 00 00 08'))
  expect(await raw('06 59 00 da 00 00 10 08')).toBe('cc C9')
  expect(await raw('06 59 00 da 00 00 00 00 00')).toBe('cc C7')
})

test('the display: a text in blocks, a mode, a lock; they read back and are kept', async () => {
  const { raw, bmc } = makerBmc('idrac-like')
  const first = '41 '.repeat(14).trimEnd()
  expect(await raw(`06 58 c1 00 00 10 ${first}`)).toBe('')
  expect(await raw(`06 58 c1 01 42 43 ${'00 '.repeat(14).trimEnd()}`)).toBe('')
  expect(await raw('06 59 00 c1 00 00')).toBe(`11 00 00 10 ${first}`)
  expect(await raw('06 59 00 c1 01 00')).toMatch(/^11 01 42 43 00/)
  expect(await raw('06 58 c1 00 00 3f')).toBe('cc C9')
  expect(await raw('06 58 c1 04 41')).toBe('cc C9')
  expect(await raw('06 58 c2 00 00 00 00 02 00 00 00 00 00 02 00')).toBe('')
  expect(await raw('06 59 00 c2 00 00')).toBe('11 00 00 00 00 02 00 bf 03 00 00 02 00')
  expect(await raw('06 58 c2 01')).toBe('')
  expect(await raw('06 58 c2 01 02')).toBe('cc C7')
  expect(await raw('06 58 e7 00 03 00 00')).toBe('cc CC')
  expect(await raw('06 58 e7 00 02 00 00')).toBe('')
  expect(await raw('06 59 00 e7 00 00')).toBe('11 00 02 00 00')
  expect(await raw('06 58 d1 00 00 00')).toBe('cc 80')
  expect(bmc.store.get('oem.dell.lcd.status')).toBe('0002')
})

test('the port in use: either form of the command says the same', async () => {
  const { raw } = makerBmc('idrac-like')
  expect(await raw('30 29')).toBe('01 00')
  expect(await raw('30 25')).toBe('02')
  expect(await raw('30 c1 00 00 00')).toBe('05 05')
  expect(await raw('30 24 03')).toBe('')
  expect(await raw('30 29')).toBe('02 06')
  expect(await raw('30 28 03 02')).toBe('')
  expect(await raw('30 25')).toBe('01')
  expect(await raw('30 c1 01 00 00')).toBe('02 01')
  for (const wrong of ['00 00', '01 02', '02 02', '06 00', '02 07', '02 01']) {
    expect(await raw(`30 28 ${wrong}`)).toBe('cc CC')
  }
  expect(await raw('30 c1 07 00 00')).toBe('cc CC')
})

test('the power cap is the limit of DCMI', async () => {
  const { raw, bmc } = makerBmc('idrac-like')
  expect(await raw('30 ba 01 ff')).toBe('02')
  expect(await raw('06 59 00 ea 00 00')).toMatch(/^11 f4 01 00 dc 05 .. 00 02 dc 05 00 00$/)
  expect(await raw('06 58 ea 2c 01 00 00 00 00 00 00 00 00 00 00')).toBe('')
  expect(await raw('30 ba 00 01')).toBe('')
  expect(bmc.dcmi.limit.watts).toBe(300)
  expect(await raw('30 ba 01 ff')).toBe('03')
  // 1024 BTU/hr are 300 W.
  expect(await raw('06 58 ea 00 04 01 00 00 00 00 00 00 00 00 00')).toBe('')
  expect(bmc.dcmi.limit.watts).toBe(300)
  expect(await raw('06 58 ea 01 00 00 00 00 00 00 00 00 00 00 00')).toBe('cc C9')
  expect(await raw('06 58 ea ff ff 00 00 00 00 00 00 00 00 00 00')).toBe('cc C9')
  expect(await raw('06 58 ea 2c 01 03 00 00 00 00 00 00 00 00 00')).toBe('cc CC')
  expect(await raw('30 ba 00 02')).toBe('cc CC')
})

test('power supplies: what they are, what they carry, and one that failed', async () => {
  const { raw, bmc } = makerBmc('idrac-like')
  const tail = (answer: string) => answer.split(' ').slice(-2)
  expect(tail(await raw('30 b0 0a 02'))).toEqual(['00', '00'])
  bmc.sensors.force(bmc.sensors.named('Status PS2'), 0x03)
  expect(tail(await raw('30 b0 0a 02'))).toEqual(['01', '00'])
  expect(await raw('30 b0 0a 03')).toBe('cc CB')
  expect(await raw('30 b0 07 01')).toBe('cc CC')
  expect(await raw('30 b3 0a 03')).toBe('cc CB')
})

test('fans by hand: only when they were taken in hand, and their readings follow', async () => {
  const { raw, bmc, clock } = makerBmc('idrac-like')
  const rpm = () => bmc.sensors.reading(bmc.sensors.named('Fan1 RPM')).raw * 120
  expect(await raw('30 30 02 ff 14')).toBe('cc D5')
  expect(await raw('30 30 01 00')).toBe('')
  expect(await raw('30 30 02 ff 14')).toBe('')
  clock.advance(300_000)
  expect(Math.abs(rpm() - 0.2 * 16_800)).toBeLessThan(300)
  expect(await raw('30 30 02 01 14')).toBe('cc CC')
  expect(await raw('30 30 02 ff 65')).toBe('cc C9')
  expect(await raw('30 30 01 01')).toBe('')
  clock.advance(300_000)
  expect(Math.abs(rpm() - 5640)).toBeLessThan(300)
})

test('the identify light', async () => {
  const { raw, bmc } = makerBmc('idrac-like')
  expect(await raw('30 32')).toBe('00')
  await bmc.identify.light(0, true)
  expect(await raw('30 32')).toBe('01')
})

test('energy and peak: cleared, they begin again', async () => {
  const { raw, clock, bmc } = makerBmc('idrac-like')
  const words = async () => {
    const bytes = Buffer.from((await raw('30 9c 07 01')).replaceAll(' ', ''), 'hex')
    return {
      energySince: bytes.readUInt32LE(0),
      wattHours: bytes.readUInt32LE(4),
      peakSince: bytes.readUInt32LE(8),
      peak: bytes.readUInt16LE(22),
    }
  }
  const drawn = () => bmc.dcmi.meter.statistics().average
  const before = await words()
  expect(Math.abs(before.wattHours - drawn())).toBeLessThanOrEqual(1)
  expect(before.peak).toBeGreaterThanOrEqual(bmc.dcmi.meter.idle)
  clock.advance(3_600_000)
  expect(Math.abs((await words()).wattHours - before.wattHours - drawn())).toBeLessThanOrEqual(1)
  expect((await words()).energySince).toBe(before.energySince)
  expect(await raw('30 9d 07 01 01')).toBe('')
  const after = await words()
  expect(after).toMatchObject({ wattHours: 0, peakSince: before.peakSince })
  expect(after.energySince).toBe(before.energySince + 7200)
  expect(await raw('30 9d 07 01 02')).toBe('')
  expect((await words()).peakSince).toBe(before.peakSince + 3600)
  expect(await raw('30 9d 07 01 03')).toBe('cc CC')
})

test('the GUID, least significant byte first', async () => {
  const { raw } = makerBmc('idrac-like')
  expect(await raw('06 59 00 c3 00 00')).toBe('11 10 af ae ad ac ab aa a8 a9 a6 a7 a4 a5 a0 a1 a2 a3')
})

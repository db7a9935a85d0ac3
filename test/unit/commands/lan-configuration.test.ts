import { expect, test } from 'vitest'
import { BmcError } from '../../../src/base/errors.ts'
import type { LanProgram } from '../../../src/bmc/lan/lan-program.ts'
import { ask } from '../../support/ask.ts'
import { channelSeed, guest, lanRequester, testBmc, testSession } from '../../support/test-bmc.ts'

function admin(program?: LanProgram) {
  const { bmc } = testBmc({ channels: [channelSeed({ program })] })
  return { bmc, by: lanRequester(testSession(bmc)) }
}

test("ipmitool's lan print: every parameter answers or is 80h", async () => {
  const { bmc, by } = admin()
  const answers: string[] = []
  for (const parameter of [
    '00',
    '01',
    '02',
    '04',
    '03',
    '05',
    '06',
    '07',
    '0c',
    '11',
    '14',
    '15',
    '16',
    '1a',
    '0a',
    '0b',
    '08',
    '09',
    '19',
  ]) {
    answers.push(await ask(bmc, by, `0c/02 01 ${parameter} 00 00`))
  }
  expect(answers).toEqual([
    '00 11 00',
    '00 11 17',
    '00 11 00 04 04 14 00',
    '00 11 01',
    '00 11 7f 00 00 07',
    '00 11 02 11 22 33 44 55',
    '00 11 ff 00 00 00',
    '00 11 40 40 10',
    '00 11 00 00 00 00',
    '00 11 04',
    '00 11 00 00',
    '00 11 00',
    '00 11 0b',
    '00 11 00 00 00 00 00 00',
    '00 11 02',
    '00 11 04',
    '00 11 6f 02',
    '00 11 98 02',
    '00 11 00 00 00 00',
  ])
  expect(await ask(bmc, by, '0c/02 01 17 00 00')).toBe('00 11 00 01 02 03 06 07 08 0b 0c 0f 10 11')
  expect(await ask(bmc, by, '0c/02 01 18 00 00')).toBe('00 11 00 40 44 00 44 04 40 04 40')
  expect(await ask(bmc, by, '0c/02 81 03 00 00')).toBe('00 11')
})

test("ipmitool's lan set: begin, set, compare, commit, complete", async () => {
  const { bmc, by } = admin()
  expect(await ask(bmc, by, '0c/01 01 00 01')).toBe('00')
  expect(await ask(bmc, by, '0c/02 01 00 00 00')).toBe('00 11 01')
  expect(await ask(bmc, by, '0c/01 01 03 0a 09 08 07')).toBe('00')
  expect(await ask(bmc, by, '0c/02 01 03 00 00')).toBe('00 11 0a 09 08 07')
  expect(await ask(bmc, by, '0c/01 01 00 02')).toBe('00')
  expect(await ask(bmc, by, '0c/02 01 00 00 00')).toBe('00 11 01')
  expect(await ask(bmc, by, '0c/01 01 00 00')).toBe('00')
  expect(await ask(bmc, by, '0c/02 01 00 00 00')).toBe('00 11 00')
})

test.each([
  ['0c/01 01 16 01', '82'],
  ['0c/01 01 63 01', '80'],
  ['0c/01 01 03 01', 'c7'],
  ['0c/01 0f 03 01 02 03 04', 'cc'],
  ['0c/02 02 03 00 00', 'cc'],
  ['0c/01 01 08 70 02', '82'],
  ['0c/01 01 08 6f 02', '00'],
  ['0c/01 01 33 00', '00'],
  ['0c/01 01 33 02', '82'],
  ['0c/02 01 12 05 00', 'c9'],
  ['0c/01 01 12 05 00 00 00', 'c9'],
  ['0c/01 01 13 01 10 00 00 00 00 00 00 00 00 00 00 00', 'cc'],
  ['0c/01 01 13 01', 'c7'],
  ['0c/02 01 38 00 00', 'c9'],
  ['0c/02 01 39 00 00', '80'],
])('%s is %s', async (request, answer) => {
  const { bmc, by } = admin()
  expect(await ask(bmc, by, request)).toBe(answer)
})

test('the guest has to name the channel; Eh is his own', async () => {
  const { bmc } = admin()
  expect(await ask(bmc, guest, '0c/02 0e 03 00 00')).toBe('cc')
  expect(await ask(bmc, guest, '0c/02 01 03 00 00')).toBe('00 11 7f 00 00 07')
})

test('what a program says, and its refusal, reach the client', async () => {
  const { bmc, by } = admin({
    get: async () => new Map([['ip_addr', '10.0.0.9']]),
    check: async () => {
      throw new BmcError('invalid-field', 'no')
    },
    set: async () => {
      throw new BmcError('timeout', 'it hangs')
    },
  })
  expect(await ask(bmc, by, '0c/02 01 03 00 00')).toBe('00 11 0a 00 00 09')
  expect(await ask(bmc, by, '0c/02 01 06 00 00')).toBe('cb')
  expect(await ask(bmc, by, '0c/01 01 04 02')).toBe('cc')
  expect(await ask(bmc, by, '0c/01 01 03 0a 09 08 07')).toBe('c3')
})

test('alert destinations are set and read one by one; the first is forgotten', async () => {
  const { bmc, by } = admin()
  expect(await ask(bmc, by, '0c/02 01 12 01 00')).toBe('00 11 01 00 00 00')
  expect(await ask(bmc, by, '0c/01 01 12 01 80 05 03')).toBe('00')
  expect(await ask(bmc, by, '0c/01 01 12 00 00 01 01')).toBe('00')
  expect(await ask(bmc, by, '0c/01 01 13 01 00 00 0a 00 00 09 02 00 00 00 00 01')).toBe('00')
  expect(await ask(bmc, by, '0c/01 01 19 01 10 2a 00')).toBe('00')
  expect(await ask(bmc, by, '0c/02 01 12 01 00')).toBe('00 11 01 80 05 03')
  expect(await ask(bmc, by, '0c/02 01 13 01 00')).toBe('00 11 01 00 00 0a 00 00 09 02 00 00 00 00 01')
  expect(await ask(bmc, by, '0c/02 01 19 01 00')).toBe('00 11 01 10 2a 00')
  const again = testBmc({ store: bmc.store }).bmc
  expect(again.lanConfiguration(1)?.get(18, 1)).toEqual(Uint8Array.of(1, 0x80, 5, 3))
  expect(again.lanConfiguration(1)?.get(18, 0)).toEqual(Uint8Array.of(0, 0, 0, 0))
})

test('a BMC on an IPv6 address says so', async () => {
  const { bmc } = testBmc({ channels: [channelSeed({ addresses: [{ host: '2001:db8::7', port: 623 }] })] })
  const answers: string[] = []
  for (const number of ['32', '33', '34', '35', '36', '37', '38']) {
    answers.push(await ask(bmc, guest, `0c/02 01 ${number} 00 00`))
  }
  expect(answers).toEqual([
    '00 11 03',
    '00 11 01',
    '00 11 00',
    '00 11 40',
    '00 11 00 00 00',
    '00 11 01 00 00',
    '00 11 00 80 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 07 40 00',
  ])
})

import { beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../../../src/base/logger.ts'
import type { Bmc } from '../../../src/bmc/bmc.ts'
import type { Requester } from '../../../src/commands/command.ts'
import { ConsoleHub } from '../../../src/console/hub.ts'
import { MemoryScrollback } from '../../../src/console/scrollback.ts'
import { ask } from '../../support/ask.ts'
import { FakePort } from '../../support/fake-port.ts'
import { solSession } from '../../support/sol-session.ts'
import { guest, lanRequester, testBmc } from '../../support/test-bmc.ts'

let bmc: Bmc
let by: Requester
let other: Requester

beforeEach(() => {
  const hub = new ConsoleHub({ port: new FakePort(), scrollback: new MemoryScrollback(0), log: silentLogger })
  bmc = testBmc({ openConsole: () => hub.open() }).bmc
  by = logIn({ id: 0x11223344, localPort: 9001 })
  other = logIn({ id: 2, handle: 2 })
})

function logIn(facts: object): Requester {
  const { session } = solSession(facts)
  bmc.sessions.add(session)
  return lanRequester(session)
}

describe('payload commands', () => {
  it('encryption is what the session has; there is nothing to switch', async () => {
    const encryption = (operation: string) => ask(bmc, by, `06/55 01 01 ${operation}`)
    expect(await encryption('01')).toBe('83')
    await ask(bmc, by, '06/48 01 01 c0 00 00 00')
    expect([await encryption('00'), await encryption('01'), await encryption('02')]).toEqual(['81', '00', '80'])
    await ask(bmc, other, '06/49 01 01 00 00 00 00')
    await ask(bmc, logIn({ id: 3, encrypted: false }), '06/48 01 01 40 00 00 00')
    expect([await encryption('00'), await encryption('01')]).toEqual(['00', '82'])
    expect(await encryption('03')).toBe('cc')
  })

  it('activate: sizes that every client takes, the port the client used, no VLAN', async () => {
    expect(await ask(bmc, by, '06/48 01 01 c6 00 00 00')).toBe('00 00 00 00 00 ff 00 03 01 29 23 ff ff')
    expect(await ask(bmc, other, '06/48 01 01 c0 00 00 00')).toBe('80')
    expect(await ask(bmc, other, '06/49 01 01 00 00 00 00')).toBe('00')
    expect(await ask(bmc, other, '06/48 01 01 c0 00 00 00')).toBe('00 00 00 00 00 ff 00 03 01 6f 02 ff ff')
  })

  it('activate: its own codes', async () => {
    expect(await ask(bmc, logIn({ id: 3, encrypted: false }), '06/48 01 01 c6 00 00 00')).toBe('83')
    bmc.sol.config.change({ forceEncryption: true })
    expect(await ask(bmc, by, '06/48 01 01 40 00 00 00')).toBe('84')
    bmc.sol.config.change({ enabled: false })
    expect(await ask(bmc, by, '06/48 01 01 c6 00 00 00')).toBe('81')
    expect(await ask(bmc, by, '06/48 02 01 c6 00 00 00')).toBe('cc')
    expect(await ask(bmc, by, '06/48 01 02 c6 00 00 00')).toBe('cc')
    expect(await ask(bmc, logIn({ id: 4, version: '1.5' }), '06/48 01 01 00 00 00 00')).toBe('d5')
  })

  it('deactivate: 80h when there is nothing to deactivate; the guest may, too', async () => {
    expect(await ask(bmc, by, '06/49 01 01 00 00 00 00')).toBe('80')
    await ask(bmc, by, '06/48 01 01 c6 00 00 00')
    expect(await ask(bmc, guest, '06/49 01 01 00 00 00 00')).toBe('00')
  })

  it('status and instance info name the owner as it knows itself', async () => {
    expect(await ask(bmc, by, '06/4a 01')).toBe('00 01 00 00')
    expect(await ask(bmc, by, '06/4b 01 01')).toBe('00 00 00 00 00 01 00 00 00 00 00 00 00')
    await ask(bmc, by, '06/48 01 01 c6 00 00 00')
    expect(await ask(bmc, other, '06/4a 01')).toBe('00 01 01 00')
    expect(await ask(bmc, other, '06/4b 01 01')).toBe('00 44 33 22 11 01 00 00 00 00 00 00 00')
  })

  it('user payload access shuts a user out of SOL', async () => {
    expect(await ask(bmc, by, '06/4d 0e 02')).toBe('00 02 00 00 00')
    expect(await ask(bmc, by, '06/4c 0e 42 02 00 00 00')).toBe('00')
    expect(await ask(bmc, by, '06/4d 01 02')).toBe('00 00 00 00 00')
    expect(await ask(bmc, by, '06/48 01 01 c6 00 00 00')).toBe('d4')
    expect(await ask(bmc, by, '06/4c 01 02 02 00 00 00')).toBe('00')
    expect(await ask(bmc, by, '06/4c 01 02 02 00 01 00')).toBe('cc')
    expect(await ask(bmc, by, '06/4c 01 42 00 00 01 00')).toBe('00')
    expect(await ask(bmc, by, '06/48 01 01 c6 00 00 00')).toMatch(/^00/)
    expect(await ask(bmc, by, '06/4d 05 02')).toBe('cc')
    expect(await ask(bmc, by, '06/4d 01 00')).toBe('c9')
  })

  it('channel payload support and version', async () => {
    expect(await ask(bmc, by, '06/4e 0e')).toBe('00 03 00 3f 00 00 00 00 00')
    expect(await ask(bmc, by, '06/4f 0e 01')).toBe('00 10')
    expect(await ask(bmc, by, '06/4f 0e 02')).toBe('80')
    const { bmc: bare } = testBmc()
    expect(await ask(bare, by, '06/4e 01')).toBe('00 01 00 3f 00 00 00 00 00')
  })
})

describe('SOL configuration', () => {
  it('reads parameters 0 to 8', async () => {
    const values = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => ask(bmc, by, `0c/22 01 0${n} 00 00`)))
    expect(values).toEqual([
      '00 11 00',
      '00 11 01',
      '00 11 02',
      '00 11 01 60',
      '00 11 07 05',
      '00 11 0a',
      '00 11 0a',
      '00 11 01',
      '00 11 29 23',
      '80',
    ])
    expect(await ask(bmc, by, '0c/22 81 01 00 00')).toBe('00 11')
  })

  it.each([
    ['01', '00'],
    ['02', 'c3'],
    ['03', '0c 40'],
    ['04', '05 14'],
    ['05', '06'],
    ['06', '07'],
  ])('parameter %s reads back as it was written', async (parameter, value) => {
    expect(await ask(bmc, by, `0c/21 01 ${parameter} ${value}`)).toBe('00')
    expect(await ask(bmc, by, `0c/22 01 ${parameter} 00 00`)).toBe(`00 11 ${value}`)
  })

  it('refuses what it must', async () => {
    expect(await ask(bmc, by, '0c/21 01 07 01')).toBe('82')
    expect(await ask(bmc, by, '0c/21 01 08 6f 02')).toBe('82')
    expect(await ask(bmc, by, '0c/21 01 09 00')).toBe('80')
    expect(await ask(bmc, by, '0c/21 01 05 0b')).toBe('cc')
    expect(await ask(bmc, by, '0c/21 01 02 c9')).toBe('cc')
    expect(await ask(bmc, by, '0c/21 01 03 01')).toBe('c7')
    expect(await ask(bmc, by, '0c/22 05 01 00 00')).toBe('cc')
  })

  it('has one set in progress at a time, which falls with its session', async () => {
    expect(await ask(bmc, by, '0c/21 01 00 01')).toBe('00')
    expect(await ask(bmc, other, '0c/21 01 00 01')).toBe('81')
    expect(await ask(bmc, other, '0c/22 01 00 00 00')).toBe('00 11 01')
    if (by.session !== undefined) bmc.sessions.end(by.session, 'closed')
    expect(await ask(bmc, other, '0c/21 01 00 01')).toBe('00')
    expect(await ask(bmc, other, '0c/21 01 00 00')).toBe('00')
  })
})

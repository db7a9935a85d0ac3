import { expect, test } from 'vitest'
import { acknowledgeOf, alertingBmc, overheat, setDestination } from '../../../support/alerting-bmc.ts'
import { ask } from '../../../support/ask.ts'
import { stranger } from '../../../support/test-bmc.ts'

test('an alert goes to its address, with the community and what the SDR knows', async () => {
  const { bmc, traps, pass, clock } = alertingBmc()
  const community = new Uint8Array(18)
  community.set(Buffer.from('ops'))
  bmc.lanConfiguration(1)?.set(16, community)
  clock.advance(5000)
  overheat(bmc)
  await pass(0)
  expect(traps).toMatchObject([
    { address: '10.0.0.9', port: 162, community: 'ops', agent: '127.0.0.7', specific: 0x010109, upTime: 500 },
  ])
  const [{ variable }] = traps
  expect([...variable.subarray(24, 34)]).toEqual([0x20, 0x20, 0x10, 0x20, 1, 3, 1, 0x59, 91, 90])
  expect(clock.waiting).toBe(0)
})

test('without acknowledge every try is sent, an interval apart, with the same number', async () => {
  const { bmc, traps, pass, clock } = alertingBmc()
  setDestination(bmc, 1, { retries: 2, interval: 3 })
  overheat(bmc)
  await pass(3999)
  expect(traps).toHaveLength(1)
  await pass(1)
  expect(traps).toHaveLength(2)
  await pass(4000)
  expect(traps).toHaveLength(3)
  expect(new Set(traps.map(({ variable }) => variable.join())).size).toBe(1)
  await pass(60_000)
  expect({ traps: traps.length, timers: clock.waiting }).toEqual({ traps: 3, timers: 0 })
})

test('an acknowledge from anybody ends the retries; one for something else does not', async () => {
  const { bmc, traps, pass, clock } = alertingBmc()
  setDestination(bmc, 1, { ack: true, retries: 7 })
  overheat(bmc)
  await pass(0)
  const right = acknowledgeOf(traps[0])
  for (let at = 0; at < 12; at++) {
    const bytes = right.split(' ')
    bytes[at] = bytes[at] === 'ee' ? 'ef' : 'ee'
    expect(await ask(bmc, stranger, `04/17 ${bytes.join(' ')}`)).toBe('00')
  }
  await pass(1000)
  expect(traps).toHaveLength(2)
  expect(await ask(bmc, stranger, `04/17 ${right}`)).toBe('00')
  await pass(60_000)
  expect({ traps: traps.length, timers: clock.waiting, busy: bmc.alerts.busy }).toEqual({
    traps: 2,
    timers: 0,
    busy: false,
  })
  expect(await ask(bmc, stranger, `04/17 ${right}`)).toBe('00')
})

test('nobody acknowledges: retried, then the next alert has its turn', async () => {
  const { bmc, traps, pass } = alertingBmc()
  setDestination(bmc, 1, { ack: true, retries: 1 })
  overheat(bmc)
  overheat(bmc)
  await pass(1000)
  expect(traps).toHaveLength(2)
  expect(traps[0].variable).toEqual(traps[1].variable)
  await pass(1000)
  expect(traps).toHaveLength(3)
  expect(traps[2].variable).not.toEqual(traps[1].variable)
})

test('a destination without an address, or a network that refuses, stops nothing', async () => {
  const { bmc, pass, clock } = alertingBmc({
    sendTrap: async () => {
      throw new Error('EHOSTUNREACH')
    },
  })
  overheat(bmc)
  setDestination(bmc, 1, { address: [0, 0, 0, 0] })
  overheat(bmc)
  await pass(0)
  expect({ busy: bmc.alerts.busy, timers: clock.waiting }).toEqual({ busy: false, timers: 0 })
})

test('a storm of events leaves no endless queue', async () => {
  const { bmc, traps, pass } = alertingBmc()
  setDestination(bmc, 1, { ack: true })
  for (let i = 0; i < 500; i++) overheat(bmc)
  for (let i = 0; i < 500; i++) await pass(1000)
  expect(traps).toHaveLength(65)
  expect(bmc.pef.progress.bmc).toBe(0)
})

test('the end of the BMC ends a wait', async () => {
  const { bmc, traps, pass, clock } = alertingBmc()
  setDestination(bmc, 1, { ack: true, retries: 5 })
  overheat(bmc)
  await pass(0)
  bmc.close()
  await pass(10_000)
  expect({ traps: traps.length, timers: clock.waiting }).toEqual({ traps: 1, timers: 0 })
})

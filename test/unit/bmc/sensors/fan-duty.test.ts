import { expect, test } from 'vitest'
import { Personalities } from '../../../../src/app/personalities.ts'
import { FanDuty } from '../../../../src/bmc/sensors/fan-duty.ts'
import { MemoryStore } from '../../../../src/bmc/store.ts'

const { sensors } = new Personalities().storage('supermicro-like', 'cn01', 0xbf)
const seed = (name: string) => sensors.find((one) => one.name === name) ?? sensors[0]

test('a duty moves the fans of its zone, is kept, and lets go', () => {
  const store = new MemoryStore()
  const fans = new FanDuty(store, 'supermicro')
  expect(fans.signalOf(seed('FAN1'))).toBe(seed('FAN1').signal)
  fans.set(1, 50)
  expect(fans.signalOf(seed('FAN1'))).toBe(seed('FAN1').signal)
  expect(new FanDuty(store, 'supermicro').signalOf(seed('FANA'))).toMatchObject({ on: 49 })
  // The same state, where the node is a server of another kind now.
  for (const other of ['dell', undefined]) {
    expect(new FanDuty(store, other).signalOf(seed('FANA'))).toBe(seed('FANA').signal)
  }
  expect(fans.signalOf(seed('CPU1 Temp'))).toBe(seed('CPU1 Temp').signal)
  expect(fans.signalOf(seed('PS1 Status'))).toBe(seed('PS1 Status').signal)
  fans.set(1, undefined)
  expect(fans.get(1)).toBeUndefined()
  expect(fans.signalOf(seed('FANA'))).toBe(seed('FANA').signal)
})

import { expect, test } from 'vitest'
import { hex } from '../../../../src/base/bytes.ts'
import { testBmc } from '../../../support/test-bmc.ts'
import { driveSlot, testStorage } from '../../../support/test-storage.ts'

const powerUnit = { ...driveSlot, number: 0x41, name: 'Power Unit', type: 0x09 }

function logged() {
  const sel = { capacity: 99, support: 0, records: [] }
  const parts = testBmc({ storage: testStorage({ sensors: [powerUnit], sel }) })
  /** Sensor type and number, event type and direction, offset. */
  const log = () => parts.bmc.sel.records.map((record) => hex(record.subarray(10, 14)))
  return { ...parts, log }
}

test('on, reset, cycle and off are in the log, as events of the power unit and of a boot', async () => {
  const { bmc, log } = logged()
  await bmc.power.control('power up', 'test')
  expect(log()).toEqual(['09 41 ef 00', '1d ff 6f 00'])
  await bmc.power.control('hard reset', 'test')
  expect(log().slice(2)).toEqual(['1d ff 6f 01'])
  await bmc.power.control('power cycle', 'test')
  expect(log().slice(3)).toEqual(['09 41 6f 01', '09 41 6f 00', '09 41 ef 00', '1d ff 6f 00'])
  await bmc.power.control('power down', 'test')
  expect(log().slice(7)).toEqual(['09 41 6f 00'])
})

test('a start that fails is a failure of the power control', async () => {
  const { bmc, machine, log } = logged()
  machine.failure = new Error('no such program')
  await expect(bmc.power.control('power up', 'test')).rejects.toThrow()
  expect(log()).toEqual(['09 41 6f 05'])
})

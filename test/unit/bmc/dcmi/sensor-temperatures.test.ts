import { expect, test } from 'vitest'
import { sensorTemperatures } from '../../../../src/bmc/dcmi/sensor-temperatures.ts'
import { testBmc } from '../../../support/test-bmc.ts'

test('DCMI shows what the temperature sensor reads, also when its reading is forced', async () => {
  const { bmc } = testBmc()
  await bmc.power.control('power up', 'test')
  const [seed] = bmc.sensors.seeds.filter(({ type }) => type === 1)
  bmc.sensors.force(bmc.sensors.get(seed.lun, seed.number), 55)
  expect(bmc.dcmi.temperatures()).toEqual([{ place: 'cpu', instance: 1, celsius: 55, recordId: 1 }])
})

test('a BMC without temperature sensors has none to show', () => {
  const { bmc } = testBmc()
  const none = Object.create(bmc.sensors, { seeds: { value: [] } })
  expect(sensorTemperatures(none, bmc.sdr)).toBeUndefined()
})

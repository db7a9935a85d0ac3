import { describe, expect, it } from 'vitest'
import { sensorStatus, setSensor } from '../../../../src/app/node-sensors.ts'
import { at, genericRedfish, messageKeys, testRedfish } from '../../../support/redfish.ts'

const CHASSIS = '/redfish/v1/Chassis/1'

function listOf(body: unknown, name: string): readonly unknown[] {
  const list = at(body, name)
  return Array.isArray(list) ? list : []
}

describe('the older model', () => {
  it('has the sensors of the newer one, with its thresholds', async () => {
    const { get, bmc } = genericRedfish()
    const { body } = await get(`${CHASSIS}/Thermal`)
    const inlet = listOf(body, 'Temperatures').find((one) => at(one, 'Name') === 'Inlet Temp')
    expect(inlet).toMatchObject({
      ReadingCelsius: sensorStatus(bmc, 'Inlet Temp').value,
      SensorNumber: 3,
      PhysicalContext: 'Intake',
      UpperThresholdNonCritical: 42,
      LowerThresholdCritical: -7,
      Status: { State: 'Enabled', Health: 'OK' },
    })
    const [fan] = listOf(body, 'Fans')
    expect(fan).toMatchObject({
      Name: 'Fan 1',
      Reading: sensorStatus(bmc, 'Fan 1').value,
      ReadingUnits: 'RPM',
      LowerThresholdCritical: 1200,
    })
    const { body: power } = await get(`${CHASSIS}/Power`)
    const volts = listOf(power, 'Voltages').find((one) => at(one, 'Name') === '12V')
    expect(at(volts, 'ReadingVolts')).toBe(sensorStatus(bmc, '12V').value)
  })

  it('has members whose paths lead to themselves', async () => {
    const { get } = genericRedfish()
    for (const [name, lists] of [
      ['Thermal', ['Temperatures', 'Fans']],
      ['Power', ['PowerControl', 'Voltages', 'PowerSupplies']],
    ] as const) {
      const { body } = await get(`${CHASSIS}/${name}`)
      for (const list of lists) {
        const members = listOf(body, list)
        expect(members.length).toBeGreaterThan(0)
        members.forEach((member, i) => {
          expect(at(member, '@odata.id')).toBe(`${CHASSIS}/${name}#/${list}/${i}`)
        })
      }
    }
  })

  it('tells the power that DCMI tells, and its extremes', async () => {
    const { get, bmc, clock } = genericRedfish()
    clock.advance(60_000)
    const [control] = listOf((await get(`${CHASSIS}/Power`)).body, 'PowerControl')
    const { minimum, maximum, average } = bmc.dcmi.meter.statistics()
    expect(control).toMatchObject({
      PowerConsumedWatts: bmc.dcmi.meter.watts(),
      PowerMetrics: { MinConsumedWatts: minimum, MaxConsumedWatts: maximum, AverageConsumedWatts: average },
      PowerLimit: { LimitInWatts: null, LimitException: 'NoAction', CorrectionInMs: 1000 },
    })
  })
})

describe('cooling', () => {
  it('has the fans, each with its share of full speed', async () => {
    const { get, bmc } = genericRedfish()
    const { body } = await get(`${CHASSIS}/ThermalSubsystem/Fans/Fan_1`)
    const rpm = sensorStatus(bmc, 'Fan 1').value ?? 0
    expect(body.SpeedPercent).toEqual({
      DataSourceUri: `${CHASSIS}/Sensors/Fan_1`,
      Reading: Math.round((rpm / 11400) * 1000) / 10,
      SpeedRPM: rpm,
    })
  })

  it('quotes every temperature, and which is of the air that comes in and goes out', async () => {
    const { get, bmc } = genericRedfish()
    const { body } = await get(`${CHASSIS}/ThermalSubsystem/ThermalMetrics`)
    expect(at(body, 'TemperatureSummaryCelsius', 'Exhaust')).toEqual({
      DataSourceUri: `${CHASSIS}/Sensors/Exhaust_Temp`,
      Reading: sensorStatus(bmc, 'Exhaust Temp').value,
    })
    expect(listOf(body, 'TemperatureReadingsCelsius').length).toBe(7)
  })

  it('is as unwell as the worst of it', async () => {
    const { get, bmc } = genericRedfish()
    const health = async () => at((await get(`${CHASSIS}/ThermalSubsystem`)).body, 'Status', 'Health')
    expect(await health()).toBe('OK')
    setSensor(bmc, 'Fan 2', '1000')
    expect(await health()).toBe('Critical')
  })
})

describe('a power supply', () => {
  const PSU = `${CHASSIS}/PowerSubsystem/PowerSupplies/PSU2`

  it('has what its FRU says, and quotes its sensors', async () => {
    const { get, bmc } = genericRedfish()
    expect((await get(PSU)).body).toMatchObject({
      Name: 'PSU2',
      Model: 'Power Supply 800W',
      Manufacturer: 'bmcsim',
      PartNumber: 'PS-800-01',
      LineInputStatus: 'Normal',
      Status: { State: 'Enabled', Health: 'OK' },
    })
    expect((await get(`${PSU}/Metrics`)).body.OutputPowerWatts).toEqual({
      DataSourceUri: `${CHASSIS}/Sensors/PSU2_Power`,
      Reading: sensorStatus(bmc, 'PSU2 Power').value,
    })
  })

  it('is pulled, loses its input or fails as its sensor of states says', async () => {
    const { get, bmc } = genericRedfish()
    setSensor(bmc, 'PSU2 Status', '0,3')
    expect((await get(PSU)).body).toMatchObject({ LineInputStatus: 'LossOfInput', Status: { Health: 'Warning' } })
    setSensor(bmc, 'PSU2 Status', '0,1')
    expect((await get(PSU)).body).toMatchObject({ LineInputStatus: 'Normal', Status: { Health: 'Critical' } })
    setSensor(bmc, 'PSU2 Status', 'none')
    expect((await get(PSU)).body).toMatchObject({ Status: { State: 'Absent' } })
  })
})

describe('the environment of a part', () => {
  it('is there where a sensor is, and linked to', async () => {
    const { get, bmc } = genericRedfish()
    const path = '/redfish/v1/Systems/1/Processors/CPU1'
    expect((await get(path)).body.EnvironmentMetrics).toEqual({ '@odata.id': `${path}/EnvironmentMetrics` })
    const { body } = await get(`${path}/EnvironmentMetrics`)
    expect(at(body, 'TemperatureCelsius', 'Reading')).toBe(sensorStatus(bmc, 'CPU1 Temp').value)
    const memory = await get('/redfish/v1/Systems/1/Memory/DIMM1/EnvironmentMetrics')
    expect(at(memory.body, 'TemperatureCelsius', 'DataSourceUri')).toBe(`${CHASSIS}/Sensors/DIMM_A_Temp`)
  })

  it('is not there without one', async () => {
    const { get } = testRedfish()
    expect((await get('/redfish/v1/Systems/1/Memory/DIMM1/EnvironmentMetrics')).status).toBe(404)
    expect((await get('/redfish/v1/Systems/1/Memory/DIMM1')).body.EnvironmentMetrics).toBeUndefined()
  })
})

describe('the power limit', () => {
  const patch = (parts: ReturnType<typeof genericRedfish>, path: string, body: unknown) =>
    parts.ask('PATCH', `${CHASSIS}/${path}`, { body })
  const older = (PowerLimit: unknown) => ({ PowerControl: [{ PowerLimit }] })

  it('is one thing, whichever of its three places it is written at, and DCMI has it too', async () => {
    const parts = genericRedfish()
    const { bmc, get } = parts
    const asked: (number | undefined)[] = []
    parts.machine.limitWork = (share) => asked.push(share)

    expect((await patch(parts, 'Power', older({ LimitInWatts: 200, LimitException: 'LogEventOnly' }))).status).toBe(200)
    expect(bmc.dcmi.limit.watts).toBe(200)
    expect(bmc.dcmi.limit.settings).toMatchObject({ exception: 'log', correctionMs: 1000 })
    expect((await get(`${CHASSIS}/Controls/PowerLimit`)).body).toMatchObject({
      SetPoint: 200,
      ControlMode: 'Automatic',
    })
    expect(asked.at(-1)).toBeCloseTo((200 - bmc.dcmi.meter.idle) / bmc.dcmi.meter.cpuWatts)

    await patch(parts, 'Controls/PowerLimit', { SetPoint: 180 })
    expect(bmc.dcmi.limit.watts).toBe(180)
    await patch(parts, 'EnvironmentMetrics', { PowerLimitWatts: { SetPoint: 170, ControlMode: 'Disabled' } })
    expect([bmc.dcmi.limit.watts, bmc.dcmi.limit.settings.watts]).toEqual([undefined, 170])
    expect(asked.at(-1)).toBeUndefined()

    bmc.dcmi.limit.setActive(true)
    expect(at((await get(`${CHASSIS}/EnvironmentMetrics`)).body, 'PowerLimitWatts')).toMatchObject({
      SetPoint: 170,
      ControlMode: 'Automatic',
      DataSourceUri: `${CHASSIS}/Controls/PowerLimit`,
      Reading: bmc.dcmi.meter.watts(),
    })
    await patch(parts, 'Power', older({ LimitInWatts: null }))
    expect(bmc.dcmi.limit.active).toBe(false)
  })

  it('is kept', async () => {
    const parts = genericRedfish()
    await patch(parts, 'Power', older({ LimitInWatts: 222 }))
    expect([parts.store.get('dcmi.limit.watts'), parts.store.get('dcmi.limit.active')]).toEqual([222, true])
  })

  it('takes what can be a limit, and of its list only what is there', async () => {
    const parts = genericRedfish()
    const keys = async (path: string, body: unknown) => messageKeys(await patch(parts, path, body))
    expect(await keys('Power', older({ LimitInWatts: 70_000 }))).toEqual(['PropertyValueOutOfRange'])
    expect(await keys('Power', older({ LimitInWatts: -1 }))).toEqual(['PropertyValueOutOfRange'])
    expect(await keys('Power', older({ LimitInWatts: 'all' }))).toEqual(['PropertyValueTypeError'])
    expect(await keys('Power', older({ LimitException: 'Oem' }))).toEqual(['PropertyValueNotInList'])
    expect(await keys('Power', older({ Bogus: 1 }))).toEqual(['PropertyUnknown'])
    expect(await keys('Power', { PowerControl: [{ PowerConsumedWatts: 1 }] })).toEqual(['PropertyNotWritable'])
    expect(await keys('Power', { PowerControl: [{}, {}] })).toEqual(['ArraySizeTooLong'])
    expect(await keys('Power', { PowerControl: [null] })).toEqual(['PropertyNotWritable'])
    expect(await keys('Power', { PowerControl: ['x'] })).toEqual(['PropertyValueTypeError'])
    expect(await keys('Controls/PowerLimit', { SetPoint: 0 })).toEqual(['PropertyValueOutOfRange'])
    expect(await keys('Controls/PowerLimit', { ControlMode: 'Manual' })).toEqual(['PropertyValueNotInList'])
    expect(await keys('EnvironmentMetrics', { PowerLimitWatts: { Reading: 3 } })).toEqual(['PropertyNotWritable'])
    expect([parts.bmc.dcmi.limit.active, parts.store.get('dcmi.limit.watts')]).toEqual([false, undefined])
  })

  it('may be sent back with all that was read', async () => {
    const parts = genericRedfish()
    const { body } = await parts.get(`${CHASSIS}/Power`)
    const control = { ...Object(listOf(body, 'PowerControl')[0]), PowerLimit: { LimitInWatts: 150 } }
    expect((await patch(parts, 'Power', { PowerControl: [control] })).status).toBe(200)
    expect(parts.bmc.dcmi.limit.watts).toBe(150)
  })

  it('changes the ETag, and a reading does not', async () => {
    const parts = genericRedfish()
    const tag = async () => (await parts.get(`${CHASSIS}/Power`)).headers.ETag
    const before = await tag()
    parts.clock.advance(600_000)
    expect(await tag()).toBe(before)
    await patch(parts, 'Power', older({ LimitInWatts: 222 }))
    expect(await tag()).not.toBe(before)
  })
})

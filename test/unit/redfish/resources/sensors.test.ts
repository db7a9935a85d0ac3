import { describe, expect, it } from 'vitest'
import { sensorStatus, setSensor } from '../../../../src/app/node-sensors.ts'
import { at, genericRedfish, messageKeys, testRedfish } from '../../../support/redfish.ts'
import { driveSlot, temperatureSeed, testStorage } from '../../../support/test-storage.ts'

const SENSORS = '/redfish/v1/Chassis/1/Sensors'

describe('a sensor of the BMC', () => {
  it('is one of Redfish with the same value, in units of UCUM', async () => {
    const { get, bmc } = genericRedfish()
    for (const [id, name, type, unit] of [
      ['CPU1_Temp', 'CPU1 Temp', 'Temperature', 'Cel'],
      ['12V', '12V', 'Voltage', 'V'],
      ['Fan_1', 'Fan 1', 'Rotational', '{rev}/min'],
      ['PSU1_Power', 'PSU1 Power', 'Power', 'W'],
      ['CPU_Usage', 'CPU Usage', 'Percent', '%'],
    ]) {
      const { body } = await get(`${SENSORS}/${id}`)
      expect(body).toMatchObject({ Name: name, ReadingType: type, ReadingUnits: unit })
      expect(body.Reading).toBe(sensorStatus(bmc, name).value)
    }
  })

  it('says where it is, and what it is about', async () => {
    const { get } = genericRedfish()
    const { body } = await get(`${SENSORS}/CPU2_Temp`)
    expect(body).toMatchObject({
      PhysicalContext: 'CPU',
      RelatedItem: [{ '@odata.id': '/redfish/v1/Systems/1/Processors/CPU2' }],
    })
    expect((await get(`${SENSORS}/Inlet_Temp`)).body.PhysicalContext).toBe('Intake')
    expect((await get(`${SENSORS}/Exhaust_Temp`)).body.PhysicalContext).toBe('Exhaust')
  })

  it('is unwell where its thresholds say so', async () => {
    const { get, bmc } = genericRedfish()
    const health = async () => at((await get(`${SENSORS}/CPU1_Temp`)).body, 'Status', 'Health')
    expect(await health()).toBe('OK')
    setSensor(bmc, 'CPU1 Temp', '86')
    expect(await health()).toBe('Warning')
    setSensor(bmc, 'CPU1 Temp', '92')
    expect(await health()).toBe('Critical')
  })

  it('has nothing to tell while the machine is off', async () => {
    const { get, machine } = genericRedfish()
    machine.becomes('off', 'request')
    const { body } = await get(`${SENSORS}/Fan_1`)
    expect(body).toMatchObject({ Reading: null, Status: { State: 'UnavailableOffline', Health: 'OK' } })
  })

  it('has no number and is not there where it is one of states alone', async () => {
    const { get } = testRedfish()
    const { body } = await get(SENSORS)
    const ids = (Array.isArray(body.Members) ? body.Members : []).map((one) => at(one, '@odata.id'))
    expect(ids).toEqual(['CPU_Temp', 'TotalPower', 'TotalEnergy'].map((id) => `${SENSORS}/${id}`))
  })

  it('keeps its path where two have one name', async () => {
    const twice = temperatureSeed({ number: 9 })
    const { get } = testRedfish({ storage: testStorage({ sensors: [temperatureSeed(), driveSlot, twice] }) })
    expect((await get(`${SENSORS}/CPU_Temp_0_9`)).status).toBe(200)
  })
})

describe('a threshold', () => {
  const patch = (ask: ReturnType<typeof genericRedfish>['ask'], name: string, Reading: unknown, as?: string) =>
    ask('PATCH', `${SENSORS}/CPU1_Temp`, { body: { Thresholds: { [name]: { Reading } } }, ...(as && { as }) })

  it('can be set by operators, is the one of IPMI, and acts', async () => {
    const { ask, get, bmc } = genericRedfish()
    const { status, body } = await patch(ask, 'UpperCaution', 35, 'ops:ops')
    expect(status).toBe(200)
    expect(at(body, 'Thresholds', 'UpperCaution', 'Reading')).toBe(35)
    expect(bmc.sensors.named('CPU1 Temp').settings.thresholds[3]).toBe(35)
    expect(at((await get(`${SENSORS}/CPU1_Temp`)).body, 'Status', 'Health')).toBe('Warning')
    expect(bmc.store.get('sensor.0.1')).toMatchObject({ thresholds: [5, 0, 0, 35, 90, 95] })
  })

  it('is refused, and nothing changes, where it cannot be or the sensor has none', async () => {
    const { ask, bmc } = genericRedfish()
    const before = bmc.sensors.named('CPU1 Temp').settings
    const keys = async (name: string, value: unknown) => messageKeys(await patch(ask, name, value))
    expect(await keys('UpperCaution', 300)).toEqual(['PropertyValueOutOfRange'])
    expect(await keys('UpperCaution', 'hot')).toEqual(['PropertyValueTypeError'])
    expect(await keys('UpperCaution', null)).toEqual(['PropertyValueTypeError'])
    expect(await keys('LowerFatal', 1)).toEqual(['PropertyUnknown'])
    expect(bmc.sensors.named('CPU1 Temp').settings).toEqual(before)
  })

  it('cannot be written where the record of the sensor does not let it be', async () => {
    const fixed = temperatureSeed({ settableThresholds: 0 })
    const { ask } = testRedfish({ storage: testStorage({ sensors: [fixed] }) })
    const set = (Reading: number) =>
      ask('PATCH', `${SENSORS}/CPU_Temp`, { body: { Thresholds: { UpperCaution: { Reading } } } })
    expect(messageKeys(await set(70))).toEqual(['PropertyNotWritable'])
    expect((await set(80)).status).toBe(200)
  })
})

it('the power of the machine and its energy are sensors too, and what DCMI tells', async () => {
  const { get, bmc, clock } = genericRedfish()
  const { body } = await get(`${SENSORS}/TotalPower`)
  expect(body).toMatchObject({ Reading: bmc.dcmi.meter.watts(), ReadingUnits: 'W', Implementation: 'Synthesized' })
  const energy = async () => Number((await get(`${SENSORS}/TotalEnergy`)).body.Reading)
  const before = await energy()
  clock.advance(3_600_000)
  expect(await energy()).toBeGreaterThan(before + 0.1)
})

it('an ETag of a sensor is not about its reading', async () => {
  const { get, clock } = genericRedfish()
  const tag = async () => (await get(`${SENSORS}/CPU1_Temp`)).headers.ETag
  const first = await get(`${SENSORS}/CPU1_Temp`)
  clock.advance(60_000)
  const second = await get(`${SENSORS}/CPU1_Temp`)
  expect(second.body.Reading).not.toBe(first.body.Reading)
  expect(await tag()).toBe(first.headers.ETag)
})

describe('an excerpt', () => {
  it('is what others quote: of a sensor, a control, or each member of a collection', async () => {
    const { get } = genericRedfish()
    const { body } = await get(`${SENSORS}/CPU1_Temp`)
    const short = { '@odata.id': `${SENSORS}/CPU1_Temp`, Reading: body.Reading }
    expect((await get(`${SENSORS}/CPU1_Temp`, 'excerpt')).body).toEqual(short)
    expect((await get(`${SENSORS}/TotalEnergy`, 'excerpt')).body).toHaveProperty('SensorResetTime')
    const control = (await get('/redfish/v1/Chassis/1/Controls/PowerLimit', 'excerpt')).body
    expect(Object.keys(control).sort()).toEqual([
      '@odata.id',
      'AllowableMax',
      'AllowableMin',
      'ControlMode',
      'SetPoint',
    ])
    const all = (await get(SENSORS, '$expand=.&excerpt')).body
    expect(at(all, 'Members', 0)).toEqual(short)
  })

  it('is not of what nobody quotes', async () => {
    const { get } = genericRedfish()
    expect(messageKeys(await get('/redfish/v1/Chassis/1', 'excerpt'))).toEqual(['QueryNotSupportedOnResource'])
    expect(messageKeys(await get(SENSORS, 'excerpt'))).toEqual(['QueryNotSupportedOnResource'])
    expect(messageKeys(await get(SENSORS, 'only&excerpt'))).toEqual(['QueryCombinationInvalid'])
  })
})

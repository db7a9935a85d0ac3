import { propertiesOf } from '../facts/schema.ts'
import { refuse } from '../faults.ts'
import { type Body, isBody } from '../request.ts'

/** Of a sensor by what it measures; the rest have the plain one. */
const ofReading: Readonly<Record<string, string>> = {
  Power: 'SensorPowerExcerpt',
  Voltage: 'SensorVoltageExcerpt',
  Current: 'SensorCurrentExcerpt',
  EnergykWh: 'SensorEnergykWhExcerpt',
  Rotational: 'SensorFanExcerpt',
}

/** What other resources quote of this one, or of each member of a collection that is expanded (DSP0266 §7.3). */
export function excerptOf(body: Body): Body {
  if (Array.isArray(body.Members) && body.Members.some(isWhole)) {
    return { ...body, Members: body.Members.map((one: unknown) => (isWhole(one) ? excerptOf(one) : one)) }
  }
  const properties = propertiesOf(excerptType(body))
  if (properties === undefined) throw refuse(400, 'QueryNotSupportedOnResource')
  const quoted = Object.entries(body).filter(([name]) => name === '@odata.id' || properties.has(name))
  return Object.fromEntries(quoted)
}

function excerptType(body: Body): string {
  const [, schema] = /^#(\w+)\./.exec(String(body['@odata.type'])) ?? []
  if (schema === 'Control') return 'Control.ControlSingleExcerpt'
  return schema === 'Sensor' ? `Sensor.${ofReading[String(body.ReadingType)] ?? 'SensorExcerpt'}` : ''
}

function isWhole(member: unknown): member is Body {
  return isBody(member) && Object.keys(member).length > 1
}

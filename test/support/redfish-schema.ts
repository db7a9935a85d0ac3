import {
  enumValues,
  type Properties,
  type Property,
  parametersOf,
  propertiesOf,
} from '../../src/redfish/facts/schema.ts'
import { schemas } from '../../src/redfish/facts/schemas.ts'
import { type Body, isBody } from '../../src/redfish/request.ts'

/** Everything in a body that its schema does not allow, as far as the compiled facts say; empty for a good one. */
export function schemaFaults(body: Body): string[] {
  const type = String(body['@odata.type'])
  const match = /^#(\w+)\.(?:(v\d+_\d+_\d+)\.)?(\w+)$/.exec(type)
  if (match === null) return [`@odata.type is ${type}`]
  const [, schema, version, name] = match
  const facts = schemas[schema]
  if (facts === undefined) return [`no schema ${schema}`]
  if (facts.version !== version) return [`${schema} has version ${facts.version}, not ${version}`]
  const properties = propertiesOf(`${schema}.${name}`)
  if (properties === undefined) return [`no type ${schema}.${name}`]
  const { Actions, ...rest } = body
  return [
    ...uriFaults(String(body['@odata.id']), facts.uris ?? []),
    ...objectFaults(rest, properties, ''),
    ...(Actions === undefined ? [] : actionFaults(Actions, schema)),
  ]
}

function uriFaults(path: string, patterns: readonly string[]): string[] {
  // What waits for a reset is beside what is (DSP0266 §9.10).
  const fits = patterns.some((pattern) =>
    new RegExp(`^${pattern.replace(/\{\w+\}/g, '[^/]+')}(/Settings|/)?$`).test(path),
  )
  return fits || patterns.length === 0 ? [] : [`${path} is no place for it: ${patterns.join(', ')}`]
}

function actionFaults(actions: unknown, schema: string): string[] {
  if (!isBody(actions)) return ['Actions is no object']
  return Object.entries(actions).flatMap(([key, action]) => {
    const [type, name] = key.slice(1).split('.')
    const parameters = type === schema ? parametersOf(schema, name) : undefined
    if (key === 'Oem') return []
    if (parameters === undefined) return [`no action ${key}`]
    if (!isBody(action) || typeof action.target !== 'string') return [`${key} has no target`]
    const unknown = Object.keys(action).filter(
      (one) => one.includes('@Redfish.Allow') && !parameters.has(one.split('@')[0]),
    )
    return unknown.map((one) => `${key} has no parameter for ${one}`)
  })
}

function objectFaults(body: Body, properties: Properties, at: string): string[] {
  const missing = [...properties].filter(([name, { required }]) => required && !Object.hasOwn(body, name))
  const wrong = Object.entries(body)
    .filter(([name]) => !name.includes('@'))
    .flatMap(([name, value]) => {
      const property = properties.get(name)
      return property === undefined
        ? [`${at}/${name} is not in the schema`]
        : valueFaults(value, property, `${at}/${name}`)
    })
  return [...missing.map(([name]) => `${at}/${name} is missing`), ...wrong]
}

function valueFaults(value: unknown, property: Property, at: string): string[] {
  if (value === null) return property.nullable || property.kind === 'open' ? [] : [`${at} must not be null`]
  if (!property.list) return oneFault(value, property, at)
  if (!Array.isArray(value)) return [`${at} is no list`]
  return value.flatMap((one, i) => valueFaults(one, { ...property, list: false }, `${at}/${i}`))
}

function oneFault(value: unknown, property: Property, at: string): string[] {
  const { kind, of, minimum, maximum, pattern, format } = property
  const is = (right: boolean) => (right ? [] : [`${at} is ${JSON.stringify(value)}, and should be ${kind} ${of}`])
  switch (kind) {
    case 'enum':
      return is(typeof value === 'string' && enumValues(of).includes(value))
    case 'string':
      return is(
        typeof value === 'string' &&
          (pattern === undefined || new RegExp(pattern).test(value)) &&
          (format !== 'date-time' || /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value)),
      )
    case 'boolean':
      return is(typeof value === 'boolean')
    case 'integer':
    case 'number':
      return is(
        typeof value === 'number' &&
          (kind === 'number' || Number.isInteger(value)) &&
          (minimum === undefined || value >= minimum) &&
          (maximum === undefined || value <= maximum),
      )
    case 'link':
      return isBody(value) && typeof value['@odata.type'] === 'string'
        ? schemaFaults(value)
        : is(isBody(value) && typeof value['@odata.id'] === 'string')
    case 'object': {
      const inner = propertiesOf(of)
      if (!isBody(value)) return is(false)
      return inner === undefined ? [`${at}: no type ${of}`] : objectFaults(value, inner, at)
    }
    case 'open':
    case 'any':
      return []
  }
}

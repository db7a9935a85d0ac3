import { enumValues, odataType, type Property, parametersOf } from './facts/schema.ts'
import type { Body } from './request.ts'
import type { Found } from './resource.ts'

const dataTypes: Readonly<Record<Property['kind'], string>> = {
  string: 'String',
  enum: 'String',
  boolean: 'Boolean',
  integer: 'Number',
  number: 'Number',
  object: 'Object',
  open: 'Object',
  link: 'Object',
  any: 'Object',
}

/** What an action takes, as a resource (ActionInfo). */
export function actionInfo(type: string, name: string, path: string, { actions, subject }: Found): Body {
  const facts = parametersOf(type, name)
  const parameters = Object.entries(actions[name].parameters).map(([parameter, { allowable }]) => {
    const property = facts?.get(parameter)
    const enumerated = property?.kind === 'enum' ? enumValues(property.of) : undefined
    const values = allowable?.(subject) ?? enumerated
    return {
      Name: parameter,
      Required: property?.required ?? false,
      DataType: `${dataTypes[property?.kind ?? 'any']}${property?.list ? 'Array' : ''}`,
      ...(values && { AllowableValues: values }),
    }
  })
  return {
    '@odata.id': `${path}/${name}ActionInfo`,
    '@odata.type': odataType('ActionInfo'),
    Id: `${name}ActionInfo`,
    Name: `${name} action`,
    Parameters: parameters,
  }
}

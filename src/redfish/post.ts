import { type Properties, parametersOf, propertiesOf } from './facts/schema.ts'
import { about, type Fault, fault, RedfishError, refuse } from './faults.ts'
import { messageOfFault } from './messages/message.ts'
import { asRefusal } from './patch.ts'
import type { Body, RedfishResponse } from './request.ts'
import type { Context, Created, Found } from './resource.ts'
import { ofParameters, ofProperties, validate } from './validate.ts'

/** Looks whether an action can be done as it is asked for; the result does it, with the response where that is not simply "done". */
export function act(
  type: string,
  name: string,
  found: Found,
  body: Body,
  chassis: string,
): (context: Context) => Promise<RedfishResponse | undefined> {
  const full = `${type}.${name}`
  const action = Object.hasOwn(found.actions, name) ? found.actions[name] : undefined
  if (action === undefined || !action.isThere(found.subject)) throw refuse(400, 'ActionNotSupported', full)
  const properties = parametersOf(type, name) ?? new Map()
  const { parameters } = action
  const { subject } = found
  const complaints = ofParameters(name)
  const { faults, given } = validate(withoutName(body, full, properties), properties, parameters, {
    subject,
    complaints,
    current: {},
    creating: true,
  })
  const missing = [...properties]
    .filter(([parameter, { required }]) => required && !Object.hasOwn(body, parameter))
    .map(([parameter]) => complaints.missing(parameter))
  const wrong = [...faults, ...missing, ...applyTimeFaults(body, name)]
  if (wrong.length > 0) throw new RedfishError(400, wrong)
  return async (context) => {
    try {
      return (await action.run(subject, given, context)) ?? undefined
    } catch (error) {
      throw asRefusal(error, { name: full, chassis })
    }
  }
}

const APPLY_TIME = '@Redfish.OperationApplyTime'

/** All is done at once: who wants it at another time (DSP0266 §9.11) is told, and not surprised. */
export function applyTimeFaults({ [APPLY_TIME]: time }: Body, action: string): readonly Fault[] {
  if (time === undefined || time === 'Immediate') return []
  const key = typeof time === 'string' ? 'ActionParameterValueNotInList' : 'ActionParameterValueTypeError'
  const said = typeof time === 'string' ? time : JSON.stringify(time)
  return [about(`/${APPLY_TIME}`, fault(key, said, APPLY_TIME, action))]
}

/** HPE's clients name the action in its body too, as services before Redfish 1.0 wanted it (seen with ilorest 3.6). */
function withoutName(body: Body, action: string, properties: Properties): Body {
  const { Action, ...rest } = body
  const isName = !properties.has('Action') && (Action === action || Action === action.split('.')[1])
  return isName ? rest : body
}

/** Adds a member to a collection. */
export async function addMember(
  memberType: string,
  found: Found,
  body: Body,
  context: Context,
  chassis: string,
): Promise<Created> {
  const { create, subject } = found
  if (create === undefined) throw new RangeError('a collection that takes no members')
  const properties = propertiesOf(`${memberType}.${memberType}`) ?? new Map()
  const { faults, given } = validate(body, properties, create.parameters, {
    subject,
    complaints: ofProperties,
    current: {},
    creating: true,
  })
  const missing: Fault[] = [...properties]
    .filter(([name, { requiredOnCreate }]) => requiredOnCreate && !Object.hasOwn(body, name))
    .map(([name]) => fault('PropertyMissing', name))
  if (faults.length + missing.length > 0) throw new RedfishError(400, [...faults, ...missing])
  try {
    return await create.run(subject, given, context)
  } catch (error) {
    throw asRefusal(error, { name: memberType, chassis })
  }
}

/** A body for what is done at once: clients that read JSON from every answer are content with it. */
export const done: Body = { '@Message.ExtendedInfo': [messageOfFault(fault('Success'))] }

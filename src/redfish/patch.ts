import { BmcError } from '../base/errors.ts'
import { propertiesOf } from './facts/schema.ts'
import { about, type Fault, fault, RedfishError } from './faults.ts'
import { type Place, refusalOf } from './messages/reasons.ts'
import type { Body } from './request.ts'
import { isBody } from './request.ts'
import type { Context, Found } from './resource.ts'
import { ofProperties, validate } from './validate.ts'

/**
 * Changes what a body wants changed. A body with a fault in it changes nothing; what fails later, when it is done, is told of property by
 * property (DSP0266 §7.7). Returns the faults of those that failed while others did not.
 */
export async function patch(
  type: string,
  found: Found,
  current: Body,
  body: Body,
  context: Context,
  chassis: string,
): Promise<ReadonlyMap<string, readonly Fault[]>> {
  const properties = propertiesOf(`${type}.${type}`) ?? new Map()
  const { subject, writes, change } = found
  const alone = Object.fromEntries(Object.entries(writes).map(([name, { field }]) => [name, field]))
  const fields = { ...alone, ...change?.fields }
  const { faults, given, named } = validate(body, properties, fields, {
    subject,
    complaints: ofProperties,
    current,
    creating: false,
  })
  const wrong = [...faults, ...applyTimeFaults(body, current)]
  if (wrong.length > 0) throw new RedfishError(400, wrong)
  if (!named) throw new RedfishError(400, [fault('NoOperation')])

  const failed = new Map<string, RedfishError>()
  let done = 0
  const attempt = async (name: string, write: () => unknown) => {
    try {
      await write()
      done++
    } catch (error) {
      failed.set(name, asRefusal(error, { name, chassis, isProperty: true }))
    }
  }
  const together = Object.entries(given).filter(([name]) => !Object.hasOwn(writes, name))
  if (together.length > 0) {
    await attempt(together[0][0], () => change?.run(subject, Object.fromEntries(together), context))
  }
  for (const [name, value] of Object.entries(given)) {
    if (Object.hasOwn(writes, name)) await attempt(name, () => writes[name].set(subject, value, context))
  }
  const [first] = failed.values()
  if (first !== undefined && done === 0) {
    throw new RedfishError(
      first.status,
      [...failed.values()].flatMap(({ faults }) => faults),
      first.headers,
    )
  }
  return new Map([...failed].map(([name, error]) => [name, error.faults]))
}

/** When the change is to be made (DSP0266 §9.10): a resource that takes it says which times there are. */
function applyTimeFaults({ [APPLY_TIME]: given }: Body, { [APPLY_TIME]: there }: Body): readonly Fault[] {
  if (given === undefined || !isBody(there)) return []
  if (!isBody(given))
    return [about(`/${APPLY_TIME}`, fault('PropertyValueTypeError', JSON.stringify(given), APPLY_TIME))]
  const { ApplyTime: time } = given
  const times = there['ApplyTime@Redfish.AllowableValues']
  if (time === undefined || (Array.isArray(times) && times.includes(time))) return []
  const of = 'ApplyTime'
  const key = typeof time === 'string' ? 'PropertyValueNotInList' : 'PropertyValueTypeError'
  return [about(`/${APPLY_TIME}/${of}`, fault(key, String(time), of))]
}

const APPLY_TIME = '@Redfish.SettingsApplyTime'

/** Anything that is no refusal goes on: it is a failure of ours. */
export function asRefusal(error: unknown, place: Place): RedfishError {
  if (error instanceof RedfishError) return error
  if (error instanceof BmcError) return refusalOf(error, place)
  throw error
}

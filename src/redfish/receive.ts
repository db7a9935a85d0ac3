import { parametersOf } from './facts/schema.ts'
import { RedfishError, refuse } from './faults.ts'
import { asRefusal } from './patch.ts'
import { applyTimeFaults } from './post.ts'
import type { Body, FormPart } from './request.ts'
import { isBody } from './request.ts'
import type { Context, Found } from './resource.ts'
import { ofParameters, validate } from './validate.ts'

const MOST_PARAMETER_BYTES = 64 * 1024

/** Does an action by a form: perhaps a part of JSON with parameters, then one with the file, which is handed on as it arrives. */
export async function receiveFile(
  type: string,
  name: string,
  found: Found,
  parts: AsyncIterable<FormPart>,
  context: Context,
  chassis: string,
): Promise<void> {
  const full = `${type}.${name}`
  const { subject } = found
  const action = Object.hasOwn(found.actions, name) ? found.actions[name] : undefined
  if (action === undefined || !action.isThere(subject)) throw refuse(400, 'ActionNotSupported', full)
  if (action.receive === undefined) throw refuse(415, 'UnrecognizedRequestBody')
  const { parameters, run } = action.receive
  let given: Body = {}
  for await (const { fileName, content } of parts) {
    if (fileName === undefined) {
      const complaints = ofParameters(name)
      const properties = parametersOf(type, name) ?? new Map()
      const body = await jsonOf(content)
      const checked = validate(body, properties, parameters, { subject, complaints, current: {}, creating: true })
      const wrong = [...checked.faults, ...applyTimeFaults(body, name)]
      if (wrong.length > 0) throw new RedfishError(400, wrong)
      given = checked.given
      continue
    }
    try {
      await run(subject, given, { name: fileName, content }, context)
    } catch (error) {
      throw asRefusal(error, { name: full, chassis })
    }
    return
  }
  throw refuse(400, 'MissingOrMalformedPart')
}

/** One that came without a form around it. */
export async function* onlyFile(content: AsyncIterable<Uint8Array>): AsyncGenerator<FormPart> {
  yield { name: '', fileName: '', contentType: undefined, content }
}

async function jsonOf(content: AsyncIterable<Uint8Array>): Promise<Body> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of content) {
    pieces.push(piece)
    length += piece.length
    if (length > MOST_PARAMETER_BYTES) throw refuse(413, 'PayloadTooLarge')
  }
  let value: unknown
  try {
    value = JSON.parse(Buffer.concat(pieces).toString('utf8'))
  } catch {
    throw refuse(400, 'MalformedJSON')
  }
  if (!isBody(value)) throw refuse(400, 'UnrecognizedRequestBody')
  return value
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Base } from '../../../src/redfish/facts/registries/Base.ts'
import { type Body, isBody } from '../../../src/redfish/request.ts'
import { type BadRequest, derived, handWritten } from '../../support/bad-requests.ts'
import { redfishOverHttps } from '../../support/redfish-https.ts'
import { walk } from '../../support/redfish-walk.ts'

let redfish: Awaited<ReturnType<typeof redfishOverHttps>>

beforeAll(async () => {
  redfish = await redfishOverHttps()
})

afterAll(() => redfish.close())

/** Whatever was sent, it goes on answering. */
async function stillThere() {
  const { status, text } = await redfish.ask('/redfish/v1/Systems/1')
  expect(status).toBe(200)
  return JSON.parse(text)
}

async function faultsOf(all: readonly BadRequest[]): Promise<string[]> {
  const faults: string[] = []
  for (const one of all) {
    const { method, path, body, headers = {}, auth, status } = one
    const answer = await redfish.ask(path, {
      method,
      headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
      ...(auth !== undefined && { auth }),
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const what = `${method} ${path} ${JSON.stringify(headers)} ${JSON.stringify(body)}`.slice(0, 200)
    if (status === undefined ? answer.status >= 500 : answer.status !== status)
      faults.push(`${what}: ${answer.status} instead of ${status}: ${answer.text.slice(0, 300)}`)
    else if (answer.status >= 400) faults.push(...errorFaults(answer.text).map((fault) => `${what}: ${fault}`))
    if (status === 405 && answer.headers.allow === undefined) faults.push(`${what}: no Allow`)
    if (answer.headers['odata-version'] !== '4.0') faults.push(`${what}: no OData-Version`)
  }
  return faults
}

/** DSP0266 §8.6: an error says which messages of a registry it means, with as many arguments as they take. */
function errorFaults(text: string): string[] {
  const { error }: Body = JSON.parse(text)
  if (!isBody(error)) return ['no error']
  const info = error['@Message.ExtendedInfo']
  if (typeof error.code !== 'string' || typeof error.message !== 'string') return ['no code, or no message']
  if (!Array.isArray(info) || info.length === 0) return ['no extended information']
  return info.flatMap(({ MessageId, MessageArgs, Message, Resolution }: Record<string, unknown>) => {
    const known = new Map<string, string>(Object.entries(Base.messages))
    const facts = known.get(String(MessageId).split('.').at(-1) ?? '')
    if (facts === undefined) return [`no message ${MessageId}`]
    const [, letters = ''] = facts.split(' ')
    const counts = Array.isArray(MessageArgs) && MessageArgs.length === letters.length
    const worded = typeof Message === 'string' && Message !== '' && typeof Resolution === 'string'
    return [...(counts ? [] : [`${MessageId} with ${MessageArgs}`]), ...(worded ? [] : [`${MessageId}: ${Message}`])]
  })
}

describe('a request with something wrong in it', () => {
  it('is refused as the protocol says, with an error that says why', async () => {
    const before = await stillThere()
    expect(await faultsOf(handWritten)).toEqual([])
    expect(await stillThere()).toEqual(before)
  }, 60_000)

  it('is refused of every resource: methods, values and parameters that it does not have', async () => {
    const bodies = await walk(async (path) => JSON.parse((await redfish.ask(path)).text))
    const all = derived(bodies, redfish.service.parts)
    expect(all.length).toBeGreaterThan(200)
    expect(await faultsOf(all)).toEqual([])
    await stillThere()
  }, 60_000)
})

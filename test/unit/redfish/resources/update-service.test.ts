import { describe, expect, it } from 'vitest'
import { execute } from '../../../../src/commands/execute.ts'
import type { FormPart } from '../../../../src/redfish/request.ts'
import { at, messageKeys, testRedfish } from '../../../support/redfish.ts'
import { schemaFaults } from '../../../support/redfish-schema.ts'
import { guest, testBmc } from '../../../support/test-bmc.ts'

const SERVICE = '/redfish/v1/UpdateService'
const BMC = `${SERVICE}/FirmwareInventory/BMC`
const SIMPLE = `${SERVICE}/Actions/UpdateService.SimpleUpdate`

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

/** A service whose images come from a table of URIs. */
function updating(images: Readonly<Record<string, string>> = {}) {
  const asked: unknown[] = []
  const openImage = async (image: { readonly uri: string }) => {
    asked.push(image)
    if (images[image.uri] === undefined) throw new Error('connection refused')
    return pieces(images[image.uri])
  }
  return { ...testRedfish({}, { openImage }), asked }
}

async function* form(parameters: unknown, name: string, ...content: readonly string[]): AsyncGenerator<FormPart> {
  const json = JSON.stringify(parameters)
  yield { name: 'UpdateParameters', fileName: undefined, contentType: 'application/json', content: pieces(json) }
  yield { name: 'UpdateFile', fileName: name, contentType: undefined, content: pieces(...content) }
}

type Redfish = ReturnType<typeof updating>

/** As Get Device ID has it: major, and the minor as BCD. */
async function ipmiVersion({ bmc }: Redfish): Promise<readonly number[]> {
  const { data } = await execute({ bmc, by: guest, lun: 0 }, 0x06, 0x01, new Uint8Array())
  return [data[2] & 0x7f, data[3]]
}

describe('SimpleUpdate', () => {
  it('fetches an image in a task; its version is that of Redfish, of IPMI, and of the next start', async () => {
    const redfish = updating({ 'http://images/bmc.bin': 'firmware\nversion=12.34.5\n\0\0' })
    const { ask, get, clock, bmc, asked, options } = redfish
    const body = {
      ImageURI: 'images/bmc.bin',
      TransferProtocol: 'HTTP',
      Username: 'u',
      Password: 'secret',
      Targets: [BMC],
    }
    const answer = await ask('POST', SIMPLE, { body })
    expect(answer.status).toBe(202)
    await expect.poll(async () => (await get(answer.headers.Location)).status).toBe(200)
    expect(asked).toEqual([{ uri: 'http://images/bmc.bin', userName: 'u', password: 'secret' }])
    expect((await get(BMC)).body.Version).toBe('12.34')
    expect((await get('/redfish/v1/Managers/bmc')).body.FirmwareVersion).toBe('12.34')
    expect(await ipmiVersion(redfish)).toEqual([12, 0x34])
    expect(testBmc(options).bmc.device).toMatchObject({ firmwareMajor: 12, firmwareMinor: 0x34 })

    const task = (await get(String(answer.body['@odata.id']))).body
    expect(schemaFaults(task)).toEqual([])
    expect(JSON.stringify(task)).not.toContain('secret')
    const told = Array.isArray(task.Messages)
      ? task.Messages.map(({ MessageId }) => String(MessageId).split('.')[3])
      : []
    expect(told).toEqual([
      'TransferringToComponent',
      'VerifyingAtComponent',
      'InstallingOnComponent',
      'UpdateSuccessful',
    ])

    bmc.identify.light(0, true)
    clock.advance(5000)
    // A cold reset forgets what it was told to light.
    expect(bmc.identify.state).toBe('off')
  })

  it.each([
    ['nothing answers', 'http://images/none.bin', {}, 'ActionParameterValueError'],
    ['it is empty', 'http://images/bmc-2.05.bin', { 'http://images/bmc-2.05.bin': '' }, 'ActionParameterValueError'],
    ['it has no version', 'http://images/a.bin', { 'http://images/a.bin': 'x' }, 'ActionParameterValueError'],
    [
      'it is for the host',
      'http://images/a.tar',
      { 'http://images/a.tar': 'purpose=a.b.VersionPurpose.Host\nversion=2.05\n' },
      'ActionParameterValueError',
    ],
  ])('fails where %s, and the BMC stays as it is', async (_, uri, images, key) => {
    const redfish = updating(images)
    const { ask, get } = redfish
    const { headers, body } = await ask('POST', SIMPLE, { body: { ImageURI: uri } })
    await expect.poll(async () => (await get(headers.Location)).status).toBe(400)
    expect(messageKeys(await get(headers.Location))).toEqual([key])
    const task = (await get(String(body['@odata.id']))).body
    expect([task.TaskState, schemaFaults(task)]).toEqual(['Exception', []])
    expect(await ipmiVersion(redfish)).toEqual([9, 0x08])
  })

  it.each([
    [{ ImageURI: 'ftp://images/a.bin' }],
    [{ ImageURI: 'http://images/a.bin', Targets: ['/redfish/v1/Systems/1'] }],
  ])('is nothing for %j', async (body) => {
    const { ask, get } = updating()
    const { headers } = await ask('POST', SIMPLE, { body })
    await expect.poll(async () => (await get(headers.Location)).status).toBe(400)
  })
})

describe('an image that comes with the request', () => {
  it('is taken from a form, with targets', async () => {
    const redfish = updating()
    const { ask, get } = redfish
    const uri = String((await get(SERVICE)).body.MultipartHttpPushUri)
    const parts = form({ Targets: [BMC], '@Redfish.OperationApplyTime': 'Immediate' }, 'bmc_v2.05.tar', 'x', 'y')
    const answer = await ask('POST', uri, { raw: { kind: 'form', parts } })
    expect([answer.status, answer.body.TaskState]).toEqual([202, 'Completed'])
    expect((await get(answer.headers.Location)).status).toBe(200)
    expect(await ipmiVersion(redfish)).toEqual([2, 0x05])
    expect(at((await get(BMC)).body, 'Version')).toBe('2.05')
  })

  it('is taken as it is, where it says its version', async () => {
    const redfish = updating()
    const uri = String((await redfish.get(SERVICE)).body.HttpPushUri)
    const answer = await redfish.ask('POST', uri, { raw: { kind: 'file', content: pieces('version=3', '.7\n') } })
    expect(answer.status).toBe(202)
    expect(await ipmiVersion(redfish)).toEqual([3, 0x07])
  })

  it.each([
    [{ Targets: 'BMC' }, 'bmc-2.05.bin', 'ActionParameterValueTypeError'],
    [{ Targets: ['/redfish/v1/Chassis/1'] }, 'bmc-2.05.bin', 'ActionParameterValueNotInList'],
    [{}, 'bmc.bin', 'ActionParameterValueError'],
  ])('is refused at once with parameters %j and the name %s', async (parameters, name, key) => {
    const redfish = updating()
    const answer = await redfish.ask('POST', SIMPLE, { raw: { kind: 'form', parts: form(parameters, name, 'x') } })
    expect([answer.status, messageKeys(answer)]).toEqual([400, [key]])
    expect(await ipmiVersion(redfish)).toEqual([9, 0x08])
  })

  it('is for nobody without the privilege', async () => {
    const { ask, bmc } = updating()
    const access = bmc.users.get(3)?.configuredAccess(1)
    if (access) bmc.users.setAccess(3, 1, { ...access, privilege: 'User' })
    const raw = { kind: 'form' as const, parts: form({}, 'bmc-2.05.bin', 'x') }
    expect((await ask('POST', SIMPLE, { raw, as: 'ops:ops' })).status).toBe(403)
  })
})

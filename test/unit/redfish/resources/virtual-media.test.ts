import { describe, expect, it } from 'vitest'
import { BmcError } from '../../../../src/base/errors.ts'
import type { MediaImage, MediaSource } from '../../../../src/bmc/media/media-source.ts'
import type { FormPart } from '../../../../src/redfish/request.ts'
import { messageArgs, messageKeys, testRedfish } from '../../../support/redfish.ts'

const DRIVE = '/redfish/v1/Managers/bmc/VirtualMedia/Cd'
const INSERT = `${DRIVE}/Actions/VirtualMedia.InsertMedia`
const EJECT = `${DRIVE}/Actions/VirtualMedia.EjectMedia`
const Image = 'http://127.0.0.1/iso/cd.iso'

/** With what was asked of the source of images. */
function testMedia(fetch?: MediaSource['fetch']) {
  const wanted: MediaImage[] = []
  const sent: string[] = []
  const mediaSource: MediaSource = {
    async fetch(slot, image, ...rest) {
      wanted.push(image)
      if (fetch !== undefined) return fetch(slot, image, ...rest)
      for await (const piece of image.content ?? []) sent.push(Buffer.from(piece).toString())
      return `/images/${image.image}`
    },
    forget: () => {},
  }
  const redfish = testRedfish({ mediaSource })
  const insert = (body: object) => redfish.ask('POST', INSERT, { body })
  const patch = (body: object) => redfish.ask('PATCH', DRIVE, { body })
  return { ...redfish, wanted, sent, insert, patch }
}

describe('the virtual drive', () => {
  it('is the same at the manager and at the system', async () => {
    const { get, insert, machine } = testMedia()
    expect((await insert({ Image })).status).toBe(200)
    expect(machine.media.get('Cd')).toEqual({ file: `/images/${Image}`, writeProtected: true })
    const expected = {
      ...{ Image, ImageName: 'cd.iso', Inserted: true, ConnectedVia: 'URI', WriteProtected: true },
      ...{ TransferMethod: 'Upload', TransferProtocolType: 'HTTP', UserName: null, Password: null },
      MediaTypes: ['CD', 'DVD'],
    }
    expect((await get(DRIVE)).body).toMatchObject(expected)
    expect((await get('/redfish/v1/Systems/1/VirtualMedia/Cd')).body).toMatchObject(expected)
  })

  it('is emptied with and without a body, also where nothing is in it', async () => {
    const { ask, get, insert, machine } = testMedia()
    await insert({ Image })
    for (const body of [undefined, {}]) expect((await ask('POST', EJECT, { body })).status).toBe(200)
    expect(machine.media.size).toBe(0)
    const { body } = await get(DRIVE)
    expect(body).toMatchObject({ Image: null, ImageName: null, Inserted: false, ConnectedVia: 'NotConnected' })
  })

  it('hands on credentials, those in a URL too, and shows no password', async () => {
    const { ask, get, insert, wanted } = testMedia()
    await insert({ Image, UserName: 'me', Password: 'hidden' })
    expect(wanted[0]).toMatchObject({ image: Image, userName: 'me', password: 'hidden' })
    await ask('POST', EJECT)
    await insert({ Image: 'https://me:hidd%25en@127.0.0.1/a.iso' })
    expect(wanted[1]).toMatchObject({ image: 'https://127.0.0.1/a.iso', userName: 'me', password: 'hidd%en' })
    const { body } = await get(DRIVE)
    expect(body).toMatchObject({ Image: 'https://127.0.0.1/a.iso', UserName: 'me', Password: null })
    expect(JSON.stringify(body)).not.toContain('hidd')
  })

  it('takes the protocol apart from an image, if it is not another one', async () => {
    const { insert, wanted } = testMedia()
    const conflict = await insert({ Image, TransferProtocolType: 'HTTPS' })
    expect([conflict.status, messageKeys(conflict)]).toEqual([400, ['ActionParameterValueConflict']])
    const unknown = await insert({ Image, TransferProtocolType: 'NFS' })
    expect([unknown.status, messageKeys(unknown)]).toEqual([400, ['ActionParameterValueNotInList']])
    expect((await insert({ Image: '127.0.0.1/a.iso', TransferProtocolType: 'HTTPS' })).status).toBe(200)
    expect(wanted.map(({ image }) => image)).toEqual(['https://127.0.0.1/a.iso'])
  })

  it('refuses what it cannot do, in words that fit', async () => {
    const { insert, patch } = testMedia()
    const fails = async (body: object) => {
      const answer = await insert(body)
      return [answer.status, ...messageKeys(answer)]
    }
    expect(await fails({})).toEqual([400, 'ActionParameterMissing'])
    expect(await fails({ Image: 7 })).toEqual([400, 'ActionParameterValueTypeError'])
    expect(await fails({ Image: 'no url' })).toEqual([400, 'ActionParameterValueError'])
    expect(await fails({ Image, Inserted: false })).toEqual([400, 'ActionParameterValueError'])
    expect((await patch({ EjectPolicy: 'Session' })).status).toBe(400)
    await insert({ Image })
    expect(await fails({ Image })).toEqual([409, 'ResourceInUse'])
  })

  it.each([
    ['invalid-field', 400, 'ActionParameterValueError'],
    ['forbidden', 403, 'AccessDenied'],
    ['full', 507, 'InsufficientStorage'],
    ['timeout', 503, 'OperationTimeout'],
  ] as const)('tells why an image could not be had: %s', async (reason, status, key) => {
    const { insert } = testMedia(async () => {
      throw new BmcError(reason, 'because of it')
    })
    const answer = await insert({ Image })
    expect([answer.status, messageKeys(answer)]).toEqual([status, [key]])
    expect(JSON.stringify(answer.body)).toContain('because of it')
  })

  it('is filled and emptied by PATCH, as clients of other BMCs do it', async () => {
    const { patch, machine, wanted } = testMedia()
    const { status, body } = await patch({ Image, Inserted: true, WriteProtected: true, UserName: 'me', Password: 'x' })
    expect([status, body.Inserted, body.Image]).toEqual([200, true, Image])
    expect(wanted[0]).toMatchObject({ userName: 'me', password: 'x' })
    // As it is: nothing happens.
    expect((await patch({ Image, Inserted: true, WriteProtected: true, UserName: 'me' })).status).toBe(200)
    expect(wanted.length).toBe(1)
    expect((await patch({ Image: null, Inserted: false })).body.Inserted).toBe(false)
    expect(machine.media.size).toBe(0)
    // What is read as null may be sent back.
    expect((await patch({ TransferProtocolType: null, UserName: null, VerifyCertificate: true })).status).toBe(200)
    const alone = await patch({ Inserted: true })
    expect([alone.status, messageKeys(alone)]).toEqual([400, ['PropertyValueConflict']])
    expect(messageArgs(await patch({ UserName: 'me' }))).toEqual([['UserName', 'Image']])
  })

  it('keeps whether servers have to prove who they are', async () => {
    const { ask, patch, insert, wanted } = testMedia()
    expect((await patch({ VerifyCertificate: false })).body.VerifyCertificate).toBe(false)
    await insert({ Image: 'https://127.0.0.1/a.iso' })
    expect(wanted[0].verifyCertificate).toBe(false)
    await ask('POST', EJECT)
    expect((await patch({ VerifyCertificate: true })).body.VerifyCertificate).toBe(true)
  })

  it('takes a file that is sent to it, with parameters before it', async () => {
    const { ask, get, machine, sent } = testMedia()
    const part = (name: string, fileName: string | undefined, text: string): FormPart => ({
      ...{ name, fileName, contentType: undefined },
      content: stream(Buffer.from(text)),
    })
    const send = (...parts: FormPart[]) => ask('POST', INSERT, { raw: { kind: 'form', parts: stream(...parts) } })
    const bad = await send(part('Parameters', undefined, '{"Image":"x"}'), part('Image', 'a.iso', 'content'))
    expect([bad.status, messageKeys(bad)]).toEqual([400, ['ActionParameterNotSupported']])
    expect(messageKeys(await send(part('Parameters', undefined, '{"Wri')))).toEqual(['MalformedJSON'])
    expect(messageKeys(await send())).toEqual(['MissingOrMalformedPart'])
    const { status } = await send(
      part('Parameters', undefined, '{"WriteProtected":true}'),
      part('Image', 'a.iso', 'content'),
    )
    expect([status, sent]).toEqual([200, ['content']])
    expect(machine.media.get('Cd')?.file).toBe('/images/a.iso')
    const { body } = await get(DRIVE)
    expect(body).toMatchObject({ Image: null, ImageName: 'a.iso', Inserted: true, ConnectedVia: 'Oem' })
  })

  it('is for nobody who may not configure', async () => {
    const { ask } = testRedfish()
    expect((await ask('POST', INSERT, { body: { Image }, as: null })).status).toBe(401)
  })

  it('is a task where the client prefers that, and ends when it is called off', async () => {
    const { ask, get, machine } = testMedia(
      (_slot, _image, signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('called off')))),
    )
    const { status, headers } = await ask('POST', INSERT, { body: { Image }, headers: { prefer: 'respond-async' } })
    expect(status).toBe(202)
    expect((await get(DRIVE)).body).toMatchObject({ Inserted: false, Status: { State: 'Updating' } })
    expect((await ask('DELETE', headers.Location)).status).toBeLessThan(300)
    expect((await get(DRIVE)).body).toMatchObject({ Image: null, Status: { State: 'Enabled' } })
    expect(machine.media.size).toBe(0)
  })
})

async function* stream<T>(...all: readonly T[]): AsyncGenerator<T> {
  yield* all
}

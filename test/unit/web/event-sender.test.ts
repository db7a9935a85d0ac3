import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/base/clock.ts'
import { makeAuthority, makeCertificate } from '../../../src/web/certificate.ts'
import { EventSender } from '../../../src/web/event-sender.ts'
import { EventReceiver } from '../../support/event-receiver.ts'

const closing: { close(): void }[] = []

afterEach(() => {
  for (const one of closing.splice(0)) one.close()
})

async function receiving(secure = false) {
  const names = { commonName: 'receiver', dns: [], ip: ['127.0.0.1'] }
  const pair = secure ? await makeCertificate(await makeAuthority('test', systemClock), names, systemClock) : undefined
  const receiver = new EventReceiver(pair)
  const sender = new EventSender()
  closing.push(sender, receiver)
  return { receiver, sender, url: await receiver.listen() }
}

const post = { headers: { 'X-Rack': '7', Host: 'elsewhere' }, body: '{"Name":"Event ä"}', verifyCertificate: false }

describe('events that leave', () => {
  it('are posted as JSON with the headers that were asked for', async () => {
    const { receiver, sender, url } = await receiving()
    await sender.send({ ...post, url: `${url}/hook?a=1` })
    const [{ path, headers, body }] = receiver.received
    expect([path, body]).toEqual(['/hook?a=1', { Name: 'Event ä' }])
    expect(headers).toMatchObject({
      'x-rack': '7',
      'content-type': 'application/json;charset=utf-8',
      'odata-version': '4.0',
    })
  })

  it.each([307, 404, 500])('were not taken where the answer is %i', async (status) => {
    const { receiver, sender, url } = await receiving()
    receiver.answer = () => status
    await expect(sender.send({ ...post, url })).rejects.toThrow(String(status))
  })

  it('were not taken where nobody listens', async () => {
    const { receiver, sender, url } = await receiving()
    receiver.close()
    await expect(sender.send({ ...post, url })).rejects.toThrow('ECONNREFUSED')
  })

  it('go to a certificate that nobody vouches for, unless it is to be looked at', async () => {
    const { receiver, sender, url } = await receiving(true)
    await sender.send({ ...post, url })
    await expect(sender.send({ ...post, url, verifyCertificate: true })).rejects.toThrow(/certificate/)
    expect(receiver.received.length).toBe(1)
  })
})

import { request } from 'node:https'
import { afterEach, expect, it } from 'vitest'
import { redfishOverHttps } from '../../support/redfish-https.ts'
import { until } from '../../support/until.ts'

const open: Awaited<ReturnType<typeof redfishOverHttps>>[] = []

afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

it('an event stream over HTTPS says what happens until the client has enough', async () => {
  const to = await redfishOverHttps()
  open.push(to)
  let text = ''
  const asked = request({ ...to.at, path: '/redfish/v1/EventService/SSE', auth: 'admin:secret' }, (response) => {
    expect(response.headers).toMatchObject({
      'content-type': 'text/event-stream;charset=utf-8',
      'odata-version': '4.0',
    })
    response.on('data', (part) => {
      text += part
    })
    response.on('error', () => {})
  })
  asked.on('error', () => {})
  asked.end()
  await until('the stream to be open', () => text.startsWith(': '))
  const path = '/redfish/v1/EventService/Actions/EventService.SubmitTestEvent'
  const { status } = await to.ask(path, { method: 'POST', body: '{"MessageId":"ResourceEvent.1.4.TestMessage"}' })
  expect(status).toBe(200)
  await until('the event', () => text.includes('"MessageId":"ResourceEvent.1.4.TestMessage"'))
  expect(text).toMatch(/\nid: \d+\ndata: \{"@odata.type":"#Event\.v\d+_\d+_\d+\.Event".*\}\n\n$/)
  asked.destroy()
  await until('its end to be seen', () => !to.service.parts.events.wanted)
})

import { afterEach, describe, expect, it } from 'vitest'
import { redfishOverHttps } from '../../support/redfish-https.ts'

const open: Awaited<ReturnType<typeof redfishOverHttps>>[] = []

afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

async function opened(silenceMs?: number) {
  const one = await redfishOverHttps(undefined, silenceMs)
  open.push(one)
  return one
}

describe('the HTTPS door', () => {
  it('answers with a certificate that its authority vouches for', async () => {
    const to = await opened()
    const { status, headers, text } = await to.ask('/redfish/v1/Systems/1')
    expect(status).toBe(200)
    expect(headers['odata-version']).toBe('4.0')
    expect(headers['content-type']).toBe('application/json;charset=utf-8')
    expect(JSON.parse(text).PowerState).toBe('Off')
  })

  it('answers many connections at once', async () => {
    const to = await opened()
    const answers = await Promise.all(Array.from({ length: 40 }, () => to.ask('/redfish/v1/')))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  })

  it.each([
    ['a body that is no JSON', 'PATCH', '{"AssetTag":', 400, 'MalformedJSON'],
    ['a body that is no UTF-8', 'PATCH', Buffer.from([0x22, 0xff, 0xfe, 0x22]), 400, 'MalformedJSON'],
    ['a list', 'PATCH', '[]', 400, 'UnrecognizedRequestBody'],
    ['a prototype', 'PATCH', '{"__proto__":{"a":1}}', 400, 'MalformedJSON'],
    ['a huge body', 'PATCH', `{"AssetTag":"${'x'.repeat(300_000)}"}`, 413, 'PayloadTooLarge'],
    ['an empty body', 'PATCH', '', 400, 'EmptyJSON'],
  ])('refuses %s', async (_, method, body, status, key) => {
    const to = await opened()
    const answer = await to.ask('/redfish/v1/Systems/1', {
      method,
      body,
      headers: { 'content-type': 'application/json' },
    })
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.text).error.code).toContain(key)
  })

  it('refuses a content type that is not JSON', async () => {
    const to = await opened()
    const headers = { 'content-type': 'text/plain' }
    const answer = await to.ask('/redfish/v1/Systems/1', { method: 'PATCH', body: '{}', headers })
    expect(answer.status).toBe(415)
    expect(JSON.parse(answer.text).error.code).toContain('UnrecognizedRequestBody')
  })

  it.each([
    ['an unknown method', 'BREW /redfish/v1/ HTTP/1.1\r\nHost: a\r\n\r\n', 501],
    ['a method that Redfish does not have', 'MKCOL /redfish/v1/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 501],
    ['no HTTP at all', 'hello\r\n\r\n', 501],
    ['a huge header', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['a version of no HTTP', 'GET /redfish/v1/ HTTP/9.9\r\nHost: a\r\n\r\n', 400],
    ['no host', 'GET /redfish/v1/ HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['a header without a colon', 'GET /redfish/v1/ HTTP/1.1\r\nHost a\r\n\r\n', 400],
    ['a header with a NUL', 'GET /redfish/v1/ HTTP/1.1\r\nHost: a\0b\r\n\r\n', 400],
    [
      'two lengths',
      'PATCH /redfish/v1/Systems/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}',
      400,
    ],
    [
      'a length beside chunks',
      'PATCH /redfish/v1/Systems/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    [
      'a chunk of no size',
      'PATCH /redfish/v1/Systems/1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n',
      400,
    ],
    [
      'an encoding of the message that nobody knows',
      'PATCH /redfish/v1/Systems/1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: nonsense\r\n\r\n{}',
      400,
    ],
    ['a bad percent', 'GET /redfish/v1/%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 400],
    ['a way out', 'GET /redfish/v1/../../etc/passwd HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 400],
    [
      'a hidden way out',
      'GET /redfish/v1/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
      400,
    ],
    [
      'a body that is shorter than it says',
      'PATCH /redfish/v1/Systems/1 HTTP/1.1\r\nHost: a\r\nContent-Length: a\r\n\r\n{}',
      400,
    ],
  ])('answers %s with an error of its own', async (_, bytes, status) => {
    const to = await opened()
    const text = await to.raw(bytes)
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)).error['@Message.ExtendedInfo']).toHaveLength(1)
  })

  it('says of a path with a bad percent that it is no URI', async () => {
    const to = await opened()
    const text = await to.raw('PATCH /redfish/v1/%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    expect(text).toMatch(/^HTTP\/1.1 400 [\s\S]*InvalidURI/)
  })

  const INSERT = '/redfish/v1/Managers/bmc/VirtualMedia/Cd/Actions/VirtualMedia.InsertMedia'
  const form = (content: string) => ({
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=B' },
    body: `--B\r\nContent-Disposition: form-data; name="Image"; filename="a.iso"\r\n\r\n${content}\r\n--B--\r\n`,
  })

  it('takes a file of any length where files are taken', async () => {
    const to = await opened()
    const { status, text } = await to.ask(INSERT, form('x'.repeat(3_000_000)))
    expect([status, text]).toEqual([200, expect.stringContaining('.Success"')])
    const { text: drive } = await to.ask('/redfish/v1/Managers/bmc/VirtualMedia/Cd')
    expect(JSON.parse(drive)).toMatchObject({ ImageName: 'a.iso', Inserted: true })
  })

  it('takes none elsewhere, and goes on with the connection', async () => {
    const to = await opened()
    const { body, method, headers } = form('x'.repeat(300_000))
    const lines = [
      `${method} /redfish/v1/Systems/1 HTTP/1.1`,
      ...['Host: a', `Content-Type: ${headers['content-type']}`, `Content-Length: ${body.length}`],
    ]
    const next = 'GET /redfish/v1/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
    const text = await to.raw(`${lines.join('\r\n')}\r\n\r\n${body}${next}`)
    expect(text.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 401', 'HTTP/1.1 200'])
  })

  it.each([
    ['cut off', '--B\r\nContent-Disposition: form-data; name="Image"; filename="a.iso"\r\n\r\nhalf of'],
    ['no form', 'something else'],
  ])('refuses a form that is %s', async (_, body) => {
    const to = await opened()
    const answer = await to.ask(INSERT, { ...form(''), body })
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('MissingOrMalformedPart')])
  })

  it('waits for nobody who sends nothing', async () => {
    const to = await opened(100)
    const text = await to.raw('PATCH /redfish/v1/Systems/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{')
    expect(text).toMatch(/^HTTP\/1.1 408 /)
  })
})

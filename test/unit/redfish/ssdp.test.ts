import { describe, expect, it } from 'vitest'
import { notification, readSearch, searchAnswer } from '../../../src/redfish/ssdp.ts'

const found = { uuid: '92384634-2938-2342-8820-489239905423', url: 'https://10.0.0.1/redfish/v1/' }
const service = 'urn:dmtf-org:service:redfish-rest:1'

function search(target: string, more: readonly string[] = ['MAN: "ssdp:discover"', 'MX: 2']) {
  return ['M-SEARCH * HTTP/1.1', 'HOST: 239.255.255.250:1900', ...more, `ST: ${target}`, '', ''].join('\r\n')
}

describe('a search by SSDP', () => {
  it.each([service, `${service}:0`, 'ssdp:all', 'upnp:rootdevice', `uuid:${found.uuid}`])(
    'for %s finds it',
    (target) => {
      expect(readSearch(search(target), found)).toEqual({ target, withinS: 2 })
    },
  )

  it.each([
    ['another service', search('urn:schemas-upnp-org:device:MediaServer:1')],
    ['a newer Redfish', search('urn:dmtf-org:service:redfish-rest:2')],
    ['another uuid', search('uuid:00000000-0000-0000-0000-000000000000')],
    ['a notification of somebody else', notification('alive', found)],
    ['an answer', searchAnswer({ target: service, withinS: 0 }, found)],
    ['no MAN', search(service, ['MX: 1'])],
    ['nothing', ''],
    ['a header that is none', 'M-SEARCH * HTTP/1.1\r\n\0\xff\r\n'],
  ])('that is %s is not answered', (_, text) => {
    expect(readSearch(text, found)).toBeUndefined()
  })

  it('is answered within the time that it gives, five seconds at most', () => {
    const waits = ['MX: 3', 'MX: 5', 'MX: 120', 'MX: 0', 'MX: x', 'X: 1'].map(
      (mx) => readSearch(search(service, ['man: "ssdp:discover"', mx]), found)?.withinS,
    )
    expect(waits).toEqual([3, 5, 5, 0, 0, 0])
  })

  it('is told the address of the service root', () => {
    const text = searchAnswer({ target: 'ssdp:all', withinS: 0 }, found)
    expect(text).toMatch(/^HTTP\/1.1 200 OK\r\n/)
    expect(text).toContain(`\r\nST: ${service}\r\n`)
    expect(text).toContain(`\r\nUSN: uuid:${found.uuid}::${service}\r\n`)
    expect(text).toContain(`\r\nAL: ${found.url}\r\n`)
    expect(text).toMatch(/\r\n\r\n$/)
  })
})

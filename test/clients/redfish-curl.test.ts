import { beforeAll, describe, expect, it } from 'vitest'
import { curl } from '../support/curl.ts'
import { type RedfishLab, upRedfish } from '../support/redfish-lab.ts'
import { requireTool } from '../support/tools.ts'

describe.skipIf(!requireTool('curl', 'curl'))('curl', () => {
  let redfish: RedfishLab

  beforeAll(async () => {
    redfish = await upRedfish()
  })

  it('is answered by the first request, and trusts the certificate from then on', async () => {
    const { url, authority } = redfish
    expect((await curl('-k', `${url}/redfish`)).text).toBe('{"v1":"/redfish/v1/"}')
    const { status, headers } = await curl('--cacert', authority, `${url}/redfish/v1/`)
    expect(status).toBe(200)
    expect(headers.get('odata-version')).toBe('4.0')
  })

  it('reads the system with credentials and is asked for them without', async () => {
    const { url } = redfish
    const { status, headers } = await curl('-k', `${url}/redfish/v1/Systems/1`)
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Basic realm="Redfish"'])
    const { text } = await curl('-k', '-u', 'admin:password', `${url}/redfish/v1/Systems/1`)
    expect(JSON.parse(text)).toMatchObject({ Id: '1', Name: 'cn01', PowerState: 'Off' })
  })

  it('HEAD has the headers of GET and no body', async () => {
    const { url } = redfish
    const answer = await curl('-k', '-I', '-u', 'admin:password', `${url}/redfish/v1/Systems/1`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('allow')).toBe('GET, HEAD, PATCH')
    expect(answer.text).toBe('')
  })

  it('powers on what IPMI then calls on', async () => {
    const { url, lab } = redfish
    const target = `${url}/redfish/v1/Systems/1/Actions/ComputerSystem.Reset`
    const { status, text } = await curl('-k', '-u', 'admin:password', '--json', '{"ResetType":"On"}', target)
    expect([status, text]).toEqual([200, expect.stringContaining('.Success"')])
    expect((await lab.bmcsim('power', 'cn01', 'status')).stdout).toBe('cn01: on\n')
    const refused = await curl('-k', '-u', 'reader:looking', '--json', '{"ResetType":"ForceOff"}', target)
    expect(refused.status).toBe(403)
  })

  it('is sent from HTTP to HTTPS', async () => {
    const { host, url } = redfish
    const { status, headers } = await curl(`http://${host}:8080/redfish/v1/Systems?x=1`)
    expect([status, headers.get('location')]).toEqual([308, `${url}/redfish/v1/Systems?x=1`])
  })

  it('is shown by ps where to go', async () => {
    const { stdout } = await redfish.lab.bmcsim('ps', '--json')
    expect(JSON.parse(stdout)[0].redfish).toBe(redfish.url)
  })
})

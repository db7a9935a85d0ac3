import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { curl } from '../support/curl.ts'
import { ipmitool } from '../support/ipmitool.ts'
import { type RedfishLab, upRedfish } from '../support/redfish-lab.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'

const present = [requireTool('curl', 'curl'), requireTool('ipmitool', 'ipmitool')]

describe.skipIf(present.includes(false))('curl', () => {
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

  it('sends firmware in a form, and IPMI has its version after the reset of the BMC', async () => {
    const { url, lab } = redfish
    const image = join(tempFolder(), 'bmc-4.56.bin')
    writeFileSync(image, Buffer.alloc(3_000_000, 1))
    const form = ['-H', 'Expect:', '-F', 'UpdateParameters={};type=application/json', '-F', `UpdateFile=@${image}`]
    const admin = ['-k', '-u', 'admin:password']
    const update = `${url}/redfish/v1/UpdateService`
    const { MultipartHttpPushUri: uri } = JSON.parse((await curl(...admin, update)).text)
    expect((await curl('-k', '-u', 'reader:looking', ...form, `${url}${uri}`)).status).toBe(403)
    const { status, headers } = await curl(...admin, ...form, `${url}${uri}`)
    expect(status).toBe(202)
    expect((await curl(...admin, `${url}${headers.get('location')}`)).status).toBe(200)
    const [{ bmc }] = JSON.parse((await lab.bmcsim('ps', '--json')).stdout)
    const login = { host: bmc.address, port: bmc.port, user: 'admin', password: 'password' }
    // The reset, a moment after that answer, ends whoever is logged in meanwhile.
    await until('the version', async () =>
      /^Firmware Revision +: 4\.56$/m.test((await ipmitool(login, 'mc', 'info')).stdout),
    )
  })

  it('is shown by ps where to go', async () => {
    const { stdout } = await redfish.lab.bmcsim('ps', '--json')
    expect(JSON.parse(stdout)[0].redfish).toBe(redfish.url)
  })
})

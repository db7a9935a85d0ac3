import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Lab, upLab } from '../support/bmcsim.ts'
import { curl } from '../support/curl.ts'
import { ipmitool, ipmitoolOk } from '../support/ipmitool.ts'
import { run } from '../support/process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const present = [requireTool('curl', 'curl'), requireTool('openssl', 'openssl'), requireTool('ipmitool', 'ipmitool')]
const certificates = '/redfish/v1/Managers/BMC/NetworkProtocol/HTTPS/Certificates'
const service = '/redfish/v1/CertificateService'

describe.skipIf(present.includes(false))('the certificate of HTTPS', () => {
  const folder = tempFolder()
  const file = (name: string) => join(folder, name)
  let lab: Lab
  let host: string
  let first: string
  let yaml: string
  const url = () => `https://${host}:8443`

  beforeAll(async () => {
    first = await unusedAddress()
    host = first
    yaml = `nodes:
  cn01:
    bmc: { address: ${host}, redfish: { port: 8443 } }
    machine: { kind: simulated, start: off }
    users: [{ name: admin, password: password }]
`
    lab = await upLab(yaml, { env: { BMCSIM_RUN_DIR: file('run') } }, folder)
  })

  async function openssl(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await run('openssl', args, { cwd: folder, timeoutMs: 120_000 })
    if (code !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`)
    return stdout + stderr
  }

  async function answersAt(authority: string): Promise<void> {
    await until('Redfish at the new address', async () => {
      const { code } = await run('curl', ['-sS', '-o', file('root'), '--cacert', authority, `${url()}/redfish/v1/`])
      return code === 0
    })
  }

  async function post(trust: string, path: string, body: unknown) {
    const answer = await curl(
      '--cacert',
      trust,
      '-u',
      'admin:password',
      '--json',
      JSON.stringify(body),
      `${url()}${path}`,
    )
    return { status: answer.status, body: JSON.parse(answer.text) }
  }

  it('is one for the new address of a BMC that moves, from the same authority', async () => {
    const authority = join(lab.state, '.ca.pem')
    await curl('-k', `${url()}/redfish/v1/`)
    expect((await curl('--cacert', authority, `${url()}/redfish/v1/`)).status).toBe(200)
    const next = await unusedAddress()
    // It looks at the old address whether that has worked, for as long as somebody answers there: what it says is not what counts.
    await ipmitool({ host, user: 'admin', password: 'password' }, '-N', '1', 'lan', 'set', '1', 'ipaddr', next)
    host = next
    await answersAt(authority)
  })

  it('follows a BMC whose address is written over Redfish, by a client that gets its answer', async () => {
    const authority = join(lab.state, '.ca.pem')
    const next = await unusedAddress()
    const path = '/redfish/v1/Managers/BMC/EthernetInterfaces/1'
    const body = JSON.stringify({ IPv4StaticAddresses: [{ Address: next, SubnetMask: '255.0.0.0' }] })
    const admin = ['--cacert', authority, '-u', 'admin:password']
    const answer = await curl(...admin, '-X', 'PATCH', '--json', body, `${url()}${path}`)
    expect([answer.status, JSON.parse(answer.text).IPv4Addresses[0].Address]).toEqual([200, next])
    host = next
    await answersAt(authority)
    const login = { host, user: 'admin', password: 'password' }
    expect(await ipmitoolOk(login, 'lan', 'print', '1')).toMatch(new RegExp(`^IP Address +: ${next}$`, 'm'))

    const protocol = `${url()}/redfish/v1/Managers/BMC/NetworkProtocol`
    const ipmi = (on: boolean) =>
      curl(...admin, '-X', 'PATCH', '--json', `{"IPMI":{"ProtocolEnabled":${on}}}`, protocol)
    expect((await ipmi(false)).status).toBe(200)
    expect((await ipmitool(login, '-N', '1', '-R', '1', 'mc', 'info')).code).not.toBe(0)
    expect((await ipmi(true)).status).toBe(200)
    await ipmitoolOk(login, 'mc', 'info')
  })

  it('is replaced by one that somebody else signed for its request', async () => {
    const authority = join(lab.state, '.ca.pem')
    await openssl(
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      ...['-keyout', 'our.key', '-out', 'our.pem', '-subj', '/CN=Our CA', '-days', '2'],
    )
    const csr = await post(authority, `${service}/Actions/CertificateService.GenerateCSR`, {
      CertificateCollection: { '@odata.id': certificates },
      CommonName: 'cn01 BMC',
      Organization: 'Lab, of ours',
      Country: 'CH',
      AlternativeNames: ['cn01-bmc.example', host],
      KeyPairAlgorithm: 'TPM_ALG_RSA',
      KeyBitLength: 2048,
    })
    expect(csr.status).toBe(200)
    writeFileSync(file('bmc.csr'), csr.body.CSRString)
    const told = await openssl('req', '-in', 'bmc.csr', '-verify', '-noout', '-text', '-nameopt', 'RFC2253')
    expect(told).toMatch(/verify OK/i)
    expect(told).toContain('C=CH,O=Lab\\, of ours,CN=cn01 BMC')
    expect(told).toContain(`DNS:cn01-bmc.example, IP Address:${host}`)
    expect(told).toContain('Public-Key: (2048 bit)')
    await openssl(
      'x509',
      '-req',
      '-in',
      'bmc.csr',
      '-CA',
      'our.pem',
      '-CAkey',
      'our.key',
      ...['-out', 'bmc.pem', '-days', '2', '-copy_extensions', 'copy'],
    )

    const replace = { CertificateType: 'PEM', CertificateUri: { '@odata.id': `${certificates}/1` } }
    const action = `${service}/Actions/CertificateService.ReplaceCertificate`
    const stranger = await post(authority, action, {
      ...replace,
      CertificateString: readFileSync(file('our.pem'), 'utf8'),
    })
    expect([stranger.status, stranger.body.error.code]).toEqual([
      400,
      expect.stringContaining('ActionParameterValueError'),
    ])
    const done = await post(authority, action, { ...replace, CertificateString: readFileSync(file('bmc.pem'), 'utf8') })
    expect(done.status).toBe(200)

    const shown = await curl('--cacert', file('our.pem'), '-u', 'admin:password', `${url()}${certificates}/1`)
    expect(JSON.parse(shown.text)).toMatchObject({
      Subject: { CommonName: 'cn01 BMC', Country: 'CH', AlternativeNames: ['cn01-bmc.example', host] },
      Issuer: { CommonName: 'Our CA' },
      CertificateString: readFileSync(file('bmc.pem'), 'utf8'),
    })
    expect((await run('curl', ['-sS', '--cacert', authority, `${url()}/redfish/v1/`])).code).not.toBe(0)
  })

  it('is still that one after a kill -9', async () => {
    await lab.process.stop('SIGKILL')
    lab = await upLab(yaml, { env: { BMCSIM_RUN_DIR: file('run') } }, folder)
    expect((await curl('--cacert', file('our.pem'), `${url()}/redfish/v1/`)).status).toBe(200)
  })

  it("goes back to the lab's with ResetAll, and the BMC to what the lab file says; the power stays", async () => {
    const [authority, ours] = [join(lab.state, '.ca.pem'), file('our.pem')]
    const post = (path: string, body: unknown) =>
      curl('--cacert', ours, '-u', 'admin:password', '--json', JSON.stringify(body), `${url()}${path}`)
    const reset = (ResetType: string) => post('/redfish/v1/Managers/BMC/Actions/Manager.ResetToDefaults', { ResetType })
    const asOther = async () => {
      const answer = await run('curl', [
        '-sS',
        '-o',
        file('out'),
        '-w',
        '%{http_code}',
        '--cacert',
        ours,
        '-u',
        'other:otherword',
        `${url()}/redfish/v1/Systems`,
      ])
      return answer.stdout
    }
    await post('/redfish/v1/Systems/1/Actions/ComputerSystem.Reset', { ResetType: 'On' })
    await post('/redfish/v1/AccountService/Accounts', { UserName: 'other', Password: 'otherword', RoleId: 'ReadOnly' })
    expect(await asOther()).toBe('200')
    expect((await reset('PreserveNetwork')).status).toBe(200)
    await until('the other user to be gone', async () => (await asOther()) === '401')

    expect((await reset('ResetAll')).status).toBe(200)
    host = first
    await answersAt(authority)
    const login = { host, user: 'admin', password: 'password' }
    expect(await ipmitoolOk(login, 'power', 'status')).toContain('is on')
  })
})

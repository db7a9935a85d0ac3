import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run, start } from '../support/process.ts'
import { type RedfishLab, upRedfish } from '../support/redfish-lab.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { findTool, requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedPort } from '../support/unused-port.ts'

const present = [
  requireTool('fence_redfish', 'fence-agents'),
  requireTool('ilorest', 'ilorest'),
  requireTool('sushycli', 'python3-sushy-cli'),
  requireTool('curl', 'curl'),
  requireTool('httppower', 'powerman'),
]

/** Redfish clients that Debian has, beside curl, redfishtool and sushy, which have files of their own. */
describe.skipIf(present.includes(false))('clients of Redfish', () => {
  let redfish: RedfishLab
  const home = tempFolder()

  beforeAll(async () => {
    redfish = await upRedfish()
    // The first client makes the certificate that sushycli wants to check.
    await run('curl', ['-sk', `${redfish.url}/redfish/v1/`])
  })
  afterAll(() => redfish?.lab.process.stop())

  const power = async () => (await redfish.lab.bmcsim('power', 'cn01', 'status')).stdout

  it('Pacemaker fences with fence_redfish', async () => {
    const { host, port } = redfish
    const fence = (...words: string[]) =>
      run('fence_redfish', [
        '-a',
        host,
        '-u',
        String(port),
        '-l',
        'admin',
        '-p',
        'password',
        '--ssl-insecure',
        ...words,
      ])
    expect(await fence('-o', 'status')).toMatchObject({ stdout: 'Status: OFF\n', code: 2 })
    expect(await fence('-o', 'reboot')).toMatchObject({ code: 0 })
    expect(await power()).toBe('cn01: on\n')
    expect((await fence('-o', 'off', '-p', 'wrong')).code).not.toBe(0)
    expect(await power()).toBe('cn01: on\n')
  })

  it('HPE’s ilorest logs in, reads and resets, with the name of the action in its body', async () => {
    const ilorest = (...words: string[]) => run('ilorest', ['--nologo', ...words], { env: { HOME: home } })
    const login = await ilorest('login', redfish.url, '-u', 'admin', '-p', 'password')
    expect(login.code, login.stdout + login.stderr).toBe(0)
    const read = await ilorest('get', 'PowerState', 'Name', '--selector=ComputerSystem.')
    expect(read.stdout).toContain('Name=cn01')
    expect(read.stdout).toContain('PowerState=On')
    const off = await ilorest('reboot', 'ForceOff')
    expect(off.code, off.stdout + off.stderr).toBe(0)
    expect(await power()).toBe('cn01: off\n')
    expect((await ilorest('logout')).code).toBe(0)
  })

  it('sushycli checks the certificate and powers the node', async () => {
    const { url, authority } = redfish
    const who = ['--service-endpoint', `${url}/redfish/v1`, '--username', 'admin', '--password', 'password']
    const words = ['system', 'power', 'on', '--system-id', '/redfish/v1/Systems/1', ...who]
    const { code, stdout, stderr } = await run('sushycli', words, { env: { REQUESTS_CA_BUNDLE: authority } })
    expect(code, stdout + stderr).toBe(0)
    expect(await power()).toBe('cn01: on\n')
  })

  /** Debian's powerman 2.3.27 has the device files and the manual of redfishpower, but not the program; this is its way before that. */
  it('powerman powers it through httppower, by its own Redfish device', async () => {
    const folder = tempFolder()
    const device = join(folder, 'redfish.dev')
    const shipped = readFileSync('/etc/powerman/redfish-supermicro.dev', 'utf8')
    // It waits half a minute before it looks whether it has worked.
    writeFileSync(device, shipped.replaceAll('USER:PASS', 'admin:password').replaceAll(/delay\s+30/g, 'delay 1'))
    const server = `127.0.0.1:${await unusedPort()}`
    const config = join(folder, 'powerman.conf')
    const httppower = `${findTool('httppower')} -u ${redfish.url} -H Content-Type:application/json`
    writeFileSync(
      config,
      `include "${device}"
listen "${server}"
device "bmc" "redfish-supermicro" "${httppower} |&"
node "cn01" "bmc" "cn01"
`,
    )
    const daemon = start(findTool('powermand') ?? 'powermand', ['-f', '-c', config], { env: { HOME: folder } })
    const powerman = async (...words: string[]) => (await run('powerman', ['-h', server, ...words])).stdout
    await redfish.lab.bmcsim('power', 'cn01', 'on')
    await until(
      'powerman to know the node',
      async () => /^on:\s+cn01$/m.test(await powerman('-q')),
      60_000,
      () => daemon.output,
    )
    expect(await powerman('-0', 'cn01')).toContain('Command completed successfully')
    expect(await power()).toBe('cn01: off\n')
    expect(await powerman('-1', 'cn01')).toContain('Command completed successfully')
    expect(await power()).toBe('cn01: on\n')
    expect(await powerman('-q')).toMatch(/^on:\s+cn01$/m)
    await daemon.stop()
  })
})

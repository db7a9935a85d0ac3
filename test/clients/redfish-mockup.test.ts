import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { bmcsim, program } from '../support/bmcsim.ts'
import { type Child, run, start } from '../support/process.ts'
import { type RedfishLab, upRedfish } from '../support/redfish-lab.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { requireFile } from '../support/tools.ts'

/** A live BMC is read into a folder, which is then served. */
describe('bmcsim learn, and bmcsim redfish --mockup', () => {
  let redfish: RedfishLab
  let folder: string
  let server: Child
  let port: string

  beforeAll(async () => {
    redfish = await upRedfish()
    folder = join(tempFolder(), 'mockup')
    const learned = await bmcsim(['learn', redfish.url, folder, '-u', 'admin', '--insecure'], {
      env: { BMCSIM_PASSWORD: 'password' },
    })
    expect(learned.stderr).toBe('')
    expect(learned.stdout).toMatch(/^\d\d+ resources in /)
    server = start(process.execPath, [program, 'redfish', '--mockup', folder, '--port', '0'])
    await server.waitFor(/Ctrl-C ends it/, 60_000)
    port = /127\.0\.0\.1:(\d+)/.exec(server.output)?.[1] ?? ''
  })

  it('has written what the BMC says, without a password', () => {
    const system: unknown = JSON.parse(readFileSync(join(folder, 'redfish/v1/Systems/1/index.json'), 'utf8'))
    expect(system).toMatchObject({ Id: '1', PowerState: 'Off' })
    const account: unknown = JSON.parse(
      readFileSync(join(folder, 'redfish/v1/AccountService/Accounts/2/index.json'), 'utf8'),
    )
    expect(account).toMatchObject({ UserName: 'admin', Password: null })
    expect(readFileSync(join(folder, 'redfish/v1/$metadata/index.xml'), 'utf8')).toContain('<edmx:Edmx')
  })

  it('needs to know who vouches for the server', async () => {
    const into = join(tempFolder(), 'other')
    const refused = await bmcsim(['learn', redfish.url, into, '-u', 'admin', '-p', 'password'])
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('--ca FILE')
    const trusted = await bmcsim([
      'learn',
      redfish.url,
      into,
      '-u',
      'admin',
      '-p',
      'password',
      '--ca',
      redfish.authority,
    ])
    expect(trusted.code).toBe(0)
    const again = await bmcsim(['learn', redfish.url, into, '--insecure'])
    expect(again.code).toBe(2)
  })

  it('writes nothing where the service does not let it in', async () => {
    const into = join(tempFolder(), 'nothing')
    const nobody = await bmcsim(['learn', redfish.url, into, '--insecure'])
    expect([nobody.code, nobody.stderr]).toEqual([1, expect.stringContaining('--user')])
    const wrong = await bmcsim(['learn', redfish.url, into, '--insecure', '-u', 'admin', '-p', 'wrong'])
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('does not let admin in')])
    expect(existsSync(into)).toBe(false)
  })

  const script = '/usr/bin/redfishtool.py'
  it.skipIf(!requireFile(script, 'redfishtool'))('is read by redfishtool', async () => {
    const all = [script, '-r', `127.0.0.1:${port}`, '-S', 'Never', '-A', 'None', 'Systems', '-1']
    const { code, stdout, stderr } = await run('/usr/bin/python3', all, { timeoutMs: 120_000 })
    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect(JSON.parse(stdout)).toMatchObject({ Id: '1', PowerState: 'Off' })
  })

  it.skipIf(!requireFile('/usr/lib/python3/dist-packages/sushy', 'python3-sushy'))('is read by sushy', async () => {
    const lines = `
import sushy
root = sushy.Sushy('http://127.0.0.1:${port}/redfish/v1', )
print(root.get_system('/redfish/v1/Systems/1').power_state.value)
`
    const { stdout, stderr } = await run('/usr/bin/python3', ['-W', 'ignore', '-c', lines], { timeoutMs: 120_000 })
    expect(stdout, stderr).toBe('Off\n')
  })

  it('changes nothing, and ends with a signal', async () => {
    const url = `http://127.0.0.1:${port}/redfish/v1/Systems/1`
    const patched = await fetch(url, { method: 'PATCH', body: '{"AssetTag":"x"}' })
    expect(patched.status).toBe(405)
    expect(await patched.json()).toHaveProperty('error')
    server.kill('SIGTERM')
    expect(await server.ended()).toBe(0)
  })
})

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { NodeStatus } from '../../src/app/node-status.ts'
import { awaitReady, bmcsim, type Lab, program, upLab } from '../support/bmcsim.ts'
import { type Child, run, start } from '../support/process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { requireFile } from '../support/tools.ts'
import { unusedPort } from '../support/unused-port.ts'

const hasSushy = requireFile('/usr/lib/python3/dist-packages/sushy', 'python3-sushy')
const redfishtool = '/usr/bin/redfishtool.py'

const nodes = `nodes:
  cn01: { bmc: { port: auto, redfish: false } }
  cn02: { bmc: { port: auto, redfish: false }, personality: idrac-like }
  cn03: { bmc: { port: auto, redfish: false } }
defaults:
  machine: { kind: simulated, start: off }
  users: [{ name: admin, password: password }]
`

/** Lines of Python with `root`; what they print. */
async function sushy(url: string, credentials: string, script: string): Promise<string[]> {
  const lines = `
import os, sushy
for name in ('REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'):
    os.environ.pop(name, None)
root = sushy.Sushy('${url}/redfish/v1', ${credentials}verify=False)
${script}`
  const { code, stdout, stderr } = await run('/usr/bin/python3', ['-W', 'ignore', '-c', lines], { timeoutMs: 120_000 })
  if (code !== 0) throw new Error(`python ended with ${code}: ${stdout}${stderr}`)
  return stdout.trimEnd().split('\n')
}

describe("bmcsim sushy-emulator with sushy-tools' configuration", () => {
  let process: Child
  let url: string
  let state: string

  beforeAll(async () => {
    const folder = tempFolder()
    state = join(folder, 'state')
    const port = await unusedPort()
    url = `http://127.0.0.1:${port}`
    writeFileSync(join(folder, 'lab.yaml'), nodes)
    writeFileSync(
      join(folder, 'emulator.conf'),
      `SUSHY_EMULATOR_LISTEN_IP = u'127.0.0.1'
SUSHY_EMULATOR_LISTEN_PORT = ${port}
SUSHY_EMULATOR_LIBVIRT_URI = u'qemu:///system'
SUSHY_EMULATOR_ALLOWED_INSTANCES = ['cn01', 'cn02']
`,
    )
    const ready = join(folder, 'ready')
    const words = ['sushy-emulator', '--config', 'emulator.conf', 'lab.yaml', '--state', 'state', '--ready-file', ready]
    process = start(globalThis.process.execPath, [program, ...words], { cwd: folder })
    await awaitReady(process, ready)
  })

  it('says where it is, and what of the configuration means nothing here', () => {
    expect(process.output).toContain(`Redfish of 2 nodes: ${url}/redfish/v1/Systems`)
    expect(process.output).toContain(
      'SUSHY_EMULATOR_LIBVIRT_URI changes nothing: the machines are those of the lab file',
    )
  })

  it.skipIf(!hasSushy).each(['', "'admin', 'whatever', "])('sushy with the credentials (%s)', async (credentials) => {
    const seen = await sushy(
      url,
      credentials,
      `
systems = root.get_system_collection().get_members()
print(sorted(one.name for one in systems))
one = root.get_system('/redfish/v1/Systems/cn02')
print(one.uuid == [s for s in systems if s.name == 'cn02'][0].identity)
print(one.managers[0].path.endswith(one.uuid.lower()), one.chassis[0].path.endswith(one.uuid.lower()))
print(one.managers[0].get_allowed_reset_manager_values() != set())
one.reset_system(sushy.ResetType.ON)
one.set_system_boot_options(sushy.BootSource.PXE, enabled=sushy.BootSourceOverrideEnabled.ONCE)
one.refresh(force=True)
print(one.power_state.value, one.boot['target'].value)
one.reset_system(sushy.ResetType.FORCE_OFF)
`,
    )
    expect(seen).toEqual(["['cn01', 'cn02']", 'True', 'True True', 'True', 'On Pxe'])
  })

  it('what it does to one node is done to that node', async () => {
    const reset = (path: string) =>
      fetch(`${url}/redfish/v1/Systems/${path}/Actions/ComputerSystem.Reset`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: '{"ResetType":"On"}',
      })
    expect((await reset('cn01')).status).toBe(200)
    expect((await reset('cn03')).status).toBe(404)
    const { stdout } = await bmcsim(['power', '--state', state, 'all', 'status'])
    expect(stdout.split('\n')).toEqual(['cn01: on', 'cn02: off', 'cn03: off', ''])
  })

  it.skipIf(!requireFile(redfishtool, 'redfishtool'))('redfishtool finds one by its UUID', async () => {
    const [, uuid] = /"UUID":"([^"]+)"/.exec(await (await fetch(`${url}/redfish/v1/Systems/cn02`)).text()) ?? []
    const words = [redfishtool, '-r', url.slice(7), '-S', 'Never', '-A', 'None', 'Systems', '-I', String(uuid)]
    const { stdout, stderr } = await run('/usr/bin/python3', words, { timeoutMs: 120_000 })
    expect(JSON.parse(stdout || stderr)).toMatchObject({ Id: uuid, Name: 'cn02' })
  })

  it('systems that are fake need no lab file', async () => {
    const folder = tempFolder()
    const port = await unusedPort()
    const uuid = '8a5cb5a5-52c6-4a5c-8f5e-9a57ff1ccbd6'
    writeFileSync(
      join(folder, 'emulator.conf'),
      `SUSHY_EMULATOR_LISTEN_PORT = ${port}
SUSHY_EMULATOR_STATE_DIR = 'fakes'
SUSHY_EMULATOR_FAKE_DRIVER = True
SUSHY_EMULATOR_FAKE_SYSTEMS = [
    {'uuid': '${uuid}', 'name': 'fake1', 'power_state': 'Off', 'nics': [{'mac': '00:5c:52:31:3a:9c'}]},
]
`,
    )
    const ready = join(folder, 'ready')
    const words = ['sushy-emulator', '--config', 'emulator.conf', '--ready-file', ready]
    const fakes = start(globalThis.process.execPath, [program, ...words], { cwd: folder })
    await awaitReady(fakes, ready)
    const system = `http://127.0.0.1:${port}/redfish/v1/Systems/${uuid}`
    expect(await (await fetch(system)).json()).toMatchObject({ Id: uuid, Name: 'fake1', PowerState: 'Off' })
    const nic = await fetch(`${system}/EthernetInterfaces?$expand=.`)
    expect(await nic.json()).toMatchObject({ Members: [{ MACAddress: '00:5C:52:31:3A:9C' }] })
    await fakes.stop('SIGTERM')
  })
})

describe('redfish: in a lab file', () => {
  let lab: Lab
  let url: string

  beforeAll(async () => {
    const port = await unusedPort()
    url = `https://127.0.0.1:${port}`
    lab = await upLab(`redfish: { listen: "127.0.0.1:${port}", user: ops, password: of-the-lab }\n${nodes}`)
  })

  it.skipIf(!hasSushy)('lets in whom the file names, with HTTPS and a session', async () => {
    const script = `
print(len(root.get_system_collection().members_identities))
root.get_system('/redfish/v1/Systems/cn03').reset_system(sushy.ResetType.ON)
print(root.get_session_service().sessions.members_identities != ())
`
    expect(await sushy(url, "'ops', 'of-the-lab', ", script)).toEqual(['3', 'True'])
    expect((await lab.bmcsim('power', 'cn03', 'status')).stdout).toBe('cn03: on\n')
    await expect(sushy(url, "'admin', 'password', ", script)).rejects.toThrow(/AccessError|401/)
  })

  it('is shown by ps, with the path of each node', async () => {
    expect((await lab.bmcsim('ps')).stdout).toMatch(
      new RegExp(`\n\nRedfish of all nodes: ${url}/redfish/v1/Systems\n$`),
    )
    const [cn01]: NodeStatus[] = JSON.parse((await lab.bmcsim('ps', '--json')).stdout)
    expect(cn01.sharedRedfish).toBe(`${url}/redfish/v1/Systems/${cn01.guid}`)
  })

  it('is not changed while the lab runs', async () => {
    const file = join(lab.state, '..', 'lab.yaml')
    writeFileSync(file, nodes)
    const { code, stderr } = await lab.bmcsim('up', file)
    expect(code).toBe(1)
    expect(stderr).toContain('cannot be changed while it runs')
  })
})

import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { upLab } from '../support/bmcsim.ts'
import { run } from '../support/process.ts'
import { requireSushy, sushy } from '../support/sushy.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { requireFile } from '../support/tools.ts'
import { unusedAddress } from '../support/unused-address.ts'

const redfishtool = '/usr/bin/redfishtool.py'
const present = [requireSushy(), requireFile(redfishtool, 'redfishtool')]

const kinds = [
  {
    personality: 'idrac-like',
    system: 'System.Embedded.1',
    manager: 'iDRAC.Embedded.1',
    cd: 'CD',
    nic: 'NIC.Embedded.1-1-1',
  },
  { personality: 'megarac-like', system: 'Self', manager: 'Self', cd: 'CD1', nic: '1' },
] as const

/** Clients that follow links, over servers that call things otherwise. */
describe.skipIf(present.includes(false))('Redfish of other makers', () => {
  const PORT = 8443
  const hosts: string[] = []
  const images = createServer((_, response) => response.end(Buffer.alloc(4096)))
  let image: string

  beforeAll(async () => {
    while (hosts.length < kinds.length) hosts.push(await unusedAddress())
    await new Promise<void>((resolve) => images.listen(0, '127.0.0.1', resolve))
    const address = images.address()
    image = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/cd.iso`
    const nodes = kinds.map(
      ({ personality }, i) =>
        `  n${i + 1}: { personality: ${personality}, bmc: { address: ${hosts[i]}, redfish: { port: ${PORT} } } }\n`,
    )
    await upLab(
      `defaults:\n  users: [{ name: admin, password: password }]\n  machine: { kind: simulated, start: off, nics: [{ netdev: user }] }\nnodes:\n${nodes.join('')}`,
      { env: { BMCSIM_RUN_DIR: join(tempFolder(), 'run') } },
    )
  })
  afterAll(() => {
    images.close()
  })

  it.each(kinds)('sushy, as Ironic inspects and boots a server: $personality', async (kind) => {
    const { system, manager, cd, nic } = kind
    const url = `https://${hosts[kinds.indexOf(kind)]}:${PORT}`
    const shown = await sushy(
      url,
      `
show([one.path for one in system.managers])
show([one.path for one in system.chassis])
show(len(system.processors.get_members()))
show([[one.identity, one.mac_address[:8]] for one in system.ethernet_interfaces.get_members()][0])
show([drive.identity for storage in system.storage.get_members() for drive in storage.drives][:1])
media = [one for one in system.managers[0].virtual_media.get_members() if sushy.VIRTUAL_MEDIA_CD in one.media_types][0]
media.insert_media('${image}')
media.refresh(force=True)
show([media.identity, media.inserted, media.image])
system.set_system_boot_options(target=sushy.BOOT_SOURCE_TARGET_CD, enabled=sushy.BOOT_SOURCE_ENABLED_ONCE)
system.reset_system(sushy.RESET_TYPE_ON)
system.refresh(force=True)
show([system.power_state, system.boot.enabled])
media.eject_media()
media.refresh(force=True)
show(media.inserted)
`,
      system,
    )
    expect(shown).toEqual([
      [`/redfish/v1/Managers/${manager}`],
      [`/redfish/v1/Chassis/${system}`],
      expect.any(Number),
      [nic, expect.any(String)],
      expect.any(Array),
      [cd, true, image],
      ['On', 'Disabled'],
      false,
    ])
    expect(shown[4]).toHaveLength(1)
  })

  it.each(kinds)('redfishtool: $personality', async (kind) => {
    const at = ['-r', `${hosts[kinds.indexOf(kind)]}:${PORT}`, '-S', 'Always', '-u', 'admin', '-p', 'password']
    const tool = async (...args: string[]) => {
      const { code, stdout, stderr } = await run('/usr/bin/python3', [redfishtool, ...at, ...args], {
        timeoutMs: 120_000,
      })
      expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: expect.any(String) })
      return JSON.parse(stdout)
    }
    expect(await tool('Systems', '-1')).toMatchObject({ Id: kind.system })
    expect(await tool('Managers', '-1')).toMatchObject({ Id: kind.manager })
    expect((await tool('Chassis', '-1', 'Thermal')).Temperatures.length).toBeGreaterThan(3)
  })
})

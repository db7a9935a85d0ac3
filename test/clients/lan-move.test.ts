import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { awaitReady, bmcsim, program, upLab } from '../support/bmcsim.ts'
import { ipmitool, ipmitoolOk } from '../support/ipmitool.ts'
import { makeWire, requireNamespaces, type Wire } from '../support/namespaces.ts'
import { type Child, type Finished, run, start } from '../support/process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { startInTerminal } from '../support/terminal.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const present = [requireTool('ipmitool', 'ipmitool')]
const user = { user: 'admin', password: 'password' }
const users = 'users: [{ name: admin, password: password }]'

/** The BMC's own idea of its address, by `bmcsim ps`. */
function addressesOf(ps: Finished): string[] {
  return JSON.parse(ps.stdout).map((node: { bmc: { address: string } }) => node.bmc.address)
}

describe.skipIf(present.includes(false))('ipmitool lan set, on loopback', () => {
  it('moves the BMC, and a restart finds it there', async () => {
    const [first, second] = [await unusedAddress(), await unusedAddress()]
    const lab = await upLab(
      `defaults: { machine: simulated, ${users} }\nnodes:\n  cn01: { bmc: { address: ${first}, port: 623 } }\n`,
    )
    await ipmitoolOk({ host: first, ...user }, 'lan', 'set', '1', 'ipsrc', 'static')
    await ipmitoolOk({ host: first, ...user }, 'lan', 'set', '1', 'ipaddr', second)
    expect(await ipmitoolOk({ host: second, ...user }, 'lan', 'set', '1', 'netmask', '255.255.0.0')).toContain(
      '255.255.0.0',
    )
    await ipmitoolOk({ host: second, ...user }, 'lan', 'set', '1', 'defgw', 'ipaddr', '127.52.9.9')
    const print = await ipmitoolOk({ host: second, ...user }, 'lan', 'print', '1')
    expect(print).toMatch(new RegExp(`^IP Address +: ${second}$`, 'm'))
    expect(print).toMatch(/^Subnet Mask +: 255\.255\.0\.0$/m)
    expect(print).toMatch(/^Default Gateway IP +: 127\.52\.9\.9$/m)
    expect(addressesOf(await lab.bmcsim('ps', '--json'))).toEqual([second])
    expect((await ipmitool({ host: first, ...user }, '-N', '1', '-R', '1', 'mc', 'info')).code).not.toBe(0)
    expect((await ipmitool({ host: second, ...user }, 'lan', 'set', '1', 'ipsrc', 'dhcp')).code).not.toBe(0)
    await lab.process.stop()
  })
})

describe.skipIf(!requireTool('ipmi-config', 'freeipmi-tools'))('ipmi-config --commit', () => {
  it('moves the BMC in the middle of its session, and still sets mask and gateway', async () => {
    const [first, second] = [await unusedAddress(), await unusedAddress()]
    const lab = await upLab(
      `defaults: { machine: simulated, ${users} }\nnodes:\n  cn01: { bmc: { address: ${first}, port: 623 } }\n`,
    )
    const file = join(tempFolder(), 'lan')
    const settings = `IP_Address ${second}\nSubnet_Mask 255.255.0.0\nDefault_Gateway_IP_Address 127.52.9.9`
    writeFileSync(file, `Section Lan_Conf\nIP_Address_Source Static\n${settings}\nEndSection\n`)
    const login = (host: string) => ['-D', 'LAN_2_0', '-h', host, '-u', user.user, '-p', user.password]
    const done = await run('ipmi-config', [...login(first), '--commit', '-n', file])
    expect(done).toMatchObject({ code: 0, stderr: '' })
    const { stdout } = await run('ipmi-config', [...login(second), '-o', '-S', 'Lan_Conf'])
    for (const [name, value] of settings.split('\n').map((line) => line.split(' '))) {
      expect(stdout).toMatch(new RegExp(`${name} +${value}$`, 'm'))
    }
    await lab.process.stop()
  })
})

describe.skipIf(present.includes(false) || !requireNamespaces())('ipmitool lan set, on a wire', () => {
  const folder = tempFolder()
  const env = { BMCSIM_RUN_DIR: join(folder, 'run'), LANCONTROL_STATE: join(folder, 'lancontrol') }
  let wire: Wire
  const started: Child[] = []

  beforeAll(() => {
    wire = makeWire('10.52.0.100/24')
  })
  afterAll(() => wire?.remove())
  afterEach(async () => {
    await Promise.all(started.splice(0).map((child) => child.stop()))
    wire.ipHost('address', 'flush', 'dev', 'br0')
  })

  const words = (host: string, args: readonly string[], login: typeof user) => {
    return [
      'netns',
      'exec',
      wire.peer,
      'ipmitool',
      '-I',
      'lanplus',
      '-H',
      host,
      '-U',
      login.user,
      '-P',
      login.password,
      ...args,
    ]
  }
  const client = (host: string, args: readonly string[], login = user) => {
    return run('ip', words(host, ['-N', '5', ...args], login))
  }
  const answers = async (host: string, login = user) => (await client(host, ['mc', 'guid'], login)).code === 0
  /** Asked without the patience that one who must answer is given. */
  const isSilent = async (host: string, login = user) =>
    (await client(host, ['-N', '1', '-R', '1', 'mc', 'guid'], login)).code !== 0

  async function up(file: string): Promise<Child> {
    const ready = join(folder, 'ready')
    rmSync(ready, { force: true })
    const args = [program, 'up', file, '--state', join(folder, 'state'), '--ready-file', ready, '--log-level', 'info']
    const lab = start('ip', ['netns', 'exec', wire.host, process.execPath, ...args], { env })
    started.push(lab)
    await awaitReady(lab, ready)
    expect(lab.output).not.toContain('Error')
    return lab
  }

  async function ipmiSim(lanConf: string, state: string): Promise<Child> {
    const args = [program, 'ipmi-sim', '-c', lanConf, '-s', state, '-n', '--log-level', 'info']
    const sim = start('ip', ['netns', 'exec', wire.host, process.execPath, ...args], {
      env,
      cwd: dirname(lanConf),
    })
    started.push(sim)
    await sim.waitFor('answers on')
    return sim
  }

  it('takes the address off the interface and puts the new one on; SOL ends; it survives kill -9', async () => {
    const file = join(folder, 'lab.yaml')
    writeFileSync(
      file,
      `defaults: { machine: { kind: simulated, start: now }, ${users} }
nodes:
  cn[01-02]:
    bmc: { address: "10.52.0.[1-2]", port: 623, network: alias, interface: br0 }
`,
    )
    const lab = await up(file)
    expect(wire.addresses()).toEqual(['10.52.0.1/32', '10.52.0.2/32'])
    // Somebody on the wire had the address that the BMC is going to have.
    wire.ipPeer('neighbor', 'replace', '10.52.0.9', 'lladdr', '02:00:00:00:00:77', 'dev', 'eth0', 'nud', 'stale')
    const sol = startInTerminal('ip', words('10.52.0.1', ['sol', 'activate'], user))
    started.push(sol)
    await sol.waitFor('SOL Session operational')

    expect(await client('10.52.0.1', ['lan', 'set', '1', 'ipaddr', '10.52.0.9'])).toMatchObject({ code: 0 })
    await lab.waitFor('BMC of cn01 now answers on 10.52.0.9 (was 10.52.0.1)')
    await until('the neighbours to know', () => wire.ipPeer('neighbor', 'show', '10.52.0.9').includes(wire.mac()))
    await until('the old address to be gone', () => wire.addresses().length === 2)
    expect(wire.addresses()).toEqual(['10.52.0.2/32', '10.52.0.9/32'])
    expect(await answers('10.52.0.9')).toBe(true)
    expect(await isSilent('10.52.0.1')).toBe(true)
    expect(await answers('10.52.0.2')).toBe(true)
    sol.send('x')
    await sol.waitFor(/SOL session closed by BMC|Error sending SOL data|closed/i, 120_000)
    const ps = await bmcsim(['ps', '--json', '--state', join(folder, 'state')], { env })
    expect(addressesOf(ps)).toEqual(['10.52.0.9', '10.52.0.2'])

    // In use by the other node: refused where it is set.
    const conflict = await client('10.52.0.9', ['raw', '0x0c', '0x01', '1', '3', '10', '52', '0', '2'])
    expect(conflict.stderr).toContain('rsp=0xd5')
    await lab.waitFor('LAN settings refused')
    await client('10.52.0.9', ['lan', 'set', '1', 'netmask', '255.255.0.0'])
    expect(wire.ipHost('route')).toContain('10.52.0.0/16 dev br0 scope link src 10.52.0.9')

    lab.kill('SIGKILL')
    await lab.ended()
    expect(wire.addresses()).toEqual(['10.52.0.2/32', '10.52.0.9/32'])
    const again = await up(file)
    expect(wire.addresses()).toEqual(['10.52.0.2/32', '10.52.0.9/32'])
    expect(await answers('10.52.0.9')).toBe(true)
    expect(wire.ipHost('route')).toContain('10.52.0.0/16 dev br0 scope link src 10.52.0.9')
    await again.stop('SIGINT')
    expect(wire.addresses()).toEqual([])
  })

  it('runs the lan_config_program of the example set-up, which moves br0', async () => {
    const login = { user: 'ipmiusr', password: 'test' }
    const nodes = join(folder, 'nodes')
    cpSync(join(import.meta.dirname, '../../nodes/qemu-ipmi'), nodes, { recursive: true })
    const lanConf = join(nodes, 'CN1/lan.conf')
    writeFileSync(lanConf, readFileSync(lanConf, 'utf8').replace('addr 127.20.0.4 623', 'addr 10.52.0.4 623'))
    for (const address of ['10.52.0.1/24', '10.52.0.4/24']) wire.ipHost('address', 'add', address, 'dev', 'br0')
    const state = join(folder, 'sim')
    const sim = await ipmiSim(lanConf, state)
    for (const [from, to] of [
      ['10.52.0.4', '10.52.0.9'],
      ['10.52.0.9', '10.52.0.10'],
    ]) {
      expect(await client(from, ['lan', 'set', '1', 'ipaddr', to], login)).toMatchObject({ code: 0 })
      expect(await answers(to, login), sim.output).toBe(true)
      await until('silence', () => isSilent(from, login))
    }
    await until('the first one to be gone', () => !wire.addresses().includes('10.52.0.9/24'))
    expect(wire.addresses()).toEqual(['10.52.0.1/24', '10.52.0.4/24', '10.52.0.10/24'])
    // The machine has forgotten the address by the next start: the program is told again.
    await sim.stop('SIGINT')
    wire.ipHost('address', 'del', '10.52.0.10/24', 'dev', 'br0')
    await ipmiSim(lanConf, state)
    expect(await answers('10.52.0.10', login)).toBe(true)
  })

  it('stays where it is when the program fails, and the log has its words', async () => {
    const lanConf = join(folder, 'lan.conf')
    const script = join(folder, 'refuse')
    const text =
      '[ "$2" = get ] && echo "$3:10.52.0.4" && exit 0\n[ "$2" = check ] && exit 0\necho the switch said no\nexit 1\n'
    writeFileSync(script, `#!/bin/sh\n${text}`, { mode: 0o755 })
    writeFileSync(
      lanConf,
      `name "cn01"\nstartlan 1\n  addr 10.52.0.4 623\n  lan_config_program "${script} br0"\nendlan\nuser 2 true "admin" "password" admin 10\n`,
    )
    wire.ipHost('address', 'add', '10.52.0.4/24', 'dev', 'br0')
    const sim = await ipmiSim(lanConf, join(folder, 'refusing'))
    const refused = await client('10.52.0.4', ['raw', '0x0c', '0x01', '1', '3', '10', '52', '0', '9'])
    expect(refused.stderr).toContain('rsp=0xd5')
    await sim.waitFor('the switch said no')
    expect(await answers('10.52.0.4')).toBe(true)
  })
})

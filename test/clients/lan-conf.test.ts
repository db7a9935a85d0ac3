import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ipmiSim } from '../support/bmcsim.ts'
import { ipmitool, ipmitoolInTerminal, ipmitoolOk } from '../support/ipmitool.ts'
import { askIpxe, enterIpxe } from '../support/ipxe.ts'
import type { NodeAddress } from '../support/node.ts'
import { type Child, start } from '../support/process.ts'
import { qemuProcesses } from '../support/qemu.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'

const present = [requireTool('ipmitool', 'ipmitool'), requireTool('qemu-system-x86_64', 'qemu-system-x86')]

const folder = join(import.meta.dirname, '../../nodes/qemu-ipmi')
const user = { user: 'ipmiusr', password: 'test' }
const headNode: NodeAddress = { host: '127.0.0.1', port: 9001, ...user }
const cn1: NodeAddress = { host: '127.20.0.4', ...user }
const cn2: NodeAddress = { host: '127.20.0.6', ...user }

/** The three folders as somebody has them for ipmi_sim (lan.conf, .emu, start script), started by us, not edited. */
describe.skipIf(present.includes(false))('an unchanged lan.conf', () => {
  let sim: Child
  let state: string

  beforeEach(() => {
    state = tempFolder()
  })
  afterEach(async () => {
    await sim.stop('SIGINT')
    await until('no QEMU to be left', () => [...qemu('HN'), ...qemu('CN1'), ...qemu('CN2')].length === 0)
  })

  it('runs all three in one process', async () => {
    sim = await ipmiSim(['-c', folder, '-s', state, '-n'], everyBmc)

    // startnow true, and an `addr ::` that serves IPv4 too
    await until('HN to be on', async () => (await status(headNode)) === 'Chassis Power is on\n')
    await until("HN's QEMU", () => qemu('HN').length === 1)
    for (const node of [cn1, cn2]) {
      const info = await ipmitoolOk(node, 'mc', 'info')
      expect(info).toMatch(/^IPMI Version +: 2\.0$/m)
      expect(info).toMatch(/^Device ID +: \d+$/m)
      expect(await ipmitoolOk(node, 'power', 'status')).toBe('Chassis Power is off\n')
    }
    await ipmitoolOk(cn1, 'power', 'on')
    await until('CN1 to be on', async () => (await status(cn1)) === 'Chassis Power is on\n')
    await until("CN1's QEMU", () => qemu('CN1').length === 1)
    expect(qemu('CN2')).toEqual([])
    await ipmitoolOk(cn1, 'power', 'off')
    await until('CN1 to be off', async () => (await status(cn1)) === 'Chassis Power is off\n')
    await until("CN1's QEMU to be gone", () => qemu('CN1').length === 0)
  })

  it('starts where ipmi_sim was started, with its flags', async () => {
    const options = { cwd: join(folder, 'CN1') }
    sim = await ipmiSim(['-c', 'lan.conf', '-f', 'ipmisim1.emu', '-s', state, '-n', '-d'], oneBmc, options)
    await ipmitoolOk(cn1, 'power', 'on')
    await until('CN1 to be on', async () => (await status(cn1)) === 'Chassis Power is on\n')

    const [before] = await until("CN1's QEMU", () => qemu('CN1').length === 1 && qemu('CN1'))
    await until('the VM to be linked', async () => (await ipmitool(cn1, 'power', 'reset')).code === 0)
    expect(qemu('CN1')).toEqual([before])
    await ipmitoolOk(cn1, 'power', 'diag')
    await ipmitoolOk(cn1, 'power', 'cycle')
    await until('another QEMU', () => qemu('CN1').length === 1 && qemu('CN1')[0] !== before)
  })

  it('brings serial-over-LAN through the telnet port of QEMU, without telnet bytes', async () => {
    sim = await ipmiSim(['-c', folder, '-s', state, '-n'], everyBmc)
    await ipmitoolOk(cn2, 'power', 'on')
    const client = ipmitoolInTerminal(cn2, 'sol', 'activate')
    await client.waitFor('SOL Session operational')
    await until('the VM to be linked', async () => (await ipmitool(cn2, 'power', 'reset')).code === 0)
    await enterIpxe(client, () => ipmitoolOk(cn2, 'power', 'reset'))
    await askIpxe(client, 'echo through-telnet', 'through-telnet')
    expect(client.output).not.toMatch(/\xff/)
    await client.stop()
  })

  it('finds a QEMU that runs already, and leaves it running', async () => {
    const vm = start('sh', ['./CN1-qemu.sh'], { cwd: join(folder, 'CN1') })
    await until('QEMU', () => qemu('CN1').length === 1)
    const options = { cwd: join(folder, 'CN1') }
    sim = await ipmiSim(['-c', 'lan.conf', '-f', 'ipmisim1.emu', '-s', state, '-n'], oneBmc, options)
    await until('CN1 to be on', async () => (await status(cn1)) === 'Chassis Power is on\n')
    await ipmitoolOk(cn1, 'power', 'reset')
    await sim.stop('SIGINT')
    expect(qemu('CN1').length).toBe(1)
    await vm.stop()
  })
})

const everyBmc = /CN1[\s\S]*CN2[\s\S]*HN|HN[\s\S]*CN1[\s\S]*CN2|CN1[\s\S]*HN[\s\S]*CN2/
const oneBmc = /127\.20\.0\.4/

function status(node: NodeAddress): Promise<string> {
  return ipmitoolOk(node, 'power', 'status')
}

/** QEMU of one folder: its start script names the port of its BMC. */
function qemu(node: 'HN' | 'CN1' | 'CN2'): number[] {
  return qemuProcesses({ HN: 'port=9002', CN1: 'port=9102', CN2: 'port=9202' }[node])
}

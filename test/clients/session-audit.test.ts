import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { NodeStatus } from '../../src/app/node-status.ts'
import { type Lab, upLab } from '../support/bmcsim.ts'
import { freeipmi } from '../support/freeipmi.ts'
import { ipmitool, ipmitoolOk } from '../support/ipmitool.ts'
import { type NodeAddress, type TestNode, testNodes } from '../support/node.ts'
import { run } from '../support/process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

let node: TestNode
let small: TestNode
let lab: Lab
const env = { BMCSIM_RUN_DIR: join(tempFolder(), 'run') }

beforeAll(async () => {
  ;[node, small] = testNodes([await unusedAddress(), await unusedAddress()])
  lab = await upLab(
    `defaults:
  machine: { kind: simulated }
  users:
    - { name: admin, password: password, privilege: admin }
    - { name: guess, password: right, privilege: operator }
nodes:
  ${node.name}:
    bmc: { address: ${node.host}, port: 623, sel: { sessionAudit: true } }
  ${small.name}:
    bmc: { address: ${small.host}, port: 623, sel: { capacity: 4, whenFull: overwrite, ownEvents: true } }
`,
    { env },
  )
})

const wrong = (user: string): NodeAddress => ({ host: node.host, user, password: 'wrong' })

/** IPMI 1.5, as `-I lan` speaks it. */
function lan15(user: string, password: string, ...more: string[]): Promise<{ code: number }> {
  const login = ['-I', 'lan', '-H', node.host, '-U', user, '-P', password, '-L', 'OPERATOR', ...more]
  return run('ipmitool', [...login, 'mc', 'guid'])
}

let refused = 0
/** A wrong password gets no answer at all, so it is not waited for; but the BMC has had it, which it counts. */
async function lan15Refused(): Promise<void> {
  await until('a wrong password to be refused', async () => {
    expect((await lan15('guess', 'wrong', '-R', '1', '-N', '1')).code).not.toBe(0)
    const [{ packets }]: NodeStatus[] = JSON.parse((await lab.bmcsim('ps', '--json')).stdout)
    return packets.dropped.integrity > refused
  })
  refused++
}

describe.skipIf(!requireTool('ipmitool', 'ipmitool'))('logins in the SEL', () => {
  it('are there for RMCP+ and IPMI 1.5: come, gone and failed', async () => {
    await ipmitoolOk(node, 'mc', 'guid')
    // A wrong password over RMCP+ shows ipmitool 1.8.19 itself in RAKP 2, and it goes away: only IPMI 1.5 sends it here.
    expect((await ipmitool(wrong('nobody'), 'mc', 'guid')).code).not.toBe(0)
    expect((await lan15('admin', 'password')).code).toBe(0)
    await lan15Refused()
    await lan15Refused()
    // ipmitool knows the sensor type and has no words for its offsets.
    expect(await ipmitoolOk(node, 'sel', 'elist')).toMatch(/Session Audit Sessions \| .*\| Asserted/)
    const events = (await ipmitoolOk(node, 'sel', 'list', '-v')).match(/(?<=Event Data +: )[0-9a-f]{6}/g)
    // By user and channel: come and gone over 2.0, nobody, come and gone over 1.5, a failure told once, and this console.
    expect(events?.slice(0, 7)).toEqual(['f00201', 'f10211', 'f20001', 'f00201', 'f10211', 'f20301', 'f00201'])
  })

  it.skipIf(!requireTool('ipmi-sel', 'freeipmi-tools'))("are what FreeIPMI's ipmi-sel calls them", async () => {
    const { stdout } = await freeipmi('ipmi-sel', node)
    expect(stdout).toMatch(/Sessions +\| Session Audit +\| Session Activated/)
    expect(stdout).toMatch(
      /Session Audit +\| Session Deactivated ;.* = 1 ; Session deactivated by Close Session command/,
    )
    expect(stdout).toMatch(/Invalid Username or Password/)
  })

  it('three wrong passwords lock a user out, and Set User Access lets him in again', async () => {
    const right = { host: node.host, user: 'guess', password: 'right' }
    await ipmitoolOk(node, 'raw', '0x0c', '0x01', '0x01', '0x1a', '0x01', '0x03', '0', '0', '0', '0')
    await ipmitoolOk({ ...right }, '-L', 'OPERATOR', 'mc', 'guid')
    for (let i = 0; i < 3; i++) await lan15Refused()
    expect((await ipmitool(right, '-L', 'OPERATOR', 'mc', 'guid')).code).not.toBe(0)
    expect(await ipmitoolOk(node, 'sel', 'list', '-v')).toMatch(/Event Data +: f30301/)
    await ipmitoolOk(node, 'channel', 'setaccess', '1', '3', 'ipmi=on', 'privilege=3')
    await ipmitoolOk(right, '-L', 'OPERATOR', 'mc', 'guid')
  })
})

describe.skipIf(!requireTool('ipmitool', 'ipmitool'))('a SEL of four records that overwrites', () => {
  it('takes what comes, lists the last four, and tells that it was cleared', async () => {
    for (let i = 0; i < 6; i++) await ipmitoolOk(small, 'event', '1')
    const info = await ipmitoolOk(small, 'sel', 'info')
    expect(info).toMatch(/^Entries +: 4$/m)
    expect(info).toMatch(/^Overflow +: false$/m)
    expect(info).toMatch(/^Supported Cmds +: 'Delete' 'Partial Add' 'Reserve' 'Get Alloc Info'/m)
    await ipmitoolOk(small, 'sel', 'clear')
    expect(await ipmitoolOk(small, 'sel', 'list')).toMatch(
      /Event Logging Disabled #0x60 \| Log area reset\/cleared \| Asserted/,
    )
  })
})

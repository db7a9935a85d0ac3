import { existsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { bmcsim, upLab } from '../support/bmcsim.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { unusedAddress } from '../support/unused-address.ts'

const folder = tempFolder()
const env = { BMCSIM_RUN_DIR: join(folder, 'run') }

it('tells what would be started, changed, left and stopped, and does none of it', async () => {
  const host = await unusedAddress()
  const text = (nodes: string, password = 'password') => `defaults:
  users: [{ name: admin, password: ${password} }]
  machine: simulated
  bmc: { address: ${host} }
nodes:
${nodes}`
  const first = text('  cn[1-2]:\n  old:\n')
  let file = join(folder, 'next.yaml')
  const plan = (state: string, ...more: string[]) => bmcsim(['up', file, '--state', state, '--plan', ...more], { env })

  writeFileSync(file, first)
  const state = join(folder, 'none')
  const fresh = await plan(state)
  expect(fresh).toMatchObject({ code: 0, stderr: '' })
  expect(fresh.stdout).toBe(
    `+ cn1  start  BMC ${host}, simulated, power off
+ cn2  start  BMC ${host}, simulated, power off
+ old  start  BMC ${host}, simulated, power off

next: 3 to start, 0 to change, 0 as they are, 0 to stop
`,
  )
  expect(existsSync(state)).toBe(false)

  const lab = await upLab(first, { env })
  // Relative paths start at the file's folder, so it is the same one.
  file = join(dirname(lab.state), 'next.yaml')
  // A line more at the top moves everything, and changes nothing.
  writeFileSync(file, `# moved\n${first}`)
  const same = await plan(lab.state)
  expect(same).toMatchObject({ code: 0, stderr: '' })
  expect(same.stdout).toContain('0 to start, 0 to change, 3 as they are, 0 to stop')

  writeFileSync(
    file,
    `networks: { lan: segment }\n${text('  cn1: { machine: { start: now }, ready: { inband: true } }\n  cn2:\n  new: { machine: { start: now } }\n')}`,
  )
  const changed = await plan(lab.state)
  expect(changed.stdout).toBe(
    `~ cn1  change  start, ready
= cn2  leave
+ new  start   BMC ${host}, simulated, power on
- old  stop
~ networks differ

next: 1 to start, 1 to change, 1 as they are, 1 to stop
`,
  )
  expect(changed.stderr).toContain(`lab runs there with pid ${lab.process.pid}: end it with bmcsim down`)
  const { stdout } = await plan(lab.state, '--json')
  expect(JSON.parse(stdout)).toEqual({
    lab: 'next',
    state: lab.state,
    pid: lab.process.pid,
    networks: 'change',
    seeds: 'leave',
    redfish: 'leave',
    host: [],
    nodes: [
      { name: 'cn1', action: 'change', parts: ['start', 'ready'] },
      { name: 'cn2', action: 'leave' },
      { name: 'new', action: 'start' },
      { name: 'old', action: 'stop' },
    ],
  })
  writeFileSync(file, text('  cn[1-2]:\n  old:\n', 'another'))
  expect((await plan(lab.state)).stdout).toContain('~ cn1  change  users\n')
  expect(JSON.parse((await lab.bmcsim('ps', '--json')).stdout).map(({ power }: { power: string }) => power)).toEqual([
    'off',
    'off',
    'off',
  ])

  writeFileSync(file, 'nodes: { a: { bmc: { adress: x } } }\n')
  const wrong = await plan(lab.state)
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toContain('did you mean "address"?')
})

it('tells what is made on this machine for its networks', async () => {
  const file = join(folder, 'bridges.yaml')
  writeFileSync(
    file,
    `networks:
  lan: { kind: bridge, bridge: labbr0, address: [10.0.0.1/24, "fd00::1/64"], mtu: 9000, nat: true, uplink: eth9, vlan: 20 }
  up: { kind: bridge, bridge: labbr1, uplink: eth8, moveAddresses: true }
  mgmt: { kind: isolated, address: 10.1.0.1/24 }
  seg: segment
defaults: { users: [{ name: admin, password: password }], machine: simulated }
nodes: { cn1: }
`,
  )
  const lines = [
    'network lan: the bridge labbr0, made where it is not there, 10.0.0.1/24, fd00::1/64, mtu 9000, uplink VLAN 20 of eth9, NAT, with net.ipv4.ip_forward on',
    'network up: the bridge labbr1, made where it is not there, uplink eth8 with its addresses',
    expect.stringMatching(/^network mgmt: makes the bridge mgmt-[0-9a-f]{6}, 10\.1\.0\.1\/24$/),
  ]
  const state = join(folder, 'none')
  const { stdout } = await bmcsim(['up', file, '--state', state, '--plan', '--json'], { env })
  expect(JSON.parse(stdout)).toMatchObject({ host: lines })
  expect((await bmcsim(['up', file, '--state', state, '--plan'], { env })).stdout).toContain(`\n+ ${lines[0]}\n`)
})

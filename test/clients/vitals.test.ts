import { join } from 'node:path'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { type Lab, upLab } from '../support/bmcsim.ts'
import { writeWorkingGuest } from '../support/boot-sector.ts'
import { ipmitoolOk } from '../support/ipmitool.ts'
import { type TestNode, testNodes } from '../support/node.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const present = [requireTool('ipmitool', 'ipmitool'), requireTool('qemu-system-x86_64', 'qemu-system-x86')]

/** The same server twice, by ipmitool 1.8.19: one guest halts its processor, the other never does. */
describe.skipIf(present.includes(false))('sensors of an idle and of a busy guest', () => {
  let lab: Lab
  let idle: TestNode
  let busy: TestNode

  beforeAll(async () => {
    const folder = tempFolder()
    ;[idle, busy] = testNodes([await unusedAddress(), await unusedAddress()])
    const nodes = [
      { node: idle, work: 'halt' },
      { node: busy, work: 'spin' },
    ] as const
    const lines = nodes.map(({ node, work }) => {
      const disk = join(folder, `${work}.img`)
      writeWorkingGuest(disk, work)
      return `  ${node.name}:
    bmc: { address: ${node.host}, port: 623 }
    machine: { kind: qemu, accel: tcg, memory: 64M, disks: [${disk}], start: now }
    users: [{ name: admin, password: password, privilege: admin }]
`
    })
    lab = await upLab(`nodes:\n${lines.join('')}`, { env: { BMCSIM_RUN_DIR: join(folder, 'run') } })
  })
  afterAll(() => lab?.process.stop('SIGINT'))

  async function reading(node: TestNode, sensor: string): Promise<number> {
    const text = await ipmitoolOk(node, 'sensor', 'reading', sensor)
    return Number(text.split('|')[1])
  }

  async function power(node: TestNode): Promise<number> {
    const text = await ipmitoolOk(node, 'dcmi', 'power', 'reading')
    return Number(/Instantaneous power reading: +(\d+) Watts/.exec(text)?.[1])
  }

  const apart = (least: number, of: (node: TestNode) => Promise<number>) =>
    until(`${least} more`, async () => (await of(busy)) - (await of(idle)) >= least, 80_000)

  it('show how busy they are', async () => {
    const usage = (node: TestNode) => reading(node, 'CPU Usage')
    await apart(15, usage)
    // What its firmware did before it was idle counts for a while.
    await until('an idle guest', async () => (await usage(idle)) < 30, 80_000)
    await apart(15, usage)
  })

  it('draw more power, by DCMI and by their supplies', async () => {
    await apart(16, power)
    await apart(8, (node) => reading(node, 'PSU1 Power'))
  })

  it('get warmer, and their fans faster', async () => {
    await apart(4, (node) => reading(node, 'CPU1 Temp'))
    await apart(240, (node) => reading(node, 'Fan 1'))
  })
})

import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Lab, upLab } from '../support/bmcsim.ts'
import { ipmitoolOk } from '../support/ipmitool.ts'
import { qemuLab, type TestNode, testNodes } from '../support/node.ts'
import type { Child } from '../support/process.ts'
import { startInTerminal } from '../support/terminal.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const { BMCSIM_IMAGE_DIR: own, XDG_CACHE_HOME: cache } = process.env
const image = join(own || join(cache || join(homedir(), '.cache'), 'bmcsim', 'images'), 'test-guest')

/** The test guest takes half a minute to make, so it is not made here. */
function isBuilt(): boolean {
  if (existsSync(join(image, 'vmlinux'))) return true
  process.stderr.write(`\n*** SKIPPED: the test guest is not built (scripts/build-guest); no ${image} ***\n\n`)
  return false
}

const present = [isBuilt(), requireTool('ipmitool', 'ipmitool'), requireTool('qemu-system-x86_64', 'qemu-system-x86')]

/** Linux 6.1 with its own drivers on a KCS interface. */
describe.skipIf(present.includes(false))('a Linux guest', () => {
  let lab: Lab
  let node: TestNode
  let shell: Child
  const ok = (...args: string[]) => ipmitoolOk(node, ...args)

  beforeAll(async () => {
    ;[node] = testNodes([await unusedAddress()])
    const boot = `kernel: ${join(image, 'vmlinux')}, initrd: ${join(image, 'initrd')}, append: "console=ttyS0,115200 quiet"`
    lab = await upLab(qemuLab([node]).replace('memory: 32M', `memory: 256M, ${boot}`))
    await ok('power', 'on')
    await until('the guest', () => /test guest: Linux .*\r/.test(screen()), 240_000, screen)
    const { user, password, host } = node
    const login = ['-I', 'lanplus', '-H', host, '-U', user, '-P', password]
    shell = startInTerminal('ipmitool', [...login, 'sol', 'activate'])
    await shell.waitFor('SOL Session operational')
    // Its driver looks for the BMC in the background.
    await run('until [ -e /dev/ipmi0 ]; do usleep 100000; done')
  })
  afterAll(() => lab?.process.stop('SIGINT'))

  const screen = () => {
    const file = join(lab.state, node.name, 'console.log')
    return existsSync(file) ? readFileSync(file, 'latin1') : ''
  }

  /** What the guest prints for a command, to the end of it. */
  async function run(command: string): Promise<string> {
    shell.forget()
    // The shell echoes what is typed, quotes and all: the words without them are output.
    shell.send(`${command}; echo 'the' end\r`)
    return shell.waitFor('the end')
  }

  it('is interrupted by its BMC, and says the same about it as the LAN does', async () => {
    expect(await run('ipmitool mc guid')).toContain(node.uuid)
    expect(await run('grep ipmi /proc/interrupts')).toMatch(/ 5: +[1-9]\d* .*ipmi_si/)
    expect(await run('ipmitool raw 6 0x2f')).toMatch(/ 0f\r/)
  })

  it('goes down in order when the power button is pressed', async () => {
    await ok('power', 'soft')
    await until('power off', async () => (await ok('power', 'status')).includes('is off'), 120_000)
    await until('its last words', () => screen().includes('reboot: Power down'))
    await lab.process.waitFor('power off (by the guest itself)')
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { upLab } from '../support/bmcsim.ts'
import { freeipmi, freeipmiAsItComes, ipmiconsole } from '../support/freeipmi.ts'
import { askIpxe, enterIpxe } from '../support/ipxe.ts'
import { qemuLab, type TestNode, testNodes } from '../support/node.ts'
import { qemuProcesses } from '../support/qemu.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const present = [requireTool('ipmipower', 'freeipmi-tools'), requireTool('qemu-system-x86_64', 'qemu-system-x86')]

/** FreeIPMI 1.6 with no -W and, where the suite is not the subject, no -I. */
describe.skipIf(present.includes(false))('FreeIPMI', () => {
  let node: TestNode

  beforeAll(async () => {
    ;[node] = testNodes([await unusedAddress()])
    await upLab(qemuLab([node]))
  })

  const power = async (...args: string[]) => (await freeipmi('ipmipower', node, ...args)).stdout
  const says = (words: string) => `${node.host}: ${words}\n`
  const pid = () => qemuProcesses(node.uuid)[0]

  describe('ipmipower', () => {
    it('asks, switches on and waits for it', async () => {
      expect(await power('--stat')).toBe(says('off'))
      expect(await power('--on', '--wait-until-on')).toBe(says('ok'))
      expect(await power('--stat')).toBe(says('on'))
      expect(pid()).toBeDefined()
    })

    it('asks with no driver named, too', async () => {
      expect((await freeipmiAsItComes('ipmipower', node, '--stat')).stdout).toBe(says('on'))
      expect((await freeipmiAsItComes('bmc-info', node)).stdout).toContain('Device ID')
    })

    it('resets: the same QEMU runs on', async () => {
      const before = pid()
      expect(await power('--reset')).toBe(says('ok'))
      expect(pid()).toBe(before)
      expect(await power('--pulse')).toBe(says('ok'))
      expect(await power('--soft')).toBe(says('ok'))
    })

    it('cycles: another QEMU runs', async () => {
      const before = pid()
      expect(await power('--cycle')).toBe(says('ok'))
      await until('another QEMU', () => pid() !== undefined && pid() !== before)
    })

    it('switches off', async () => {
      await until('power on', async () => (await power('--stat')) === says('on'))
      expect(await power('--off', '--wait-until-off')).toBe(says('ok'))
      expect(await power('--stat')).toBe(says('off'))
      expect(pid()).toBeUndefined()
    })

    it('cycles with --on-if-off, as MAAS does', async () => {
      expect(await power('--cycle', '--on-if-off')).toBe(says('ok'))
      await until('power on', async () => (await power('--stat')) === says('on'))
      expect(await power('--off', '--wait-until-off')).toBe(says('ok'))
    })

    it('works for an operator, its default level', async () => {
      const operator = { ...node, user: 'operator', password: 'op-secret' }
      expect((await freeipmi('ipmipower', operator, '--stat')).stdout).toBe(says('off'))
      expect((await freeipmi('ipmipower', operator, '--off')).stdout).toBe(says('ok'))
    })

    it.each([
      ['password invalid', { password: 'wrong' }],
      ['username invalid', { user: 'nobody' }],
      ['privilege level cannot be obtained for this user', { user: 'user', password: 'user-secret' }],
    ])('says %s', async (words, change) => {
      expect((await freeipmi('ipmipower', { ...node, ...change }, '--stat')).stdout).toBe(says(words))
    })

    it.each(['1', '2', '3', '6', '7', '8', '11', '12', '15', '16', '17'])(
      'logs in with cipher suite %s',
      async (suite) => {
        expect(await power('--stat', '-I', suite)).toBe(says('off'))
      },
    )

    it('is refused cipher suite 0', async () => {
      expect(await power('--stat', '-I', '0')).toBe(says('cipher suite id unavailable'))
    })
  })

  it('bmc-info reads the whole controller', async () => {
    const { code, stdout, stderr } = await freeipmi('bmc-info', node)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^Device ID +: \d+$/m)
    expect(stdout).toMatch(/^IPMI Version +: 2\.0$/m)
    // FreeIPMI takes a GUID's bytes as least significant first (IPMI 2.0 §20.8); ours are in SMBIOS order, as xCAT and
    // ipmitool want them. So it prints the bytes of the UUID back to front.
    const { groups } = /^System GUID : (?<guid>[0-9a-f-]+)$/m.exec(stdout) ?? {}
    expect(smbiosUuid(groups?.guid ?? '')).toBe(node.uuid)
    expect(stdout).toMatch(/^Medium Type +: 802\.3 LAN$/m)
  })

  describe('ipmiconsole', () => {
    afterAll(async () => {
      await power('--off', '--wait-until-off')
    })

    it('shows iPXE, types to it, and leaves by &.', async () => {
      const client = ipmiconsole(node)
      await client.waitFor('SOL established')
      expect(await power('--on', '--wait-until-on')).toBe(says('ok'))
      await enterIpxe(client, () => power('--reset'))
      await askIpxe(client, 'echo typed-here', 'typed-here')
      client.send('&.')
      await client.waitFor('closing the connection')
      expect(await client.ended()).toBe(0)
    })

    it('steals the console from another, which is told so', async () => {
      const first = ipmiconsole(node)
      await first.waitFor('SOL established')
      const second = ipmiconsole(node)
      await second.waitFor('SOL established')
      await first.waitFor(/SOL session stolen/i)
      second.send('&.')
      await second.ended()
    })
  })
})

/** The UUID whose SMBIOS bytes (first three fields little-endian) read `guid` when they are taken back to front. */
function smbiosUuid(guid: string): string {
  const bytes = Buffer.from(guid.replaceAll('-', ''), 'hex').reverse()
  const [a, b, c] = [bytes.subarray(0, 4), bytes.subarray(4, 6), bytes.subarray(6, 8)].map((part) =>
    Buffer.from(part).reverse().toString('hex'),
  )
  return [a, b, c, bytes.toString('hex', 8, 10), bytes.toString('hex', 10)].join('-')
}

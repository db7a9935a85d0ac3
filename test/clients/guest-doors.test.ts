import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Lab, upLab } from '../support/bmcsim.ts'
import { ipmitool, ipmitoolOk } from '../support/ipmitool.ts'
import { type TestNode, testNodes } from '../support/node.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { GuestShell, requireTestGuest } from '../support/test-guest.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const present = [
  requireTool('ipmitool', 'ipmitool'),
  requireTool('qemu-system-x86_64', 'qemu-system-x86'),
  requireTestGuest(),
]

/** The same ipmitool 1.8.19 in a guest, by Linux 6.1 and KCS, and over the LAN. */
describe.skipIf(present.includes(false))('one BMC, by the guest and by the LAN', () => {
  const env = { BMCSIM_RUN_DIR: join(tempFolder(), 'run') }
  let lab: Lab
  let node: TestNode
  let guest: GuestShell

  beforeAll(async () => {
    process.env.TZ = 'UTC' // as in the guest
    ;[node] = testNodes([await unusedAddress()])
    lab = await upLab(
      `nodes:
  ${node.name}:
    bmc: { address: ${node.host}, port: 623 }
    users: [{ name: admin, password: password }]
    machine: { kind: qemu, accel: tcg, image: test-guest, nics: [] }
`,
      { env },
    )
    guest = new GuestShell(lab, node.name, env)
    await ipmitoolOk(node, 'chassis', 'power', 'on')
    await guest.booted()
    await guest.foundBmc()
  })
  afterAll(() => lab?.process.stop('SIGINT'))

  const inGuest = (command: string) => guest.ok(`ipmitool ${command}`)
  const overLan = (command: string) => ipmitoolOk(node, ...command.split(' '))

  it.each([
    'mc info',
    'lan print 1',
    'user list 1',
    'sel list',
    'sel info',
    'fru print',
    'chassis status',
    'sol info 1',
  ])('%s', async (command) => {
    expect(await inGuest(command)).toBe(await overLan(command))
  })

  // Readings go on between one look and the next: everything but them.
  it.each(['sdr list', 'sensor'])('%s', async (command) => {
    const withoutReading = (text: string) => text.replace(/^([^|]*)\|[^|]*\|/gm, '$1|')
    const seen = await inGuest(command)
    expect(seen.split('\n').length).toBeGreaterThan(20)
    expect(withoutReading(seen)).toBe(withoutReading(await overLan(command)))
  })

  it('a user made in the guest logs in over the LAN, with the new password only', async () => {
    const made = { ...node, user: 'xcat', password: 'guest-secret' }
    await inGuest('user set name 5 xcat')
    await inGuest('user set password 5 guest-secret')
    await inGuest('channel setaccess 1 5 callin=on ipmi=on link=on privilege=4')
    await inGuest('user enable 5')
    expect(await ipmitoolOk(made, 'user', 'list', '1')).toMatch(/^5 +xcat .*ADMINISTRATOR$/m)
    await inGuest('user set password 5 another-secret')
    expect((await ipmitool(made, 'mc', 'info')).code).not.toBe(0)
    await ipmitoolOk({ ...made, password: 'another-secret' }, 'mc', 'info')
    await ipmitoolOk(node, 'user', 'set', 'name', '6', 'by-lan')
    expect(await inGuest('user list 1')).toMatch(/^6 +by-lan /m)
  })

  it.each([
    ['lan set 1 snmp by-guest', 'lan print 1', /SNMP Community String +: by-guest/],
    ['sol set retry-count 3 1', 'sol info 1', /Retry Count +: 3/],
    ['chassis bootdev bios', 'chassis bootparam get 5', /Force Boot into BIOS Setup/],
    ['chassis policy always-on', 'chassis status', /Power Restore Policy +: always-on/],
    ['event 2', 'sel list', /Voltage .*Lower Critical/],
  ])('%s in the guest is seen over the LAN, and the other way round', async (set, get, words) => {
    expect(await overLan(get)).not.toMatch(words)
    await inGuest(set)
    expect(await overLan(get)).toMatch(words)
    expect(await inGuest(get)).toMatch(words)
  })

  it.each([
    ['lan set 1 snmp by-lan', 'lan print 1', /SNMP Community String +: by-lan/],
    ['sol set retry-count 5 1', 'sol info 1', /Retry Count +: 5/],
    ['chassis bootdev pxe', 'chassis bootparam get 5', /Force PXE/],
    ['chassis policy always-off', 'chassis status', /Power Restore Policy +: always-off/],
    ['sel clear', 'sel info', /Entries +: 0/],
  ])('%s over the LAN is seen in the guest', async (set, get, words) => {
    await overLan(set)
    await until(`${words} in the guest`, async () => words.test(await inGuest(get)))
  })

  it('channel Eh is the one that was asked on, and Fh the system interface', async () => {
    expect(await inGuest('raw 6 0x42 0x0e')).toMatch(/^ 0f 0c 05/)
    expect(await overLan('raw 6 0x42 0x0e')).toMatch(/^ 01 04 01/)
    expect(await overLan('raw 6 0x42 0x0f')).toMatch(/^ 0f 0c 05/)
    // Lists and sets of channel Eh are those of the LAN only over the LAN: the system interface has no LAN parameters.
    expect((await guest.run('ipmitool raw 0x0c 2 0x0e 3 0 0')).code).not.toBe(0)
    expect(await overLan('raw 0x0c 2 0x0e 3 0 0')).toMatch(/^ 11/)
  })

  it('the system interface needs no session, and has commands of its own', async () => {
    // Get and Clear Message Flags (IPMI 2.0 §22.3, §22.4): of the system interface alone.
    for (const command of ['raw 6 0x31', 'raw 6 0x30 1']) {
      await inGuest(command)
      expect((await ipmitool(node, ...command.split(' '))).code, command).not.toBe(0)
    }
    // Set Session Privilege Level, Close Session, Activate Payload (§22.18, §22.19, §24.1): there is no session.
    for (const command of ['raw 6 0x3b 4', 'raw 6 0x3c 1 0 0 0', 'raw 6 0x48 1 1 0 0 0 0']) {
      expect((await guest.run(`ipmitool ${command}`)).code, command).not.toBe(0)
    }
  })

  it('ends with the soft power off that the LAN asks for', async () => {
    await overLan('chassis power soft')
    await until('power off', async () => (await overLan('chassis power status')).includes('is off'), 120_000)
  })
})

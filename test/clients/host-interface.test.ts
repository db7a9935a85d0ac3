import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Lab, upLab } from '../support/bmcsim.ts'
import { curl } from '../support/curl.ts'
import { ipmitool, ipmitoolOk } from '../support/ipmitool.ts'
import { type TestNode, testNodes } from '../support/node.ts'
import { dmidecode, structures } from '../support/smbios.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { GuestShell, requireTestGuest } from '../support/test-guest.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const present = [
  requireTool('ipmitool', 'ipmitool'),
  requireTool('qemu-system-x86_64', 'qemu-system-x86'),
  requireTool('curl', 'curl'),
  requireTool('dmidecode', 'dmidecode'),
  requireTestGuest(),
]

const PORT = 8443
const INTERFACE = '/redfish/v1/Managers/BMC/HostInterfaces/1'
const FINGERPRINT = 'ipmitool raw 0x2c 0x01 0x52 0x01'
const CREDENTIALS = 'ipmitool raw 0x2c 0x02 0x52 0xa5'

/** What the guest's firmware says of its way to the BMC: the lines that dmidecode prints. */
type Type42 = ReadonlyMap<string, string>

/** Linux 6.1 with its own ipmitool, openssl and wget; what its firmware says is read by dmidecode. */
describe.skipIf(present.includes(false))('the guest of a node with a host interface', () => {
  const env = { BMCSIM_RUN_DIR: join(tempFolder(), 'run') }
  const folder = tempFolder()
  let lab: Lab
  let node: TestNode
  let guest: GuestShell
  let table: Buffer
  let said: Type42
  let card = ''
  let login = { name: '', password: '' }

  beforeAll(async () => {
    ;[node] = testNodes([await unusedAddress()])
    lab = await upLab(yaml(node), { env }, folder)
    guest = new GuestShell(lab, node.name, env)
    await ipmitoolOk(node, 'chassis', 'power', 'on')
    await guest.booted()
    await guest.foundBmc()
    table = Buffer.from(await guest.ok('base64 /sys/firmware/dmi/tables/DMI'), 'base64')
    said = await type42(table)
  })
  afterAll(() => lab?.process.stop('SIGINT'))

  const redfish = (path: string, ...more: string[]) =>
    curl('-k', '-u', `${node.user}:${node.password}`, ...more, `https://${node.host}:${PORT}${path}`)
  const send = (method: string, path: string, body: object) =>
    redfish(path, '-X', method, '-H', 'Content-Type: application/json', '-d', JSON.stringify(body))
  const change = (body: object) => send('PATCH', INTERFACE, body)
  const service = () => `https://${said.get('IPv4 Redfish Service Address')}:${said.get('Redfish Service Port')}`
  const fetched = (path: string, { name, password }: typeof login) => {
    const basic = Buffer.from(`${name}:${password}`).toString('base64')
    return guest.run(`wget -q -O - --no-check-certificate --header 'Authorization: Basic ${basic}' ${service()}${path}`)
  }
  async function ask(): Promise<typeof login> {
    const bytes = bytesOf(await guest.ok(CREDENTIALS))
    expect([bytes.length, bytes[0]]).toEqual([33, 0x52])
    const [name, password] = [bytes.subarray(1, 17), bytes.subarray(17)].map((part) =>
      part.toString('latin1').replace(/\0+$/, ''),
    )
    return { name, password }
  }

  it('finds the card and both addresses in SMBIOS type 42', async () => {
    const root = JSON.parse((await redfish('/redfish/v1/')).text)
    expect(Object.fromEntries(said)).toMatchObject({
      'Host Interface Type': 'Network',
      'Protocol ID': '04 (Redfish over IP)',
      'Service UUID': root.UUID,
      'Host IP Assignment Type': 'Static',
      'IPv4 Address': '169.254.0.18',
      'IPv4 Mask': '255.255.255.0',
      'Redfish Service IP Discovery Type': 'Static',
      'IPv4 Redfish Service Address': '169.254.0.17',
      'Redfish Service Port': '443',
      'Redfish Service Hostname': `${node.name}-bmc`,
    })
    const [ipmi] = structures(table, 38)
    const { mac, numbers, address, byIpmi, handle } = cardOf(structures(table, 42)[0])
    expect([byIpmi, handle]).toEqual([1, ipmi.readUInt16LE(2)])
    const cards = (await guest.ok('cd /sys/class/net; grep -H . */address; cd')).split('\n')
    card = cards.find((line) => line.includes(mac))?.split('/')[0] ?? ''
    const device = `/sys/class/net/${card}/device`
    const shown = await guest.ok(`cd ${device}; cat vendor device subsystem_vendor subsystem_device; pwd -P; cd`)
    const [path, ...ids] = shown.trim().split('\n').reverse()
    expect(ids.reverse().map(Number)).toEqual(numbers)
    expect(path.endsWith(address)).toBe(true)
  })

  it('trusts the certificate whose fingerprint its BMC tells it, and finds nothing else there', async () => {
    await guest.ok(`ip address replace ${said.get('IPv4 Address')}/24 dev ${card}`)
    const bytes = bytesOf(await guest.ok(FINGERPRINT))
    expect([...bytes.subarray(0, 2)]).toEqual([0x52, 0x01])
    const shown = await guest.ok(
      `openssl s_client -connect ${service().slice('https://'.length)} </dev/null 2>/dev/null | openssl x509 -noout -fingerprint -sha256`,
    )
    expect(shown.trim().split('=')[1].replaceAll(':', '').toLowerCase()).toBe(bytes.subarray(2).toString('hex'))
    expect((await guest.run('ipmitool raw 0x2c 0x01 0x52 0x02')).output).toContain('rsp=0xcb')
    // What is QEMU's own network elsewhere would reach this machine's loopback there.
    let reached = 0
    const other = createServer((socket) => {
      reached++
      socket.destroy()
    })
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    expect((await guest.run(`timeout 3 nc 169.254.0.2 ${port}`)).code).not.toBe(0)
    expect((await guest.run(`timeout 3 nc ${said.get('IPv4 Redfish Service Address')} ${port}`)).code).not.toBe(0)
    other.close()
    expect(reached).toBe(0)
  })

  it('gets a login in band that is good there, and nowhere else', async () => {
    login = await ask()
    const systems = await fetched('/redfish/v1/Systems', login)
    expect(JSON.parse(systems.output)).toMatchObject({ Members: [{ '@odata.id': '/redfish/v1/Systems/1' }] })
    expect((await fetched('/redfish/v1/Systems', { ...login, password: 'wrong' })).output).toContain('401')
    const lan = await curl(
      '-k',
      '-u',
      `${login.name}:${login.password}`,
      `https://${node.host}:${PORT}/redfish/v1/Systems`,
    )
    expect(lan.status).toBe(401)
    expect((await ipmitool(node, 'raw', '0x2c', '0x02', '0x52', '0xa5')).stderr).toContain('rsp=0xd4')
    expect(lab.process.output).not.toContain(login.password)
  })

  it('has the cards that Redfish says', async () => {
    const { ManagerEthernetInterface: end } = JSON.parse((await redfish(INTERFACE)).text)
    const bmcEnd = JSON.parse((await redfish(end['@odata.id'])).text)
    expect(await guest.ok(`ip neigh show dev ${card}`)).toContain(
      `${bmcEnd.IPv4Addresses[0].Address} lladdr ${bmcEnd.MACAddress.toLowerCase()}`,
    )
    const nics = JSON.parse((await redfish('/redfish/v1/Systems/1/EthernetInterfaces?$expand=.')).text)
    expect(nics.Members.at(-1).MACAddress.toLowerCase()).toBe(cardOf(structures(table, 42)[0]).mac)
  })

  it('loses the link while the interface is disabled', async () => {
    expect((await change({ InterfaceEnabled: false })).status).toBe(200)
    await until('no carrier', async () => (await guest.ok(`cat /sys/class/net/${card}/carrier`)) === '0\n')
    expect((await change({ InterfaceEnabled: true })).status).toBe(200)
    await until('a carrier', async () => (await guest.ok(`cat /sys/class/net/${card}/carrier`)) === '1\n')
  })

  it('goes on with a BMC whose process was killed, but its login ended', async () => {
    expect((await change({ CredentialBootstrapping: { RoleId: 'ReadOnly' } })).status).toBe(200)
    lab.process.signal('SIGKILL')
    await lab.process.ended()
    await guest.console.ended()
    lab = await upLab(yaml(node), { env }, folder)
    expect(lab.process.stderr).toContain('adopted')
    guest = new GuestShell(lab, node.name, env)
    expect((await fetched('/redfish/v1/Systems', login)).output).toContain('401')
    await until('its BMC in band', async () => (await guest.run('ipmitool mc guid')).code === 0)
    login = await ask()
    const { Accounts } = JSON.parse((await fetched('/redfish/v1/AccountService', login)).output)
    expect(Accounts).toEqual({ '@odata.id': '/redfish/v1/AccountService/Accounts' })
    const accounts = JSON.parse((await redfish('/redfish/v1/AccountService/Accounts?$expand=.')).text)
    expect(accounts.Members).toContainEqual(
      expect.objectContaining({ UserName: login.name, HostBootstrapAccount: true, RoleId: 'ReadOnly' }),
    )
  })

  it('gets none while bootstrapping is disabled, and one again after a reset, which ends those before', async () => {
    await guest.ok('ipmitool raw 0x2c 0x02 0x52 0x00')
    expect((await guest.run(CREDENTIALS)).output).toContain('rsp=0x80')
    expect((await guest.run(FINGERPRINT)).output).toContain('rsp=0x80')
    const { CredentialBootstrapping } = JSON.parse((await redfish(INTERFACE)).text)
    expect(CredentialBootstrapping).toEqual({ Enabled: false, EnableAfterReset: true, RoleId: 'ReadOnly' })
    const reset = await send('POST', '/redfish/v1/Managers/BMC/Actions/Manager.Reset', {})
    expect(reset.status).toBe(200)
    expect((await fetched('/redfish/v1/Systems', login)).output).toContain('401')
    const next = await ask()
    expect((await fetched('/redfish/v1/Systems', next)).code).toBe(0)
    await ipmitoolOk(node, 'chassis', 'power', 'reset')
    const accounts = JSON.parse((await redfish('/redfish/v1/AccountService/Accounts?$expand=.')).text)
    expect(accounts.Members.map(({ UserName }: { UserName: string }) => UserName)).toEqual([node.user])
  })
})

function yaml({ name, host, user, password }: TestNode): string {
  return `nodes:
  ${name}:
    bmc: { address: ${host}, port: 623, redfish: { port: ${PORT}, hostInterface: true } }
    users: [{ name: ${user}, password: ${password} }]
    machine: { kind: qemu, accel: tcg, image: test-guest, nics: [] }
`
}

async function type42(table: Buffer): Promise<Type42> {
  expect(structures(table, 42)).toHaveLength(1)
  const text = await dmidecode(join(tempFolder(), 'smbios'), table, 42)
  return new Map([...text.matchAll(/^\t+([^:\n]+): (.*)$/gm)].map(([, name, value]) => [name, value.trim()] as const))
}

/** The card, which the dmidecode of Debian 12 has no words for: a PCI card v2 (DSP0270 §8.3). */
function cardOf(type42: Buffer) {
  expect([...type42.subarray(4, 8)]).toEqual([0x40, 24, 5, 24])
  const at = (offset: number) => type42.readUInt16LE(offset)
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
  const place = type42[25]
  return {
    numbers: [at(8), at(10), at(12), at(14)],
    mac: [...type42.subarray(16, 22)].map((byte) => hex(byte, 2)).join(':'),
    address: `${hex(at(22), 4)}:${hex(type42[24], 2)}:${hex(place >>> 3, 2)}.${place & 7}`,
    byIpmi: at(26),
    handle: at(28),
  }
}

function bytesOf(printed: string): Buffer {
  return Buffer.from(printed.replace(/\s/g, ''), 'hex')
}

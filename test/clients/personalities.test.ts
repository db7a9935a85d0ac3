import { beforeAll, describe, expect, it } from 'vitest'
import { upLab } from '../support/bmcsim.ts'
import { freeipmi } from '../support/freeipmi.ts'
import { ipmitool, ipmitoolOk } from '../support/ipmitool.ts'
import { type TestNode, testNodes } from '../support/node.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const present = [requireTool('ipmitool', 'ipmitool'), requireTool('ipmi-oem', 'freeipmi-tools')]

const kinds = [
  { name: 'generic', maker: 0, channel: 1, first: 'CPU1 Temp', board: 'Generic Server', users: 63 },
  { name: 'openbmc', maker: 49871, channel: 1, first: 'inlet_temp', board: 'Open Server', users: 15 },
  { name: 'idrac-like', maker: 674, channel: 1, first: 'Fan1 RPM', board: 'Like-R 2U', users: 16 },
  { name: 'ilo-like', maker: 11, channel: 2, first: '01-Inlet Ambient', board: 'Like-P 1U', users: 12 },
  { name: 'megarac-like', maker: 15370, channel: 1, first: 'Watchdog', board: 'Like-M 1U', users: 10 },
  { name: 'supermicro-like', maker: 10876, channel: 1, first: 'CPU1 Temp', board: 'Like-S Board Server', users: 10 },
] as const

describe.skipIf(present.includes(false))('personalities, with the clients as they come', () => {
  let nodes: TestNode[]
  const of = (kind: string) => nodes[kinds.findIndex(({ name }) => name === kind)]

  beforeAll(async () => {
    const hosts: string[] = []
    while (hosts.length < kinds.length) hosts.push(await unusedAddress())
    nodes = testNodes(hosts)
    const lines = nodes.map(
      ({ name, host, uuid }, i) =>
        `  ${name}: { personality: ${kinds[i].name}, bmc: { address: ${host}, port: 623, guid: ${uuid} } }`,
    )
    await upLab(`defaults:
  machine: { kind: simulated, start: now }
  users: [{ name: admin, password: password }]
nodes:
${lines.join('\n')}
`)
  })

  describe.each(kinds)('$name', ({ name, maker, channel, first, board, users }) => {
    it('ipmitool: who it is, its records, sensors and inventory, on its channel', async () => {
      const node = of(name)
      const info = await ipmitoolOk(node, 'mc', 'info')
      expect(info).toMatch(new RegExp(`^Manufacturer ID +: ${maker}$`, 'm'))
      const sdr = await ipmitoolOk(node, 'sdr', 'elist')
      expect(sdr.startsWith(first)).toBe(true)
      expect(sdr).not.toMatch(/ (nr|cr|nc) /)
      expect((await ipmitoolOk(node, 'sensor')).split('\n').length).toBe(sdr.split('\n').length)
      const { stdout, stderr } = await ipmitool(node, 'fru', 'print')
      expect(stderr).toBe('')
      expect(stdout).toMatch(new RegExp(`Product Name +: ${board}`))
      expect(stdout).not.toMatch(/invalid|Unknown FRU|error/i)
      expect(await ipmitoolOk(node, 'lan', 'print', String(channel))).toContain(node.host)
      expect(await ipmitoolOk(node, 'user', 'summary', String(channel))).toMatch(
        new RegExp(`Maximum IDs\\s+: ${users}$`, 'm'),
      )
    })

    it('FreeIPMI: sensors, inventory and identity without a complaint', async () => {
      const node = of(name)
      for (const [tool, ...args] of [
        ['ipmi-sensors', '--quiet-cache', '--sdr-cache-recreate'],
        ['ipmi-fru', '--quiet-cache', '--sdr-cache-recreate'],
        ['bmc-info'],
      ]) {
        const { code, stdout, stderr } = await freeipmi(tool, node, ...args)
        expect({ tool, code, stderr }).toEqual({ tool, code: 0, stderr: '' })
        expect(stdout).not.toMatch(/unrecognized|invalid|checksum|error/i)
      }
    })

    it('xCAT: each record by its head and in pieces of 22 bytes, the inventory in pieces of 16', async () => {
      const node = of(name)
      const raw = async (...bytes: (string | number)[]) =>
        (await ipmitoolOk(node, 'raw', ...bytes.map((byte) => (typeof byte === 'number' ? String(byte) : byte))))
          .trim()
          .split(/\s+/)
          .map((digits) => Number.parseInt(digits, 16))
      const reservation = await raw(0x0a, 0x22)
      let next = [0, 0]
      for (let record = 0; record < 4; record++) {
        const head = await raw(0x0a, 0x23, ...reservation, ...next, 0, 5)
        const size = 5 + head[6]
        for (let at = 5; at < size; at += 22) {
          const count = Math.min(22, size - at)
          expect(await raw(0x0a, 0x23, ...reservation, ...next, at, count)).toHaveLength(2 + count)
        }
        next = head.slice(0, 2)
      }
      expect((await raw(0x0a, 0x11, 0, 0, 0, 16)).slice(0, 2)).toEqual([16, 1])
    })
  })

  it('ipmitool delloem', async () => {
    const node = of('idrac-like')
    const delloem = async (...args: string[]) => ipmitoolOk(node, 'delloem', ...args)
    const macs = await delloem('mac', 'list')
    expect(macs).toMatch(/^0\t\t([0-9a-f]{2}:){5}[0-9a-f]{2}\tEnabled\n+1\t\t/m)
    expect(macs).toMatch(/iDRAC7 MAC Address ([0-9a-f]{2}:){5}/)
    expect(await delloem('lcd', 'info')).toMatch(/Setting:Model name\s+Line 1: +Like-R 2U/)
    await delloem('lcd', 'set', 'mode', 'userdefined', 'RowThreeRackSevenSlotTwentyTwo')
    expect(await delloem('lcd', 'info')).toContain('RowThreeRackSevenSlotTwentyTwo')
    await delloem('lcd', 'set', 'frontpanelaccess', 'viewonly')
    expect(await delloem('lcd', 'status')).toContain('LCD lock Status :View only')
    expect(await delloem('lan', 'get')).toContain('dedicated')
    await delloem('lan', 'set', 'shared', 'with', 'lom2')
    expect(await delloem('lan', 'get')).toContain('shared with lom2')
    expect(await delloem('lan', 'get', 'active')).toContain('LOM2')
    expect(await delloem('powermonitor')).toMatch(/Peak Reading +: \d+ W/)
    expect(await delloem('powermonitor', 'powerconsumption')).toMatch(/System Board System Level\s+Reading +: \d+ W/)
    expect(await delloem('powermonitor', 'powerconsumptionhistory')).toMatch(/Average Power Consumption +\d+ W/)
    await delloem('powermonitor', 'enablepowercap')
    await delloem('powermonitor', 'setpowerbudget', '400', 'watt')
    expect(await delloem('powermonitor', 'getpowerbudget')).toMatch(/Power cap +: 400 Watt/)
    expect(await ipmitoolOk(node, 'dcmi', 'power', 'get_limit')).toMatch(/Power Limit: +400 Watts/)
    await delloem('powermonitor', 'clear', 'peakpower')
  })

  it('ipmi-oem dell', async () => {
    const node = of('idrac-like')
    const dell = async (...args: string[]) => {
      const { code, stdout, stderr } = await freeipmi('ipmi-oem', node, 'dell', ...args)
      expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' })
      return stdout
    }
    expect((await dell('get-system-info', 'guid')).trim().toLowerCase()).toBe(node.uuid)
    expect(await dell('get-system-info', 'platform-model-name')).toContain('Like-R 2U')
    expect(await dell('get-system-info', 'service-tag')).toMatch(/^[0-9A-F]{8}$/m)
    expect(await dell('get-system-info', 'idrac-info')).toMatch(/iDRAC Type +: .*12G \(Monolithic\)/)
    expect(await dell('get-system-info', 'mac-addresses')).toMatch(/^1\t\t.*Enabled$/m)
    await dell('set-nic-selection', 'dedicated')
    expect(await dell('get-nic-selection')).toContain('dedicated')
    expect(await dell('get-active-lom-status', 'v2')).toMatch(/Active LOM +: Dedicated/)
    expect(await dell('power-supply-info')).not.toContain('Failure')
    expect(await dell('get-power-consumption-data')).toMatch(/Peak Watt +: \d+ W/)
    expect(await dell('get-instantaneous-power-consumption-data')).toMatch(/Instantaneous Power : \d+ W/)
    expect(await dell('get-power-head-room')).toMatch(/Instantaneous Head Room : \d+ W/)
    expect(await dell('get-power-consumption-statistics', 'max')).toMatch(/Last Week Max Power +: \d+ W/)
    await dell('set-power-capacity-status', 'enable')
    await dell('set-power-capacity', '350')
    expect(await dell('get-power-capacity')).toMatch(/Power Capacity +: 350 W[\s\S]*Total Number of Power Supplies : 2/)
    await ipmitoolOk(node, 'chassis', 'identify', 'force')
    expect(await dell('get-chassis-identify-status')).toContain('On')
    const { stdout, stderr } = await freeipmi('ipmi-oem', node, 'dell', 'get-system-info', 'cmc-info')
    expect(stdout + stderr).toContain('not supported on this system')
  })

  it('ipmi-oem supermicro, and the raw commands of its owners', async () => {
    const node = of('supermicro-like')
    const supermicro = async (...args: string[]) => {
      const { code, stdout, stderr } = await freeipmi('ipmi-oem', node, 'supermicro', ...args)
      expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' })
      return stdout
    }
    expect(await supermicro('extra-firmware-info')).toMatch(/Firmware Version +: 3\.88\.00[\s\S]*Tag +: LIKE_X10/)
    await supermicro('reset-intrusion')
    expect(await supermicro('get-bmc-services-status')).toContain('enabled')
    await supermicro('set-bmc-services-status', 'disable')
    expect(await supermicro('get-bmc-services-status')).toContain('disabled')
    for (const command of ['get-power-supply-status', 'get-power-supply-status2', 'get-pmbus-power-supply-status']) {
      expect(await supermicro(command, '2')).toContain('good')
    }
    expect((await ipmitoolOk(node, 'raw', '0x30', '0x21')).trim()).toMatch(/^01 00 00 00( [0-9a-f]{2}){6}$/)
    const fans = async () =>
      [...(await ipmitoolOk(node, 'sdr', 'type', 'fan')).matchAll(/(\d+) RPM/g)].map(([, rpm]) => Number(rpm))
    const before = await fans()
    expect(before.length).toBeGreaterThan(0)
    await ipmitoolOk(node, 'raw', '0x30', '0x45', '0x01', '0x01')
    expect((await ipmitoolOk(node, 'raw', '0x30', '0x45', '0x00')).trim()).toBe('01')
    await until(
      'the fans to turn faster, on their way to full speed',
      async () => (await fans()).every((rpm, i) => rpm > before[i] + 300),
      240_000,
    )
  })

  it('suites and 1.5 logins are those of the kind', async () => {
    const suites = async (kind: string, channel: string) =>
      /RMCP\+ Cipher Suites +: ([\d,]+)/.exec(await ipmitoolOk(of(kind), 'lan', 'print', channel))?.[1]
    expect(await suites('openbmc', '1')).toBe('3,17')
    expect(await suites('ilo-like', '2')).toBe('1,2,3')
    expect(await suites('supermicro-like', '1')).toBe('1,2,3,6,7,8,11,12')
    expect((await ipmitool(of('ilo-like'), '-C', '17', 'mc', 'guid')).code).not.toBe(0)
    expect((await ipmitool(of('ilo-like'), '-C', '3', 'mc', 'guid')).code).toBe(0)
    expect((await ipmitool(of('openbmc'), '-I', 'lan', 'mc', 'guid')).code).not.toBe(0)
    expect((await ipmitool(of('supermicro-like'), '-I', 'lan', 'mc', 'guid')).code).toBe(0)
  })
})

import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Lab, upLab } from '../support/bmcsim.ts'
import { freeipmi } from '../support/freeipmi.ts'
import { ipmitool, ipmitoolOk } from '../support/ipmitool.ts'
import { type TestNode, testNodes } from '../support/node.ts'
import { run } from '../support/process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { requireTool } from '../support/tools.ts'
import { unusedAddress } from '../support/unused-address.ts'

let lab: Lab
let node: TestNode
const env = { BMCSIM_RUN_DIR: join(tempFolder(), 'run') }

beforeAll(async () => {
  ;[node] = testNodes([await unusedAddress()])
  lab = await upLab(
    `nodes:
  ${node.name}:
    bmc: { address: ${node.host}, port: 623 }
    machine: { kind: simulated, start: now }
    users: [{ name: admin, password: password, privilege: admin }]
`,
    { env },
  )
})

/** Succeeds without a word on standard error. */
async function clean(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await ipmitool(node, ...args)
  expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' })
  return stdout
}

describe.skipIf(!requireTool('ipmitool', 'ipmitool'))('ipmitool 1.8.19', () => {
  it('lists sensors with their units, and thresholds', async () => {
    const sdr = await clean('sdr', 'elist', 'full')
    expect(sdr).toMatch(/^Fan 1 +\| 10h \| ok +\| 29\.1 \| \d{4,5} RPM$/m)
    expect(sdr).toMatch(/^12V +\| 20h \| ok +\| +7\.1 \| 1[12]\.\d+ Volts$/m)
    expect(await clean('sdr', 'elist', 'all')).toMatch(/^PSU1 +\| 00h \| ns +\| 10\.1 \| Logical FRU @01h$/m)
    expect(await clean('sensor', 'list')).toMatch(/^Inlet Temp .*\| na +\| -7\.000 +\| 3\.000 +\| 42\.000 +\| 47\.000/m)
    expect(await clean('sdr', 'info')).toMatch(/^Record Count +: 35$/m)
  })

  it('prints the inventory of every FRU, and writes one', async () => {
    const fru = await clean('fru', 'print')
    expect(fru).toMatch(/^ Chassis Type +: Rack Mount Chassis$/m)
    expect(fru).toMatch(/^ Product Asset Tag +: cn01$/m)
    expect(fru).toMatch(/^FRU Device Description : PSU2 \(ID 2\)$/m)
    await clean('fru', 'edit', '0', 'field', 'p', '5', 'tag7')
    expect(await clean('fru', 'print', '0')).toMatch(/^ Product Asset Tag +: tag7$/m)
  })

  it('logs the start, a sample event, and clears', async () => {
    expect(await clean('sel', 'elist')).toMatch(
      /Power Unit \| Power off\/down \| Deasserted\n.*Initiated by power up \| Asserted/,
    )
    await clean('event', '1')
    expect(await clean('sel', 'list')).toMatch(/Temperature #0x30 \| Upper Critical going high \| Asserted/)
    expect(await clean('sel', 'info')).toMatch(/^Entries +: 3$/m)
    await clean('sel', 'clear')
    const { stdout, stderr } = await ipmitool(node, 'sel', 'list')
    expect(stdout + stderr).toBe('SEL has no entries\n')
  })

  it('sees a sensor that is set by hand cross its thresholds, and come back', async () => {
    expect((await lab.bmcsim('sensor', node.name, 'CPU1 Temp', 'set', '92')).code).toBe(0)
    expect(await clean('sdr', 'get', 'CPU1 Temp')).toMatch(/Sensor Reading +: 92 .*\n Status +: Upper Critical/)
    const events = await clean('sel', 'elist')
    expect(events).toMatch(
      /CPU1 Temp \| Upper Non-critical going high \| Asserted \| Reading 92 > Threshold 85 degrees C/,
    )
    expect(events).toMatch(/CPU1 Temp \| Upper Critical going high \| Asserted \| Reading 92 > Threshold 90 degrees C/)
    const listed = await lab.bmcsim('sensor', node.name, 'cpu1 temp', 'release', '--json')
    expect(JSON.parse(listed.stdout)).toMatchObject([{ name: 'CPU1 Temp', forced: false }])
    expect(await clean('sel', 'elist')).toMatch(/CPU1 Temp \| Upper Critical going high \| Deasserted/)
  })

  it('sets thresholds and the time', async () => {
    await clean('sensor', 'thresh', 'CPU2 Temp', 'upper', '70', '75', '80')
    expect(await clean('sensor', 'get', 'CPU2 Temp')).toMatch(/ Upper Critical +: 75\.000$/m)
    await clean('sel', 'time', 'set', 'now')
    expect(await ipmitoolOk(node, 'sel', 'time', 'get')).toMatch(/^\d\d\/\d\d\/\d\d \d\d:\d\d:\d\d UTC$/m)
  })
})

describe.skipIf(!requireTool('ipmi-sensors', 'freeipmi-tools'))('FreeIPMI 1.6', () => {
  const asked = async (tool: string, ...args: string[]) => {
    const { code, stdout, stderr } = await freeipmi(tool, node, ...args)
    // Making its cache of SDRs is all it may mention.
    expect({ code, stderr: stderr.replace(/^Caching SDR.*[\r\n]+/gm, '') }).toEqual({ code: 0, stderr: '' })
    return stdout
  }

  it('reads sensors, events and inventory without a complaint', async () => {
    expect(await asked('ipmi-sensors', '--output-sensor-state')).toMatch(
      /\| Fan 1 +\| Fan +\| Nominal +\| \d+\.00 +\| RPM +\| 'OK'/,
    )
    expect(await asked('ipmi-sel')).toMatch(/\| CPU1 Temp +\| Temperature +\| Upper Critical - going high/)
    expect(await asked('ipmi-sel', '--info')).toMatch(/^Events dropped due to lack of space +: No$/m)
    expect(await asked('ipmi-fru')).toMatch(/FRU Product Name: Generic Server/)
  })

  it('reads and writes sensor settings', async () => {
    const set = ['--commit', '--key-pair=9_DIMM_A_Temp:Upper_Non_Critical_Threshold=77']
    await asked('ipmi-sensors-config', ...set)
    const section = await asked('ipmi-sensors-config', '--checkout', '--section=9_DIMM_A_Temp')
    expect(section).toMatch(/Upper_Non_Critical_Threshold +77\.0/)
  })

  it('clears the log', async () => {
    await asked('ipmi-sel', '--clear')
    expect(await asked('ipmi-sel', '--info')).toMatch(/^Number of log entries +: 0$/m)
  })
})

/** Debian's pyghmi belongs to Debian's Python, wherever another stands in the PATH. */
const python = '/usr/bin/python3'
const withPyghmi = requireTool('pyghmicons', 'python3-pyghmi')

describe.skipIf(!withPyghmi)('pyghmi', () => {
  it('reads sensors, inventory, events and health', async () => {
    const script = `
import json
from pyghmi.ipmi import command
bmc = command.Command(bmc='${node.host}', userid='admin', password='password')
print(json.dumps({
  'sensors': {s.name: s.health for s in bmc.get_sensor_data()},
  'inventory': {name: info for name, info in bmc.get_inventory()},
  'events': len(list(bmc.get_event_log())),
  'health': bmc.get_health()['health'],
}, default=str))
`
    const { code, stdout, stderr } = await run(python, ['-c', script], { timeoutMs: 120_000 })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const { sensors, inventory, events, health } = JSON.parse(stdout)
    expect(Object.keys(sensors)).toHaveLength(31)
    expect(new Set(Object.values(sensors))).toEqual(new Set([0]))
    expect(inventory.System).toMatchObject({ 'Product name': 'Generic Server', 'Chassis type': 'Rack Mount Chassis' })
    expect(inventory.PSU1).toMatchObject({ 'Product name': 'Power Supply 800W' })
    expect({ events, health }).toEqual({ events: 0, health: 0 })
  })
})

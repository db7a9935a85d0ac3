import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Lab, upLab } from '../support/bmcsim.ts'
import { freeipmi } from '../support/freeipmi.ts'
import { ipmitool, ipmitoolOk } from '../support/ipmitool.ts'
import { type TestNode, testNodes } from '../support/node.ts'
import { run } from '../support/process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { findTool, requireTool } from '../support/tools.ts'
import { type PrintedTrap, TrapReceiver } from '../support/trap-receiver.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const TRAP_PORT = 16_162
const present = [
  requireTool('ipmitool', 'ipmitool'),
  requireTool('snmptrapd', 'snmptrapd'),
  requireTool('ipmi-pet', 'freeipmi-tools'),
]

describe.skipIf(present.includes(false))('PEF and alerting', () => {
  let lab: Lab
  let node: TestNode
  let receiver: TrapReceiver
  let manager: string

  beforeAll(async () => {
    ;[node] = testNodes([await unusedAddress()])
    manager = await unusedAddress(TRAP_PORT)
    receiver = await TrapReceiver.open(manager, TRAP_PORT)
    lab = await upLab(
      `nodes:
  ${node.name}:
    bmc: { address: ${node.host}, port: 623, guid: ${node.uuid}, trapPort: ${TRAP_PORT} }
    machine: { kind: auto, accel: tcg, start: now }
    users: [{ name: admin, password: password, privilege: admin }]
`,
      { env: { BMCSIM_RUN_DIR: join(tempFolder(), 'run') } },
    )
  })

  /** Succeeds without a word on standard error. */
  async function clean(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await ipmitool(node, ...args)
    expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' })
    return stdout
  }

  const raw = (bytes: string) => ipmitoolOk(node, 'raw', ...bytes.split(' '))
  const sensor = async (name: string, value: string) => {
    expect((await lab.bmcsim('sensor', node.name, name, 'set', value)).code).toBe(0)
  }
  const petArguments = ({ specific, bytes }: PrintedTrap) => {
    return [String(specific), ...Array.from(bytes, (byte) => `0x${byte.toString(16)}`)]
  }

  it('ipmitool shows capabilities, status, filters and policies', async () => {
    expect(await clean('pef', 'info')).toMatch(/0x51 \| 20 \| 20 .*Alert,Power-off,Reset,Power-cycle,Diagnostic-int/)
    expect(await clean('pef', 'status')).toMatch(/PEF,PEF event messages/)
    const filters = await clean('pef', 'filter', 'list')
    expect(filters).toMatch(
      /^ 1 \| enabled, configurable \| Temperature \| Any \| Critical \| Threshold .*<LC,<LNR,<UC,<UNR \| Alert \| 1$/m,
    )
    expect(filters.match(/^ \d+ \| (en|dis)abled, configurable/gm)).toHaveLength(20)
    expect(await clean('pef', 'policy', 'list')).toMatch(
      /^ 1 \| 1 \| disabled \| Match-always \| 1 \| 802\.3 LAN \| PET/m,
    )
    await clean('pef', 'filter', 'disable', '2')
    expect(await clean('pef', 'filter', 'list')).toMatch(/^ 2 \| disabled/m)
    await clean('pef', 'filter', 'enable', '2')
    expect(await clean('pef', 'filter', 'list')).toMatch(/^ 2 \| enabled/m)
  })

  it('a destination is set with ipmitool, a policy enabled, and a crossed threshold is a trap', async () => {
    await clean('lan', 'alert', 'set', '1', '1', 'ipaddr', manager)
    await clean('lan', 'alert', 'set', '1', '1', 'type', 'pet')
    await clean('lan', 'set', '1', 'snmp', 'ops')
    expect(await clean('lan', 'alert', 'print', '1', '1')).toContain(`Alert IP Address        : ${manager}`)
    await clean('pef', 'policy', 'enable', '1')
    await sensor('CPU1 Temp', '87')
    const trap = await receiver.trap(1)
    expect(trap).toMatchObject({
      from: node.host,
      community: 'ops',
      enterprise: '.1.3.6.1.4.1.3183.1.1',
      specific: 0x010107,
    })
    expect(trap.bytes.subarray(0, 16).toString('hex')).toBe(node.uuid.replaceAll('-', ''))
    const { stdout } = await freeipmi('ipmi-pet', node, '-v', '-v', ...petArguments(trap))
    expect(stdout).toMatch(/CPU1 Temp .*Non-critical condition .*Upper Non-critical - going high/)
    expect(stdout).toMatch(/Sensor Reading = 87\.00 C . Threshold = 85\.00 C/)
  })

  it('without an acknowledge it is sent again; an acknowledge without a login ends that', async () => {
    await clean('lan', 'alert', 'set', '1', '1', 'ack', 'on')
    await clean('lan', 'alert', 'set', '1', '1', 'retry', '7')
    await sensor('CPU1 Temp', '92')
    const first = await receiver.trap(2)
    expect((await receiver.trap(3)).bytes).toEqual(first.bytes)
    const tool = findTool('ipmi-pet') ?? 'ipmi-pet'
    const answered = await run(tool, ['-h', node.host, '--pet-acknowledge', ...petArguments(first)])
    expect(answered).toEqual({ code: 0, stdout: '', stderr: '' })
    await raw('4 0x12 0x0d 0 1 0x68 0x65 0x6c 0x6c 0x6f 0')
    // 81h while another alert is under way.
    const alertImmediate = () => ipmitool(node, 'raw', '4', '0x16', '1', '1', '0x80')
    await until('the alert to be over', async () => (await alertImmediate()).code === 0)
    // A repetition of the alert before may be the first that is printed now.
    const hello = '\xc5hello\xc1'
    const { bytes } = await receiver.trapWith('hello', (bytes) => bytes.subarray(46).toString('latin1') === hello)
    const acknowledge = [17, 16, 21, 20, 19, 18, 25, 27, 28, 31, 32, 33].map((at) => `0x${bytes[at].toString(16)}`)
    expect(await raw('4 0x16 1 0x41 0')).toMatch(/^ ff/)
    await raw(`4 0x17 ${acknowledge.join(' ')}`)
    expect(await raw('4 0x16 1 0x41 0')).toMatch(/^ 01/)
  })

  it("xCAT's alert on and off", async () => {
    await raw('4 0x12 9 1 0x10 0x11 0')
    expect(await raw('4 0x13 9 1 0')).toMatch(/^ 11 01 10 11 00/)
    await raw('4 0x12 9 1 0x18 0x11 0')
    expect(await raw('4 0x13 9 1 0')).toMatch(/^ 11 01 18 11 00/)
  })

  it('FreeIPMI reads everything, writes it back, and finds no difference', async () => {
    const silent = async (...args: string[]) => {
      const { code, stdout, stderr } = await freeipmi('ipmi-pef-config', node, ...args)
      expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' })
      return stdout
    }
    const everything = await silent('--checkout')
    expect(everything).toMatch(/^Section Event_Filter_20$/m)
    expect(everything).toMatch(/^\tAlert_IP_Address +127/m)
    const file = join(tempFolder(), 'pef.conf')
    writeFileSync(file, everything)
    expect(await silent('--commit', '-n', file)).toBe('')
    expect(await silent('--diff', '-n', file)).toBe('')
    await silent('--commit', '-e', 'Alert_String_1:Alert_String=too-hot-in-this-server-room')
    expect(await silent('--checkout', '-S', 'Alert_String_1')).toMatch(/Alert_String +too-hot-in-this-server-room/)
    expect(await silent('--info')).toMatch(/^Number of Alert Policy entries +: 20$/m)
  })

  it('a filter that powers down does, and the log says so', async () => {
    await clean('lan', 'alert', 'set', '1', '1', 'ack', 'off')
    await raw('4 0x12 6 20 0x80 2 1 0x10 0xff 0xff 1 0xff 1 0 2 0 0 0 0 0 0 0 0 0')
    expect(await clean('chassis', 'power', 'status')).toBe('Chassis Power is on\n')
    await sensor('CPU2 Temp', '92')
    await until('power off', async () => (await clean('chassis', 'power', 'status')) === 'Chassis Power is off\n')
    const log = await clean('sel', 'elist')
    expect(log).toMatch(
      /CPU2 Temp \| Upper Critical going high \| Asserted.*\n.*System Event .*\| PEF Action \| Asserted/,
    )
    expect(log).toMatch(/PEF Action \| Asserted\n.*Power Unit \| Power off\/down \| Asserted/)
  })
})

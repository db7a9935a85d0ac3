import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hex } from '../../../src/base/bytes.ts'
import { readLanConf } from '../../../src/config/lan-conf/read-lan-conf.ts'
import { readLabFile } from '../../../src/config/yaml/read-lab-file.ts'

const folder = join(import.meta.dirname, '../../../nodes')
const read = (node: string) =>
  readLanConf({ lanConf: 'lan.conf', emulator: 'ipmisim1.emu', cwd: join(folder, 'qemu-ipmi', node) })

describe('the node folders under nodes/', () => {
  it.each([
    {
      node: 'HN',
      name: 'ipmisim1',
      address: ['::', 9001],
      link: 9002,
      sol: 9003,
      startNow: true,
      guid: 'b0c1d2e3f405162738495a6b7c8d9e0f',
    },
    {
      node: 'CN1',
      name: 'ipmisim2',
      address: ['127.20.0.4', 623],
      link: 9102,
      sol: 9103,
      startNow: false,
      // UUID 7a1f0c52-93d4-4be6-8f07-21c5a94e6b31 of its start script, in SMBIOS order.
      guid: '520c1f7ad493e64b8f0721c5a94e6b31',
    },
    {
      node: 'CN2',
      name: 'ipmisim3',
      address: ['127.20.0.6', 623],
      link: 9202,
      sol: 9203,
      startNow: false,
      guid: '098e6bc4275d3a4fb9180e7d63a2f584',
    },
  ])('$node', ({ node, name, address, link, sol, startNow, guid }) => {
    const config = read(node)
    expect(config).toMatchObject({
      name,
      cwd: join(folder, 'qemu-ipmi', node),
      identity: { deviceId: 0, deviceRevision: 3, firmwareMajor: 9, firmwareMinor: 8, manufacturerId: 0x1291 },
      channels: [
        {
          number: 1,
          addresses: [{ host: address[0], port: address[1] }],
          privilegeLimit: 'admin',
          authTypes: { user: ['none', 'md2', 'md5', 'straight'] },
          kg: undefined,
          lanConfigProgram: '../scripts/ipmi_sim_lancontrol br0',
        },
      ],
      machine: {
        kind: 'command',
        startCommand: `./${node}-qemu.sh`,
        startNow,
        poweroffWaitS: 10,
        killWaitS: 5,
        chassisControl: undefined,
      },
      vmLink: { channel: 15, host: 'localhost', port: link },
      sol: { baud: 115200, device: { kind: 'telnet', host: '127.0.0.1', port: sol }, historyKiB: 64 },
    })
    expect(hex(config.identity.guid ?? new Uint8Array(), '')).toBe(guid)
    const users = config.users.map(({ id, name, password, privilege, maxSessions }) => [
      id,
      Buffer.from(name).toString(),
      Buffer.from(password).toString(),
      privilege,
      maxSessions,
    ])
    expect(users).toEqual([
      [1, '', 'test', 'user', 10],
      [2, 'ipmiusr', 'test', 'admin', 10],
    ])
    expect(config.emulator.map(({ kind }) => kind)).toEqual([
      'mc-add',
      'sel-enable',
      'sensor-add',
      'sensor-events',
      'sensor-add',
      'sensor-thresholds',
      'sensor-value',
      'sensor-events',
      'sensor-add',
      'sensor-bit',
      'sensor-events',
      'mc-enable',
    ])
  })

  it('demo.yaml', () => {
    const { nodes } = readLabFile(join(folder, 'demo.yaml'))
    expect(
      nodes.map(({ name, channels }) => [name, channels[0].addresses[0].host, channels[0].addresses[0].port]),
    ).toEqual([
      ['cn01', '127.10.0.1', 'auto'],
      ['cn02', '127.10.0.2', 'auto'],
      ['cn03', '127.10.0.3', 'auto'],
    ])
    for (const { machine, users } of nodes) {
      expect(machine).toMatchObject({ kind: 'qemu', orSimulated: true, startNow: true, memoryMiB: 32 })
      expect(Buffer.from(users[0].name).toString()).toBe('admin')
    }
  })
})

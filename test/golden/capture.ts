import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UdpTap } from '../support/udp-tap.ts'
import { bmcUnderTest } from './bmc-under-test.ts'
import { describePacket } from './describe-packet.ts'
import { writePackets } from './packet-file.ts'

/** One real client's visit: which program, what it asks, and the file it becomes. */
export interface Visit {
  readonly file: string
  readonly client: string
  readonly kg?: boolean
  readonly command: (host: string, port: string) => readonly string[]
}

const ipmitool =
  (...more: string[]) =>
  (host: string, port: string) => [
    'ipmitool',
    '-H',
    host,
    '-p',
    port,
    '-U',
    'admin',
    '-P',
    'password',
    ...more,
    'raw',
    '0',
    '1',
  ]
const freeipmi =
  (...more: string[]) =>
  (host: string, port: string) => [
    'ipmi-raw',
    '-h',
    `${host}:${port}`,
    '-u',
    'admin',
    '-p',
    'password',
    '-l',
    'ADMIN',
    ...more,
    '0',
    '0',
    '1',
  ]

export const visits: readonly Visit[] = [
  ...[0, 1, 2, 3, 6, 7, 8, 15, 16, 17].map((suite) => ({
    file: `suite-${suite}-ipmitool.txt`,
    client: 'ipmitool 1.8.19',
    command: ipmitool('-I', 'lanplus', '-C', String(suite)),
  })),
  ...[3, 11, 12, 17].map((suite) => ({
    file: `suite-${suite}-freeipmi.txt`,
    client: 'FreeIPMI 1.6.10',
    command: freeipmi('-D', 'LAN_2_0', '-I', String(suite)),
  })),
  { file: 'best-suite-ipmitool.txt', client: 'ipmitool 1.8.19', command: ipmitool('-I', 'lanplus') },
  {
    file: 'two-key-ipmitool.txt',
    client: 'ipmitool 1.8.19',
    kg: true,
    command: ipmitool('-I', 'lanplus', '-C', '17', '-k', 'bmcsim key number 1!'),
  },
  ...['NONE', 'PASSWORD', 'MD5'].map((type) => ({
    file: `lan15-${type.toLowerCase()}-ipmitool.txt`,
    client: 'ipmitool 1.8.19',
    command: ipmitool('-I', 'lan', '-A', type),
  })),
  {
    file: 'lan15-md2-freeipmi.txt',
    client: 'FreeIPMI 1.6.10',
    command: freeipmi('-D', 'LAN', '-a', 'MD2'),
  },
]

/** Lets the client visit a fresh BMC and writes what was said. Rejects when the client was not content. */
export async function capture(visit: Visit, folder: string): Promise<void> {
  const under = await bmcUnderTest({ kg: visit.kg ?? false })
  const port = 62_300
  const tap = await UdpTap.open('127.0.0.1', port, under)
  try {
    const [program, ...args] = visit.command('127.0.0.1', String(port))
    await new Promise<void>((resolve, reject) => {
      const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
      let said = ''
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
      child.on('error', reject)
      child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${visit.file}: ${program}: ${said}`))))
    })
    const head = [
      `A whole visit of ${visit.client}: ${visit.command('HOST', 'PORT').join(' ')}`,
      `against test/golden/bmc-under-test.ts${visit.kg ? ' with K_g' : ''}; captured by CAPTURE=1 npx vitest run test/golden.`,
    ]
    const packets = tap.packets.map((packet) => ({ ...packet, note: describePacket(packet.bytes) }))
    writeFileSync(join(folder, visit.file), writePackets(head, packets))
  } finally {
    tap.close()
    under.close()
  }
}

import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { upLab } from '../support/bmcsim.ts'
import { ipmitoolInTerminal } from '../support/ipmitool.ts'
import type { Child } from '../support/process.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const present = requireTool('ipmitool', 'ipmitool')

/** The far end of the serial line is this test's own, so that every byte can be counted. */
describe.skipIf(!present)('serial-over-LAN, byte for byte', () => {
  let machine: Socket
  let server: Server
  let client: Child
  const typed: Buffer[] = []

  beforeAll(async () => {
    const host = await unusedAddress()
    server = createServer((socket) => {
      machine = socket
      socket.on('data', (bytes) => typed.push(bytes))
      socket.on('error', () => {}) // the lab goes first
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    await upLab(`
nodes:
  cn01:
    bmc: { address: ${host} }
    machine: { kind: simulated }
    console: tcp:127.0.0.1:${port}
    users: [{ name: admin, password: password, privilege: admin }]
`)
    await until('the console to be connected', () => machine !== undefined)
    client = ipmitoolInTerminal({ host, user: 'admin', password: 'password' }, 'sol', 'activate')
    await client.waitFor('for help]\r\n', 60_000)
    client.forget()
  })

  afterAll(() => {
    machine?.destroy()
    server?.close()
  })

  it('brings 100 KB of anything from the machine, whole and in order', async () => {
    const said = randomBytes(100_000)
    machine.write(said)
    await until(
      'all of it',
      () => client.output.length >= said.length,
      60_000,
      () => `${client.output.length} bytes came`,
    )
    expect(Buffer.from(client.output, 'latin1').equals(said)).toBe(true)
  })

  it('takes 10 KB of anything from the terminal, whole and in order', async () => {
    const keys = randomBytes(10_000).map((byte) => (byte === 0x7e ? 0 : byte)) // ~ is ipmitool's own
    for (let at = 0; at < keys.length; at += 500) {
      client.stdin.write(keys.subarray(at, at + 500))
      await until('what was typed', () => Buffer.concat(typed).length >= Math.min(at + 500, keys.length), 60_000)
    }
    expect(Buffer.concat(typed).equals(keys)).toBe(true)
  })
})

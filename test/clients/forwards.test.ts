import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { bmcsim, upLab } from '../support/bmcsim.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { requireTestGuest } from '../support/test-guest.ts'
import { requireTool } from '../support/tools.ts'
import { unusedAddress } from '../support/unused-address.ts'
import { unusedPort } from '../support/unused-port.ts'

const present = [requireTool('qemu-system-x86_64', 'qemu-system-x86'), requireTestGuest()]

/** What an SSH server says first, or what went wrong. */
function banner(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    socket.once('data', (bytes) => resolve(bytes.toString()))
    socket.once('error', (error) => resolve(error.message))
    socket.once('close', () => resolve(''))
    socket.setTimeout(120_000, () => socket.destroy())
  })
}

it.skipIf(present.includes(false))(
  'ports of this machine lead to the guest: its network’s and the NIC’s own',
  async () => {
    const env = { BMCSIM_RUN_DIR: join(tempFolder(), 'run') }
    const host = await unusedAddress()
    const [one, other] = [await unusedPort(), await unusedPort()]
    const lab = await upLab(
      `networks:
  out: { kind: user, forwards: ["${one} -> 22"] }
defaults: { users: [{ name: admin, password: password }] }
nodes:
  cn1:
    bmc: { address: ${host} }
    machine: { kind: qemu, accel: tcg, image: test-guest, start: now, nics: [{ network: out, forwards: ["${host}:${other} -> 10.0.2.15:22"] }] }
    ready: { ssh: "127.0.0.1:${one}" }
`,
      { env },
    )
    try {
      expect(
        (await bmcsim(['wait', '--state', lab.state, 'cn1', '--timeout', '400'], { env, timeoutMs: 450_000 })).code,
      ).toBe(0)
      expect(await banner('127.0.0.1', one)).toMatch(/^SSH-2\.0-dropbear/)
      expect(await banner(host, other)).toMatch(/^SSH-2\.0-dropbear/)
      expect(await banner(host, one)).toContain('ECONNREFUSED')
    } finally {
      await lab.process.stop('SIGINT')
    }
  },
  600_000,
)

import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { program } from '../support/bmcsim.ts'
import { type Child, start } from '../support/process.ts'
import { RemoteConsole } from '../support/remote-console.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const folder = tempFolder()
const env = { BMCSIM_RUN_DIR: join(folder, 'run') }
const file = join(folder, 'lab.yaml')
const ready = join(folder, 'ready.json')
const closing: (() => void)[] = []
let host: string

beforeAll(async () => {
  host = await unusedAddress()
  writeFileSync(
    file,
    `nodes:
  cn01:
    bmc: { address: ${host}, port: 623 }
    machine: { kind: simulated }
    users: [{ name: admin, password: password, privilege: admin }]
`,
  )
})
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function up(): Promise<Child> {
  rmSync(ready, { force: true })
  const args = [program, 'up', file, '--state', join(folder, 'state'), '--ready-file', ready]
  const lab = start(process.execPath, args, { env })
  await until(
    'the ready file',
    () => {
      if (!lab.running) throw new Error(lab.output)
      return existsSync(ready)
    },
    20_000,
    () => lab.output,
  )
  return lab
}

async function login(): Promise<RemoteConsole> {
  const console = await RemoteConsole.open({ address: host, port: 623 })
  closing.push(() => console.close())
  expect(await console.login('admin', 'password')).toBe(0)
  expect((await console.command(0x06, 0x3b, [4]))?.[0]).toBe(0)
  return console
}

/** A SEL record, a FRU byte and a threshold that all say `count`, one after the other. */
const writes = (count: number) =>
  [
    [0x0a, 0x44, [0, 0, 2, 0, 0, 0, 0, 0x20, 0, 4, 1, 1, 1, 0x57, count & 0xff, count >> 8]],
    [0x0a, 0x12, [0, 0xe8, 0x03, count & 0xff, count >> 8]],
    [0x04, 0x26, [1, 0x08, 0, 0, 0, count & 0xff, 0, 0]],
  ] as const

it.each([30, 90, 200])('kill -9 after %i ms of writing loses nothing that was answered', async (ms) => {
  const lab = await up()
  const console = await login()
  const answered = [0, 0, 0]
  const first = await selLength(console)
  setTimeout(() => lab.kill('SIGKILL'), ms)
  const writing = async () => {
    for (let count = 1; ; count++) {
      for (const [kind, [netFn, cmd, data]] of writes(count).entries()) {
        const answer = await console.command(netFn, cmd, data)
        if (answer?.[0] !== 0) throw new Error(`unexpected answer ${answer?.toString('hex')} to write ${count}`)
        answered[kind] = count
      }
    }
  }
  await expect(writing()).rejects.toThrow(/not even a ping/)
  await lab.ended()

  const again = await up()
  const reader = await login()
  const [records, bytes, thresholds] = answered
  expect(records).toBeGreaterThan(0)
  const length = (await selLength(reader)) - first
  expect([records, records + 1]).toContain(length)
  const last = await reader.command(0x0a, 0x43, [0, 0, 0xff, 0xff, 0, 0xff])
  expect(last?.readUInt16LE(3 + 14)).toBe(length)
  const fru = await reader.command(0x0a, 0x11, [0, 0xe8, 0x03, 2])
  if (bytes > 0) expect([bytes, bytes + 1]).toContain(fru?.readUInt16LE(2))
  const limits = await reader.command(0x04, 0x27, [1])
  if (thresholds > 0) expect([thresholds, thresholds + 1].map((count) => count & 0xff)).toContain(limits?.[5])
  expect((await reader.command(0x0a, 0x42))?.[0]).toBe(0)
  expect(await reader.command(0x0a, 0x47, [1, 0, 0x43, 0x4c, 0x52, 0xaa])).toEqual(Buffer.from([0, 1]))
  expect(await again.stop('SIGINT')).toBe(0)
})

async function selLength(console: RemoteConsole): Promise<number> {
  return (await console.command(0x0a, 0x40))?.readUInt16LE(2) ?? -1
}

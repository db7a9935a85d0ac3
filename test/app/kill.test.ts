import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { bmcCells, type Cell, type Chance } from '../support/bmc-cells.ts'
import { bmcsim, program } from '../support/bmcsim.ts'
import { type Child, start } from '../support/process.ts'
import { RemoteConsole } from '../support/remote-console.ts'
import { seededRandom } from '../support/seeded-random.ts'
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

async function up(more: NodeJS.ProcessEnv = {}): Promise<Child> {
  rmSync(ready, { force: true })
  const args = [program, 'up', file, '--state', join(folder, 'state'), '--ready-file', ready]
  const lab = start(process.execPath, args, { env: { ...env, ...more } })
  // One that a failed test left behind must not hold the state of the next.
  closing.push(() => lab.kill('SIGKILL'))
  await until(
    'the ready file',
    () => {
      if (!lab.running) throw new Error(lab.output)
      return existsSync(ready)
    },
    120_000,
    () => lab.output,
  )
  return lab
}

/** K_g: none, or the one of these that fits. */
async function login(keys: readonly (Uint8Array | undefined)[] = [undefined]): Promise<RemoteConsole> {
  const console = await RemoteConsole.open({ address: host, port: 623 })
  closing.push(() => console.close())
  expect(await loggedIn(console, keys)).toBe(true)
  expect((await console.command(0x06, 0x3b, [4]))?.[0]).toBe(0)
  return console
}

async function loggedIn(console: RemoteConsole, keys: readonly (Uint8Array | undefined)[]): Promise<boolean> {
  for (const kg of keys) {
    // Another K_g than the BMC's shows in RAKP 4, with which the console checks what the BMC knows.
    const status = await console.login('admin', 'password', { kg }).catch((error: Error) => error.message)
    if (status === 0) return true
    if (status !== 'RAKP 4: wrong integrity check value') throw new Error(`the login ended with ${status}`)
  }
  return false
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
  const writing = async () => {
    for (let count = 1; ; count++) {
      for (const [kind, [netFn, cmd, data]] of writes(count).entries()) {
        const answer = await console.command(netFn, cmd, data)
        if (answer?.[0] !== 0) throw new Error(`unexpected answer ${answer?.toString('hex')} to write ${count}`)
        answered[kind] = count
      }
      // From the first round on, so that a busy machine has written something by then.
      if (count === 1) setTimeout(() => lab.kill('SIGKILL'), ms)
    }
  }
  const ended = lab.ended(60_000).then(() => console.giveUp())
  await expect(writing()).rejects.toThrow(/not even a ping/)
  await ended

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

/** A K_g of all zeros is none. */
function keyOf(hex: string): Uint8Array | undefined {
  return /^0+$/.test(hex) ? undefined : Buffer.from(hex, 'hex')
}

const ROUNDS = 16
const MOST_WRITES = 30

/** Numbers from a seed (xorshift32). */
function chanceOf(seed: number): Chance {
  const random = seededRandom(seed)
  return (below) => new DataView(random.fill(new Uint8Array(4)).buffer).getUint32(0) % below
}

it('kill -9 at any moment loses nothing of anything that was answered with 00h', { timeout: 600_000 }, async () => {
  const seed = Number(process.env.KILL_SEED ?? 20_261_120)
  const chance = chanceOf(seed)
  /** What each cell must hold: what was acknowledged last, and behind it what was under way when the process died. */
  const model = new Map<Cell, string[]>()
  const key = bmcCells.find(({ name }) => name === 'K_g')
  const keys = () => (key === undefined ? [] : (model.get(key) ?? [])).map(keyOf)
  let written = 0
  for (let round = 0; round < ROUNDS; round++) {
    const lab = await up()
    const known = keys()
    const console = await login(known.length === 0 ? [undefined] : known)
    for (const [cell, possible] of model) {
      const found = await cell.read(console, possible)
      expect(possible, `seed ${seed}, round ${round}, ${cell.name}`).toContain(found)
      model.set(cell, [found])
    }
    const writes = 1 + chance(MOST_WRITES)
    for (let count = 0; count < writes; count++) {
      const cell = bmcCells[chance(bmcCells.length)]
      const { request, value } = await cell.write(console, chance, model.get(cell)?.[0] ?? '')
      const [netFn, cmd, data] = request
      if (count === writes - 1) {
        // The last one is under way when the end comes: it happened or it did not.
        model.set(cell, [...(model.get(cell) ?? [await cell.read(console, [])]), value])
        console.send(console.request(netFn, cmd, data))
        await new Promise((resolve) => setTimeout(resolve, chance(8) / 2))
        break
      }
      const answer = await console.command(netFn, cmd, data)
      expect(answer?.[0], `${cell.name}: ${Buffer.from(data).toString('hex')}`).toBe(0)
      model.set(cell, [value])
      written++
    }
    lab.kill('SIGKILL')
    await lab.ended()
    for (const close of closing.splice(0)) close()
  }
  expect(written).toBeGreaterThan(ROUNDS * 5)
  expect(model.size).toBe(bmcCells.length)
})

it('goes on where the disk is full: that is no mistake', async () => {
  const planted = `data:text/javascript,process.on('SIGUSR2', () => { throw Object.assign(new Error('no space left'), { code: 'ENOSPC' }) })`
  const lab = await up({ NODE_OPTIONS: `--import="${planted}"` })
  lab.signal('SIGUSR2')
  await lab.waitFor('no space left: the lab goes on, but what it should keep is lost; make room on that disk')
  const { stdout } = await bmcsim(['power', 'cn01', 'on', '--state', join(folder, 'state')], { env })
  expect(stdout).toBe('cn01: on\n')
  expect(await lab.stop('SIGINT')).toBe(0)
})

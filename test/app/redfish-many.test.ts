import { existsSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Body } from '../../src/redfish/request.ts'
import { upLab } from '../support/bmcsim.ts'
import { walk } from '../support/redfish-walk.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

const NODES = 200
const CLIENTS = 4
/** Of every fifth, unless all are asked for: the walk of all takes a minute or two. */
const walked = process.env.BMCSIM_ALL_NODES === '1' ? 1 : 5
const PORT = 8443

function get(agent: Agent, host: string, path: string): Promise<Body> {
  return new Promise((resolve, reject) => {
    const options = { host, port: PORT, path, agent, auth: 'admin:password', rejectUnauthorized: false }
    const asked = request(options, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => {
        const text = Buffer.concat(parts).toString()
        if (response.statusCode === 200) resolve(JSON.parse(text))
        else reject(new Error(`${host}${path}: ${response.statusCode} ${text}`))
      })
    })
    asked.on('error', reject)
    asked.end()
  })
}

function residentMb(pid: number | undefined): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}

/** What is in use when all garbage is collected. */
async function heapMb(pid: number | undefined, file: string): Promise<number> {
  if (pid === undefined) throw new Error('there is no process')
  rmSync(file, { force: true })
  process.kill(pid, 'SIGUSR2')
  await until('the heap after a collection', () => existsSync(file), 60_000)
  return Number(readFileSync(file, 'utf8')) / 2 ** 20
}

it('200 nodes in one process are asked by four clients at once, and a second walk costs no more memory', async () => {
  const folder = tempFolder()
  const heap = join(folder, 'heap')
  const onDemand = join(import.meta.dirname, '../support/heap-on-demand.cjs')
  const lab = await upLab(
    `nodes:
  cn[001-200]:
    bmc: { address: "127.79.0.[1-200]", port: 6230, redfish: { port: ${PORT} } }
    machine: { kind: simulated, start: off }
    users: [{ name: admin, password: password }]
`,
    {
      env: {
        BMCSIM_RUN_DIR: join(folder, 'run'),
        HEAP_FILE: heap,
        NODE_OPTIONS: `--require=${onDemand}`,
      },
    },
  )
  const all = Array.from({ length: NODES }, (_, i) => `127.79.0.${i + 1}`)
  const hosts = all.filter((_, i) => i % walked === 0)
  const names: unknown[] = []

  async function walkAll(from: readonly string[]): Promise<number[]> {
    const waiting = [...from]
    const counts: number[] = []
    const client = async () => {
      for (let host = waiting.shift(); host !== undefined; host = waiting.shift()) {
        const agent = new Agent({ keepAlive: true, maxSockets: 1 })
        const at = host
        const found = await walk((path) => get(agent, at, path))
        agent.destroy()
        names.push(found.get('/redfish/v1/Systems/1')?.Name)
        counts.push(found.size)
      }
    }
    await Promise.all(Array.from({ length: CLIENTS }, client))
    return counts
  }

  // Every one of them answers, whoever is walked.
  const agent = new Agent({ maxSockets: CLIENTS })
  await Promise.all(all.map((host) => get(agent, host, '/redfish/v1/Systems/1')))
  const counts = await walkAll(hosts)
  expect(new Set(counts).size).toBe(1)
  expect(counts[0]).toBeGreaterThan(50)
  expect(new Set(names).size).toBe(hosts.length)
  // What is made once has been made by the first walk.
  const { pid } = lab.process
  const heapBefore = await heapMb(pid, heap)
  const residentBefore = residentMb(pid)
  const again = hosts.slice(0, hosts.length / 8)
  for (let i = 0; i < 3; i++) await walkAll(again)
  // Thousands of requests: 1 MB would be some hundred bytes of each.
  expect((await heapMb(pid, heap)) - heapBefore).toBeLessThan(1)
  expect(residentMb(pid) - residentBefore).toBeLessThan(10)
  await lab.process.stop()
}, 600_000)

import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Body } from '../../src/redfish/request.ts'
import { upLab } from '../support/bmcsim.ts'
import { walk } from '../support/redfish-walk.ts'
import { tempFolder } from '../support/temp-folder.ts'

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

it('200 nodes in one process are asked by four clients at once, and a second walk costs no more memory', async () => {
  const lab = await upLab(
    `nodes:
  cn[001-200]:
    bmc: { address: "127.79.0.[1-200]", port: 6230, redfish: { port: ${PORT} } }
    machine: { kind: simulated, start: off }
    users: [{ name: admin, password: password }]
`,
    { env: { BMCSIM_RUN_DIR: join(tempFolder(), 'run') } },
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
  const before = residentMb(lab.process.pid)
  await walkAll(hosts.slice(0, hosts.length / 4))
  expect(residentMb(lab.process.pid) - before).toBeLessThan(25)
  await lab.process.stop()
}, 240_000)

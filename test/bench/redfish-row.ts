import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Measure } from './measure.ts'
import { cpuUs, type Servers } from './servers.ts'

const PATH = '/redfish/v1/Systems/1'
const BARE = { host: '127.72.1.5', port: 8443 }

interface Target {
  readonly host: string
  readonly port: number
}

/** GET Systems/1 of one BMC, beside a route of Fastify's that has the same answer ready: HTTPS, one connection, one request after another. */
export function redfishGet(ours: string): Measure {
  return {
    name: 'Redfish: GET of a system, one connection',
    unit: 'us of server CPU',
    subjects: [ours, 'bare Fastify'],
    limits: [{ against: 'bare Fastify', floor: 3 }],
    async run(subject, servers, size) {
      const { server, stop } = await servers.lab(1)
      const us = await measured(subject === ours, server.pid, servers, size.of(3000, 50)).finally(stop)
      return us
    },
  }
}

async function measured(ours: boolean, pid: number, servers: Servers, count: number): Promise<number> {
  const [{ name, redfish }]: { name: string; redfish: string }[] = JSON.parse(
    readFileSync(join(servers.folder, 'ready1'), 'utf8'),
  )
  const { hostname, port } = new URL(redfish)
  const lab = { host: hostname, port: port === '' ? 443 : Number(port) }
  if (ours) return cpuOfGets(lab, pid, count)

  // Its certificate is ours, and so is what it says.
  writeFileSync(join(servers.folder, 'answer.json'), await gets(lab, 1))
  for (const end of ['key', 'pem'])
    copyFileSync(join(servers.folder, 'lab1', name, `https.${end}`), join(servers.folder, `https.${end}`))
  const script = join(import.meta.dirname, '../test/bench/bare-fastify.mjs')
  const bare = servers.spawn(process.execPath, [script, servers.folder, BARE.host, String(BARE.port), PATH])
  try {
    await listening(BARE)
    return await cpuOfGets(BARE, bare.pid ?? 0, count)
  } finally {
    await servers.stop(bare)
  }
}

async function cpuOfGets(target: Target, pid: number, count: number): Promise<number> {
  await gets(target, count)
  const before = cpuUs(pid)
  await gets(target, count)
  return (cpuUs(pid) - before) / count
}

/** The last answer. Every one has to be 200. */
async function gets(target: Target, count: number): Promise<string> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  let last = ''
  for (let i = 0; i < count; i++) last = await get(target, agent)
  agent.destroy()
  return last
}

function get(target: Target, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { ...target, path: PATH, agent, auth: 'admin:password', rejectUnauthorized: false }
    const asked = request(options, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part) => (text += part))
      response.on('end', () => {
        if (response.statusCode === 200) resolve(text)
        else reject(new Error(`${target.host}: ${response.statusCode} ${text.slice(0, 200)}`))
      })
    })
    asked.on('error', reject)
    asked.end()
  })
}

async function listening(target: Target): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await gets(target, 1)
      return
    } catch (error) {
      if (tries === 200) throw error
      await sleep(50)
    }
  }
}

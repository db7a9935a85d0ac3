import { setTimeout as sleep } from 'node:timers/promises'
import { inOneGuest } from './guest-row.ts'
import type { Measure } from './measure.ts'
import { redfishGet } from './redfish-row.ts'
import { cpuUs, pssMb, type Report, type Server, type Servers } from './servers.ts'

/** Every row of the table, in its order. */

const OURS = 'bmcsim'
const PEER = 'ipmi_sim'

/** One number of what the load generator says. */
async function figure(
  servers: Servers,
  mode: string,
  server: Server,
  field: string,
  options: Readonly<Record<string, number | string>>,
): Promise<number> {
  return numberIn(await servers.load(mode, server, options), field)
}

function numberIn(report: Report, field: string): number {
  const value = report[field]
  return typeof value === 'number' ? value : Number.NaN
}

const isEcho = (subject: string) => subject.endsWith('echo')

const commandCost: Measure = {
  name: 'command in a session, suite 3',
  unit: 'us of server CPU',
  subjects: [OURS, PEER, 'Node echo', 'C echo'],
  limits: [
    { against: PEER, floor: 1, goal: 0.72 },
    { against: 'Node echo', goal: 1.35 },
  ],
  run: async (subject, servers, size) =>
    figure(servers, isEcho(subject) ? 'echo' : 'command', await servers.server(subject), 'cpuPerOperationUs', {
      count: size.of(40_000, 2_000),
    }),
}

/** Two clients at once, each with its BMC, which are on different workers where there are two. */
function spread(
  about: Pick<Measure, 'name' | 'unit' | 'moreIsBetter'>,
  figureOf: (run: { readonly operations: number; readonly cpu: number; readonly rate: number }) => number,
): Measure {
  const workers = new Map([
    ['2 workers', 2],
    ['1 worker', 1],
    ['no worker', 0],
  ])
  return {
    ...about,
    subjects: [...workers.keys()],
    limits: [{ against: 'no worker' }],
    run: async (subject, servers, size) => {
      const { server, stop } = await servers.lab(4, workers.get(subject))
      const count = size.of(40_000, 500)
      const clients = ['127.73.0.1', '127.73.0.4'].map((host) => ({ ...server, host }))
      const before = cpuUs(server.pid)
      const walls = await Promise.all(clients.map((client) => figure(servers, 'command', client, 'wallUs', { count })))
      const cpu = cpuUs(server.pid) - before
      await stop()
      const rate = walls.reduce((sum, us) => sum + (count * 1e6) / us, 0)
      // Each client warms up with as many as it measures.
      return figureOf({ operations: 2 * count * clients.length, cpu, rate })
    },
  }
}

const spreadRate = spread(
  { name: 'two BMCs with a client each', unit: 'commands a second', moreIsBetter: true },
  ({ rate }) => rate,
)

const spreadCost = spread(
  { name: 'a command, two BMCs with a client each', unit: 'us of server CPU' },
  ({ operations, cpu }) => cpu / operations,
)

const suite17: Measure = {
  name: 'command in a session, suite 17',
  unit: 'us of server CPU',
  subjects: ['bmcsim, suite 17', 'bmcsim, suite 3'],
  limits: [{ against: 'bmcsim, suite 3', floor: 1.25, goal: 1.1 }],
  run: async (subject, servers, size) =>
    figure(servers, 'command', await servers.server(OURS), 'cpuPerOperationUs', {
      count: size.of(40_000, 2_000),
      suite: subject.endsWith('17') ? 17 : 3,
    }),
}

function latency(field: 'p50Us' | 'p99Us', floor: number, goal: number): Measure {
  return {
    name: `one packet in flight, ${field === 'p50Us' ? 'p50' : 'p99'}`,
    unit: 'us',
    subjects: [OURS, PEER, 'Node echo', 'C echo'],
    limits: [
      { against: 'C echo', floor, goal },
      // What Node itself leaves to be had.
      { against: 'Node echo' },
    ],
    run: async (subject, servers, size) =>
      figure(servers, isEcho(subject) ? 'echo-latency' : 'latency', await servers.server(subject), field, {
        count: size.of(10_000, 500),
      }),
  }
}

const login: Measure = {
  name: 'log-in and close',
  unit: 'us of server CPU',
  subjects: [OURS, PEER],
  limits: [{ against: PEER, floor: 1.1, goal: 0.75 }],
  run: async (subject, servers, size) =>
    figure(servers, 'login', await servers.server(subject), 'cpuPerOperationUs', { count: size.of(4000, 100) }),
}

function memory(count: number, floor: number, goal: number): Measure {
  return {
    name: `${count} BMCs, memory after ten sweeps`,
    unit: 'MB PSS',
    subjects: [OURS],
    limits: [{ floor, goal }],
    rounds: 1,
    run: async (_subject, servers, size) => {
      const lab = await servers.lab(size.of(count, 20))
      for (let i = 0; i < size.of(10, 1); i++) await sweep(servers, lab.server, size.of(count, 20))
      const mb = pssMb(lab.server.pid)
      await lab.stop()
      return mb
    },
  }
}

/** The sweep of every /24 in turn: log in, Get Chassis Status, close on each BMC. Gives the wall time in ms. */
async function sweep(servers: Servers, server: Server, count: number): Promise<number> {
  let ms = 0
  for (let from = 0; from < count; from += 250) {
    const part = { ...server, host: `127.73.${from / 250}.1` }
    const us = await figure(servers, 'sweep', part, 'wallUs', { count: Math.min(250, count - from), sessions: 16 })
    ms += us / 1000
  }
  return ms
}

function start(count: number, floor: number, goal: number): Measure {
  return {
    name: `start until ${count === 1 ? 'one BMC answers' : `all of ${count} answer`}`,
    unit: 's',
    subjects: [OURS],
    limits: [{ floor, goal }],
    rounds: 3,
    run: async (_subject, servers, size) => {
      const lab = await servers.lab(size.quick ? Math.min(count, 20) : count)
      await lab.stop()
      return lab.startMs / 1000
    },
  }
}

const idle: Measure = {
  name: '500 idle BMCs whose sensors move',
  unit: '% of a core',
  subjects: [OURS],
  limits: [{ floor: 1, goal: 0.1 }],
  rounds: 2,
  run: async (_subject, servers, size) => {
    const lab = await servers.lab(size.of(500, 20))
    await sleep(size.of(5000, 100))
    const before = cpuUs(lab.server.pid)
    const seconds = size.of(20, 0.5)
    await sleep(seconds * 1000)
    const used = cpuUs(lab.server.pid) - before
    await lab.stop()
    return used / (seconds * 1e4)
  },
}

const thousands: readonly Measure[] = [
  {
    name: '5000 BMCs, sweep by a native client',
    unit: 's',
    subjects: [OURS],
    limits: [{ floor: 5, goal: 5 }],
    rounds: 1,
    run: async (_subject, servers, size) => {
      const count = size.of(5000, 20)
      const lab = await servers.lab(count)
      const ms = await sweep(servers, lab.server, count)
      await lab.stop()
      return ms / 1000
    },
  },
]

/** As the load generator says it. */
const WRONG_CHARACTER = 'lost, doubled or out of order'

function sol(
  name: string,
  mode: string,
  options: Readonly<Record<string, number>>,
  floor: number,
  goal: number,
  rounds = 3,
): Measure {
  return {
    name,
    unit: 'MB/s',
    moreIsBetter: true,
    subjects: [OURS, PEER],
    limits: [{ against: PEER, floor, goal }],
    rounds,
    run: async (subject, servers, size) => {
      const { count = 0, loss } = options
      const peerLoses = subject === PEER && loss !== undefined
      const server = await servers.server(subject)
      const report = await servers
        .load(mode, server, { ...options, count: size.of(peerLoses ? count / 10 : count, 20_000) })
        .catch(async (error: unknown) => {
          // Wrong characters where packets are lost are ipmi_sim's figure, 0, and no error of this run; of ours they are one.
          if (!peerLoses || !String(error).includes(WRONG_CHARACTER)) throw error
          await servers.restart(subject)
          return { lost: true }
        })
      return 'lost' in report ? 0 : numberIn(report, 'characters') / numberIn(report, 'wallUs')
    },
  }
}

const bytesARoundTrip: Measure = {
  name: 'SOL download, characters a packet of 255',
  unit: 'share',
  moreIsBetter: true,
  subjects: [OURS],
  limits: [{ floor: 0.85, goal: 0.85 }],
  rounds: 1,
  run: async (_subject, servers, size) => {
    const report = await servers.load('sol-download', await servers.server(OURS), { count: size.of(2_000_000, 50_000) })
    return numberIn(report, 'characters') / numberIn(report, 'packets') / 255
  },
}

function comesBack(name: string, quiet: (full: boolean) => number): Measure {
  return {
    name,
    unit: 'ms to the first character',
    subjects: [OURS],
    limits: [{ floor: 1000, goal: 100 }],
    rounds: 1,
    run: async (_subject, servers, size) => {
      const report = await servers.load('sol-return', await servers.server(OURS), {
        quiet: quiet(!size.quick),
      })
      return report.recovered === true ? numberIn(report, 'firstCharacterUs') / 1000 : Number.POSITIVE_INFINITY
    },
  }
}

const inband: Measure = {
  name: 'Get Device ID over the VM codec, p50',
  unit: 'us',
  subjects: [OURS, PEER],
  limits: [{ against: PEER, floor: 1.25, goal: 1 }],
  run: async (subject, servers, size) =>
    figure(servers, 'inband', await servers.vmLink(subject), 'p50Us', { count: size.of(20_000, 500) }),
}

const freeIpmi: Measure = {
  name: 'ipmipower --stat over 250 hosts',
  unit: 's of wall',
  subjects: [OURS, PEER],
  limits: [{ against: PEER, floor: 1, goal: 0.8 }],
  rounds: 3,
  run: async (subject, servers, size) => {
    const count = size.of(250, 10)
    const lab = subject === OURS ? await servers.lab(count) : await servers.ipmiSims(count)
    const network = subject === OURS ? '127.73.0' : '127.74.0'
    // ipmi_sim does not do what the privilege level option of FreeIPMI's open session asks for.
    const seconds = await servers.ipmipower(network, count, subject === PEER ? ['-W', 'opensesspriv'] : [])
    await lab.stop()
    return seconds
  },
}

const freeIpmiFailures: Measure = {
  name: 'ipmipower --stat over 250 hosts, failures in 100 runs',
  unit: 'runs',
  subjects: [OURS],
  limits: [{ floor: 0, goal: 0 }],
  rounds: 1,
  run: async (_subject, servers, size) => {
    const count = size.of(250, 10)
    const lab = await servers.lab(count)
    let failures = 0
    for (let i = 0; i < size.of(100, 2); i++) {
      await servers.ipmipower('127.73.0', count, []).catch(() => failures++)
    }
    await lab.stop()
    return failures
  },
}

export const measures: readonly Measure[] = [
  commandCost,
  suite17,
  spreadRate,
  spreadCost,
  latency('p50Us', 1.25, 1.15),
  latency('p99Us', 2, 1.2),
  login,
  memory(500, 150, 80),
  memory(1000, Number.POSITIVE_INFINITY, 120),
  start(1, 0.4, 0.12),
  start(500, 1, 0.2),
  start(1000, 2, 0.3),
  idle,
  freeIpmi,
  freeIpmiFailures,
  sol('SOL download', 'sol-download', { count: 4_000_000 }, 1, 1.1, 9),
  bytesARoundTrip,
  sol('SOL paste in packets of 64, echoed', 'sol-paste', { count: 200_000 }, 1, 2),
  sol('SOL download, 0.5 % loss', 'sol-download', { count: 1_000_000, loss: 0.005 }, 5, 8),
  comesBack('SOL after 8 s of a silent client', (full) => (full ? 8 : 1)),
  comesBack('SOL after leaving in mid-flood', () => 0),
  inband,
  start(5000, Number.POSITIVE_INFINITY, 2),
  memory(5000, Number.POSITIVE_INFINITY, 300),
  ...thousands,
  redfishGet(OURS),
  // Last: its guest stays, and has both BMCs' links.
  inOneGuest(OURS, PEER),
]

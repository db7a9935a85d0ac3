import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ipmiSim } from './bmcsim.ts'
import { ipmitoolHome } from './ipmitool-home.ts'
import { type Child, start } from './process.ts'
import { type Group, type Step, scenarioFolder } from './scenario.ts'
import { tempFolder } from './temp-folder.ts'
import { findTool } from './tools.ts'
import { until } from './until.ts'
import { unusedAddress } from './unused-address.ts'

/** What each of the two answered to one step, written as the table shows it. */
export interface Outcome {
  readonly step: Step
  readonly theirs: string
  readonly ours: string
}

/** One simulator in a folder of its own, with the scenario's lan.conf, .emu and programs. */
interface Lane {
  readonly host: string
  readonly folder: string
  start(): Promise<void>
  running(): boolean
  stop(): Promise<void>
}

/** Runs the scenario against OpenIPMI's ipmi_sim and against us, side by side, each in its own order of steps. */
export async function runScenario(groups: readonly Group[]): Promise<readonly (readonly Outcome[])[]> {
  const lanes = [await openIpmiLane(), await ourLane()]
  try {
    await Promise.all(lanes.map((lane) => lane.start()))
    const [theirs, ours] = await Promise.all(lanes.map((lane) => runLane(lane, groups)))
    return groups.map(({ steps }, g) => steps.map((step, s) => ({ step, theirs: theirs[g][s], ours: ours[g][s] })))
  } finally {
    await Promise.all(lanes.map((lane) => lane.stop()))
  }
}

async function runLane(lane: Lane, groups: readonly Group[]): Promise<string[][]> {
  const answers: string[][] = []
  for (const { steps } of groups) {
    const group: string[] = []
    for (const step of steps) group.push(await runStep(lane, step))
    answers.push(group)
  }
  return answers
}

async function runStep(lane: Lane, step: Step): Promise<string> {
  const told = countOf(lane)
  const answer = await ask(lane, step)
  // A process that dies of a request is seen dead a moment after its silence.
  if (answer === NO_ANSWER && !lane.running()) {
    await lane.start()
    return 'the process ends (SIGSEGV)'
  }
  if (answer.startsWith(completion(0))) await settle(lane, step, told)
  return answer
}

export const NO_ANSWER = 'no answer'
const levels = { ipmiusr: 'ADMINISTRATOR', oper: 'OPERATOR', plain: 'USER' } as const

async function ask({ host }: Lane, { as, raw, run: command, lun, mask, silent }: Step): Promise<string> {
  const words = raw === undefined ? (command ?? '').split(' ') : ['raw', ...raw.split(' ').map((byte) => `0x${byte}`)]
  const { code, stdout, stderr } = await ipmitool([
    ...login(host, as),
    ...(silent ? brief : patient),
    '-l',
    String(lun),
    ...words,
  ])
  if (/Unable to establish|Get Auth Capabilities error/.test(stderr)) return NO_ANSWER
  if (raw === undefined) return textOf(code, stdout + stderr)
  const refused = /rsp=0x([0-9a-f]{1,2})\)/.exec(stderr)
  if (refused !== null) return completion(Number.parseInt(refused[1], 16))
  if (code !== 0) return NO_ANSWER
  const bytes = stdout.match(/[0-9a-f]{2}/g) ?? []
  return [completion(0), ...bytes.map((byte, i) => (isMasked(i, mask) ? '..' : byte))].join(' ')
}

/** Hundreds of short runs: no group of their own, no waiting in steps. */
function ipmitool(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, HOME: ipmitoolHome() }
  return new Promise((resolve) => {
    execFile('ipmitool', args, { timeout: 120_000, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : 1, stdout, stderr })
    })
  })
}

/** One, several or all further bytes: '3', '3-6', '3-'. */
function isMasked(index: number, mask: string | undefined): boolean {
  if (mask === undefined) return false
  return mask.split(',').some((range) => {
    const [first, last = first] = range.split('-')
    return index >= Number(first) && (last === '' || index <= Number(last))
  })
}

function login(host: string, user: Step['as']): string[] {
  return ['-I', 'lanplus', '-C', '3', '-H', host, '-U', user, '-P', 'test', '-L', levels[user]]
}

/** What is asked again is done again, and would be one SEL entry more: it takes a process that is not run for a long time. */
const patient = ['-N', '10', '-R', '2']
const brief = ['-N', '2', '-R', '2']

function completion(code: number): string {
  return `${code.toString(16).toUpperCase().padStart(2, '0')}h`
}

/** Lines without the blanks that line columns up; what changes from run to run is a step's own affair to avoid. */
function textOf(code: number, text: string): string {
  const lines = text.split('\n').map((line) => line.replace(/\s+/g, ' ').trim())
  const said = lines.filter((line) => line !== '').join(' / ')
  return code === 0 ? said : `status ${code}: ${said}`
}

/** The machine is the program `chassis`: a file that says whether it is on, and one of what it was told. */
async function settle({ folder }: Lane, { settle: wanted }: Step, told: number): Promise<void> {
  if (wanted === undefined) return
  const is = () => readFileSync(join(folder, 'power'), 'utf8').trim()
  const calls = wanted === 'cycled' ? 2 : 0
  await until(
    `a machine that is ${wanted}`,
    () => is() === (wanted === 'off' ? '0' : '1') && countOf({ folder }) >= told + calls,
    60_000,
  )
}

function countOf({ folder }: Pick<Lane, 'folder'>): number {
  return readFileSync(join(folder, 'told'), 'utf8').split('\n').length
}

async function openIpmiLane(): Promise<Lane> {
  const host = await unusedAddress()
  const folder = nodeFolder(host)
  let child: Child | undefined
  return {
    host,
    folder,
    async start() {
      const args = ['-c', 'lan.conf', '-f', 'node.emu', '-s', 'state', '-n', '-p']
      const one = start(findTool('ipmi_sim') ?? 'ipmi_sim', args, { cwd: folder })
      child = one
      await until('ipmi_sim to answer', async () => {
        if (!one.running) throw new Error(`ipmi_sim ended:\n${one.output}`)
        const { code } = await ipmitool([...login(host, 'ipmiusr'), ...brief, 'mc', 'info'])
        return code === 0
      })
    },
    running: () => child?.running === true,
    stop: async () => {
      await child?.stop()
    },
  }
}

async function ourLane(): Promise<Lane> {
  const host = await unusedAddress()
  const folder = nodeFolder(host)
  let child: Child | undefined
  return {
    host,
    folder,
    async start() {
      const args = ['-c', 'lan.conf', '-f', 'node.emu', '-s', 'state', '-n']
      child = await ipmiSim(args, /scenario: answers/, { cwd: folder, env: { BMCSIM_RUN_DIR: join(folder, 'run') } })
    },
    running: () => child?.running === true,
    stop: async () => {
      await child?.stop('SIGINT')
    },
  }
}

function nodeFolder(host: string): string {
  const folder = join(tempFolder(), 'node')
  cpSync(join(scenarioFolder, 'node'), folder, { recursive: true })
  mkdirSync(join(folder, 'run'), { mode: 0o700 })
  const lanConf = join(folder, 'lan.conf')
  writeFileSync(lanConf, readFileSync(lanConf, 'utf8').replace(/addr @HOST@/, `addr ${host}`))
  writeFileSync(join(folder, 'power'), '0\n')
  writeFileSync(join(folder, 'told'), '')
  return folder
}

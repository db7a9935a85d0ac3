import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { NodeStatus } from '../app/node-status.ts'
import type { LogLevel } from '../base/logger.ts'
import type { NodeConfig } from '../config/config.ts'
import { readLanConf } from '../config/lan-conf/read-lan-conf.ts'
import { ConfigError } from '../config/source.ts'
import { stateHome } from '../lab/places.ts'
import { planBmcs } from '../lab/plan.ts'
import { ExitCode, UsageError } from './exit-code.ts'
import { runInForeground } from './foreground.ts'
import { err, type Io, out, outJson } from './io.ts'
import { keyFileOption } from './key-file-option.ts'
import { endpoint } from './table.ts'
import { version } from './version.ts'
import { workersOption } from './workers-option.ts'

/** One `-c` and the flags that follow it. */
export interface SimGroup {
  readonly config: string
  readonly emulator?: string
  readonly emulatorString?: string
  readonly state?: string
}

export interface SimOptions {
  readonly groups: readonly SimGroup[]
  readonly debug: boolean
  readonly noStdio: boolean
  readonly noPersist: boolean
  readonly version: boolean
  readonly readyFile?: string
  readonly json?: boolean
  readonly logLevel?: LogLevel
  readonly keyFile?: string
  readonly workers?: string
}

/** ipmi_sim's command line, one process for any number of BMCs. */
export async function ipmiSim(io: Io, options: SimOptions): Promise<number> {
  if (options.version) {
    out(io, `bmcsim ${version()}`)
    return ExitCode.ok
  }
  if (options.groups.length === 0) {
    throw new UsageError('no configuration: bmcsim ipmi-sim -c lan.conf [-f FILE.emu] [-s STATE]')
  }
  const bmcs = readAll(io, options)
  const name = bmcs.length === 1 ? bmcs[0].config.name : 'ipmi-sim'
  if (!options.noStdio) err(io, 'no emulator console on stdin (as with -n); "bmcsim emu NODE" is one')
  const logLevel = options.logLevel ?? (options.debug ? 'debug' : undefined)
  const plan = planBmcs(name, bmcs, keyFileOption(io, options.keyFile))
  const workers = workersOption(options.workers)
  return runInForeground(io, plan, { ...options, logLevel, workers }, (above, lab, statuses) => {
    if (options.json) outJson(above, statuses)
    else for (const [i, status] of statuses.entries()) out(above, answerLine(status, lab.nodes[i].source))
  })
}

function answerLine({ name, bmc }: NodeStatus, source: string): string {
  const addresses = bmc.listen.map(({ address, port }) => endpoint(address, port))
  return `${name}: answers on ${addresses.join(', ')} (${source})`
}

/** Every file of every BMC, and every problem in any of them at once. */
function readAll(io: Io, options: SimOptions): { config: NodeConfig; state: string | undefined }[] {
  const problems: ConfigError[] = []
  const bmcs = options.groups.flatMap((group) => {
    const state = options.noPersist ? undefined : resolve(io.cwd, group.state ?? stateHome(io.env))
    return sources(io, group).flatMap((source) => {
      try {
        return [{ config: readLanConf(source), state }]
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error
        problems.push(error)
        return []
      }
    })
  })
  if (problems.length > 0) {
    const all = problems.flatMap((error) => [...error.problems])
    throw new ConfigError(all, new Map(problems.flatMap((error) => [...error.texts])))
  }
  return bmcs
}

interface Source {
  readonly lanConf: string
  readonly emulator?: string
  readonly emulatorString?: string
  /** What relative paths inside the files start from. */
  readonly cwd: string
}

/**
 * ipmi_sim never changes its working directory, and so relative paths of a plain `-c FILE` start where we were started. A
 * folder stands for what used to be one ipmi_sim each, started inside of it (`cd CN1; ipmi_sim -c lan.conf ...`).
 */
function sources(io: Io, group: SimGroup): Source[] {
  const path = resolve(io.cwd, group.config)
  const { emulatorString } = group
  if (!isFolder(path)) {
    return [{ lanConf: group.config, emulator: group.emulator, emulatorString, cwd: io.cwd }]
  }
  const folders = [
    path,
    ...readdirSync(path)
      .sort()
      .map((name) => join(path, name)),
  ].filter(hasLanConf)
  if (folders.length === 0)
    throw new UsageError(`${group.config} and its folders hold no lan.conf; name a file with -c`)
  return folders.map((folder) => ({
    lanConf: join(folder, 'lan.conf'),
    emulator: group.emulator === undefined ? theEmuFile(folder) : resolve(folder, group.emulator),
    emulatorString,
    cwd: folder,
  }))
}

function theEmuFile(folder: string): string | undefined {
  const found = readdirSync(folder).filter((name) => name.endsWith('.emu'))
  if (found.length > 1) {
    throw new UsageError(
      `${folder} holds ${found.join(' and ')}; say which one: -c ${join(folder, 'lan.conf')} -f FILE`,
    )
  }
  return found.length === 0 ? undefined : join(folder, found[0])
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function hasLanConf(folder: string): boolean {
  return isFolder(folder) && (statSync(join(folder, 'lan.conf'), { throwIfNoEntry: false })?.isFile() ?? false)
}

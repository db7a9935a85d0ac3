import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Child, type Finished, type RunOptions, run, start } from './process.ts'
import { tempFolder } from './temp-folder.ts'
import { until } from './until.ts'

/** The built command, started as the installed one would be. */
export const program = join(import.meta.dirname, '../../dist/main.js')

/** A lab that is up: its process, its state folder, and the other commands aimed at it. */
export interface Lab {
  readonly process: Child
  readonly state: string
  bmcsim(...args: string[]): Promise<Finished>
}

/** Runs one `bmcsim` command to its end. */
export function bmcsim(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return run(process.execPath, [program, ...args], options)
}

/**
 * `bmcsim up` on a lab file made of `yaml`; resolves when every BMC answers. The same folder again: the same lab again. `node`: what runs the
 * program.
 */
export async function upLab(
  yaml: string,
  options: RunOptions = {},
  folder = tempFolder(),
  more: readonly string[] = [],
  [command, ...words]: readonly string[] = [process.execPath],
): Promise<Lab> {
  const file = join(folder, 'lab.yaml')
  writeFileSync(file, yaml)
  const state = join(folder, 'state')
  const ready = join(folder, 'ready')
  rmSync(ready, { force: true })
  const args = [...words, program, 'up', file, '--state', state, '--ready-file', ready, ...more]
  const lab = start(command, args, options)
  await awaitReady(lab, ready)
  return {
    process: lab,
    state,
    bmcsim: (command, ...more) => bmcsim([command, '--state', state, ...more], options),
  }
}

/** `bmcsim ipmi-sim ARGS`; resolves when `count` BMCs have said on their lines that they answer. */
export async function ipmiSim(args: readonly string[], answers: RegExp, options: RunOptions = {}): Promise<Child> {
  const child = start(process.execPath, [program, 'ipmi-sim', ...args], options)
  await child.waitFor(answers, 120_000)
  return child
}

/** Until a lab whose `--ready-file` that is answers; one that ends before is a failure. */
export async function awaitReady(lab: Child, readyFile: string): Promise<void> {
  await until(
    'the lab to be ready',
    () => {
      if (!lab.running) throw new Error(`bmcsim up ended:\n${lab.output}`)
      return existsSync(readyFile)
    },
    120_000,
    () => lab.output,
  )
}

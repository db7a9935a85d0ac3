import type { Reason } from '../../base/errors.ts'
import { type Program, parseAnswers, runProgram } from './run-program.ts'

export type LanProgramName =
  | 'ip_addr'
  | 'ip_addr_src'
  | 'mac_addr'
  | 'subnet_mask'
  | 'default_gw_ip_addr'
  | 'default_gw_mac_addr'
  | 'backup_gw_ip_addr'
  | 'backup_gw_mac_addr'

/**
 * lan.conf's `lan_config_program`: a program of the user's that reads, judges and changes the address of the machine's
 * network interface. Called as `PROGRAM get NAME...`, `PROGRAM check NAME VALUE`, `PROGRAM set NAME VALUE...`.
 */
export interface LanProgram {
  get(names: readonly LanProgramName[]): Promise<ReadonlyMap<LanProgramName, string>>
  /** Rejects with `invalid-field` when the program does not like the value. */
  check(name: LanProgramName, value: string): Promise<void>
  set(values: ReadonlyMap<LanProgramName, string>): Promise<void>
}

export function createLanProgram(program: Program): LanProgram {
  // One run at a time: two that set addresses side by side would leave a mixture.
  let last: Promise<unknown> = Promise.resolve()
  const run = (args: readonly string[], failure: Reason): Promise<string> => {
    const result = last.then(() => runProgram(program, args, failure))
    last = result.catch(() => {})
    return result
  }
  return {
    async get(names) {
      return parseAnswers(program, await run(['get', ...names], 'wrong-state'), names)
    },
    async check(name, value) {
      await run(['check', name, value], 'invalid-field')
    },
    async set(values) {
      await run(['set', ...[...values].flat()], 'wrong-state')
    },
  }
}

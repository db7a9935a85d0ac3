import type { NodeAddress } from './node.ts'
import { type Child, type Finished, run } from './process.ts'
import { tempFolder } from './temp-folder.ts'
import { startInTerminal } from './terminal.ts'
import { findTool } from './tools.ts'

/** A FreeIPMI tool over RMCP+ with its own defaults: no -W, no -I. */
export function freeipmi(tool: string, node: NodeAddress, ...args: string[]): Promise<Finished> {
  const driver = tool === 'ipmiconsole' ? [] : ['-D', 'LAN_2_0']
  return run(findTool(tool) ?? tool, [...login(node), ...driver, ...args], { env: home(), timeoutMs: 120_000 })
}

/** The same with no driver named: FreeIPMI then speaks IPMI 1.5. */
export function freeipmiAsItComes(tool: string, node: NodeAddress, ...args: string[]): Promise<Finished> {
  return run(findTool(tool) ?? tool, [...login(node), ...args], { env: home(), timeoutMs: 120_000 })
}

/** `ipmiconsole`, which wants a terminal. */
export function ipmiconsole(node: NodeAddress, ...args: string[]): Child {
  return startInTerminal(findTool('ipmiconsole') ?? 'ipmiconsole', [...login(node), ...args], { env: home() })
}

function login({ host, user, password }: NodeAddress): string[] {
  return ['-h', host, '-u', user, '-p', password]
}

/** FreeIPMI keeps caches in the home folder: a new one for each run, so that no run sees another's. */
function home(): Record<string, string> {
  return { HOME: tempFolder() }
}

import { ipmitoolHome } from './ipmitool-home.ts'
import type { NodeAddress } from './node.ts'
import { type Child, type Finished, run } from './process.ts'
import { startInTerminal } from './terminal.ts'

/**
 * `ipmitool -I lanplus` as a user types it: no -C, no workaround flag. It is only more patient than by itself (-N 1): what it asks again, a BMC
 * does again, and an event, say, would be in the log twice where one of the two was not run for a second.
 */
export function ipmitool(node: NodeAddress, ...args: string[]): Promise<Finished> {
  return run('ipmitool', [...login(node), '-N', '5', ...args], { env: { HOME: ipmitoolHome() }, timeoutMs: 120_000 })
}

/** The same for a command that must succeed; its standard output. */
export async function ipmitoolOk(node: NodeAddress, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await ipmitool(node, ...args)
  if (code !== 0) throw new Error(`ipmitool ${args.join(' ')} ended with ${code}\n${stdout}${stderr}`)
  return stdout
}

/** A long-running `ipmitool`, on a terminal: `sol activate`. */
export function ipmitoolInTerminal(node: NodeAddress, ...args: string[]): Child {
  return startInTerminal('ipmitool', [...login(node), ...args])
}

function login({ host, port, user, password }: NodeAddress): string[] {
  return ['-I', 'lanplus', '-H', host, '-p', String(port ?? 623), '-U', user, '-P', password]
}

import type { MadeOf } from '../base/ledger.ts'
import { type IpCommand, isThere, linkState } from './ip-command.ts'

/** Takes away what was added to the interfaces of this machine. What is not there any more is no mistake. */

/** What the interface of a VLAN, `eth0.42`, carries as its alias where it goes with the last address on it. */
export const MARK = 'made by bmcsim'

/** Its routes go with it, and so does the interface of its VLAN, unless another BMC is in that. */
export async function removeAddress(ip: IpCommand, made: Pick<MadeOf<'address'>, 'address' | 'interface' | 'in'>) {
  const { address, interface: device } = made
  const there = inNamespace(ip, made.in)
  if (!(await isThere(there, device))) return
  const before = await linkState(there, device)
  if (before.addresses.includes(address)) await there('address', 'del', `${address}/32`, 'dev', device)
  const { mark, addresses } = await linkState(there, device)
  if (/\.\d+$/.test(device) && mark === MARK && addresses.length === 0) await there('link', 'del', 'dev', device)
}

export async function removeInterface(
  ip: IpCommand,
  { name, in: namespace }: Pick<MadeOf<'interface'>, 'name' | 'in'>,
) {
  const there = inNamespace(ip, namespace)
  if (await isThere(there, name)) await there('link', 'del', 'dev', name)
}

function inNamespace(ip: IpCommand, namespace: string | undefined): IpCommand {
  return namespace === undefined ? ip : (...args) => ip('-n', namespace, ...args)
}

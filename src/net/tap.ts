import { interfaceFacts } from './bridge/interface-facts.ts'
import type { IpCommand } from './ip-command.ts'
import { highMac, mustBeBridge } from './namespace.ts'

/**
 * Plugs a VM's tap into a bridge of this machine. The VM has made the tap and it goes with the VM, so there is nothing to
 * take away, also after a `kill -9`. Rejects with a BmcError.
 */
export async function plugTap(ip: IpCommand, tap: string, bridge: string, owner: string): Promise<void> {
  await mustBeBridge(ip, bridge)
  const mtu = (await interfaceFacts(ip, bridge))?.mtu
  await ip('link', 'set', 'dev', tap, 'addrgenmode', 'none')
  await ip('link', 'set', 'dev', tap, 'address', highMac(tap))
  await ip('link', 'set', 'dev', tap, 'alias', `bmcsim: NIC of ${owner}`)
  // A frame that one port could not carry would be lost in the bridge without a word.
  await ip('link', 'set', 'dev', tap, 'mtu', String(mtu))
  await ip('link', 'set', 'dev', tap, 'master', bridge, 'up')
}

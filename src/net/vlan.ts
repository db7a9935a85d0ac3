import { BmcError, messageOf } from '../base/errors.ts'
import type { IpCommand } from './ip-command.ts'

/** `port` becomes the interface of a VLAN (IEEE 802.1Q) of `device`. Rejects with a BmcError. */
export async function addVlan(
  ip: IpCommand,
  { device, port, vlan }: { readonly device: string; readonly port: string; readonly vlan: number },
): Promise<void> {
  try {
    await ip('link', 'add', 'link', device, 'name', port, 'type', 'vlan', 'id', String(vlan))
  } catch (error) {
    const why = 'VLANs need 8021q in the kernel (modprobe 8021q)'
    throw new BmcError('wrong-state', `VLAN ${vlan} cannot be had: ${messageOf(error)}; ${why}`, { cause: error })
  }
}

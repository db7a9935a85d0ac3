import { networkInterfaces } from 'node:os'
import { BmcError } from '../base/errors.ts'
import { prefixOfMask } from '../base/ipv4.ts'
import type { Network, Place } from './network.ts'

/** The addresses that this machine has anyway, loopback among them: the BMC moves to one of them, and nothing is changed. */
export const hostNetwork: Network = {
  async check({ vlan }: Place) {
    if (vlan === undefined) return
    throw new BmcError(
      'not-supported',
      `VLAN ${vlan}: the addresses are the host's, and so are their VLANs. Give the BMC "network: alias" in the lab file`,
    )
  },
  async claim() {},
  async release() {},
  async announce() {},
  prefixOf(address) {
    const all = Object.values(networkInterfaces()).flatMap((infos) => infos ?? [])
    const own = all.find((info) => info.address === address)
    return own?.family === 'IPv4' ? prefixOfMask(own.netmask) : undefined
  },
  async tidy() {},
  async close() {},
}

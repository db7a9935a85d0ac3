import { BmcError } from '../../base/errors.ts'
import { type LanSettings, NO_ADDRESS } from '../../bmc/lan/lan-card.ts'
import type { LanChannelConfig } from '../../config/config.ts'
import type { Network } from '../../net/network.ts'
import type { LanLease } from './lan-lease.ts'
import { isAbsent, tryPort } from './try-port.ts'

/** What a channel is now, as far as it decides what can be wished. */
export interface LanState {
  readonly config: LanChannelConfig
  readonly network: Network
  readonly lease: LanLease | undefined
  readonly port: number
  /** No IPv4 address is answered. */
  readonly homeless: boolean
  readonly everywhere: boolean
  /** At the wished address. */
  readonly answering: boolean
}

/** Rejects with a BmcError where the settings cannot be had, as far as that shows before anything is changed. */
export async function checkWish(wish: LanSettings, state: LanState): Promise<void> {
  const { address, source, vlan } = wish
  const { config, network, lease, everywhere } = state
  if (lease !== undefined && source === 'dhcp') {
    if (vlan !== undefined) throw new BmcError('not-supported', 'DHCP in a VLAN; turn one of the two off first')
    await lease.check()
    return
  }
  // The client that takes DHCP away where no server answered has no address to say yet.
  if (lease !== undefined && state.homeless && address === NO_ADDRESS) return
  if (config.lanConfigProgram === undefined && (source === 'dhcp' || source === 'other')) {
    const advice = lease === undefined ? ', or give the BMC "network: namespace" in the lab file' : ''
    throw new BmcError(
      'not-supported',
      `address source ${source}: this BMC has no such client; set an address (static)${advice}`,
    )
  }
  if (address === NO_ADDRESS && !everywhere) {
    throw new BmcError('invalid-field', `${address} is no address to answer on`)
  }
  if (address === NO_ADDRESS && vlan === undefined) return
  await network.check({ ...wish })
  // Nobody else has sockets where the card is the BMC's own.
  if (state.answering || network.own !== undefined) return
  try {
    await tryPort(address, everywhere ? 0 : state.port)
  } catch (error) {
    // Not there yet: it will be added.
    if (config.alias !== undefined && error instanceof BmcError && isAbsent(error)) return
    throw error
  }
}

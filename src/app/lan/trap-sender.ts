import { BmcError } from '../../base/errors.ts'
import type { SendTrap } from '../../bmc/pef/alerts.ts'
import { sendTrap } from '../../lan/snmp-trap.ts'
import type { LanDoors } from './lan-doors.ts'

/** Sends traps from where the BMC answers: from its own network card, where it has one, and never from the host's. */
export function trapSender(lan: readonly LanDoors[]): SendTrap {
  return async (trap) => {
    const doors = lan.find((each) => each.present().address === trap.from)
    if (trap.from === undefined && doors?.openSocket !== undefined) {
      throw new BmcError('wrong-state', 'no DHCP server has given the BMC an address to send from')
    }
    await sendTrap(trap, doors?.openSocket)
  }
}

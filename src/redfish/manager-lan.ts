import { isHostAddress, prefixOfMask } from '../base/ipv4.ts'
import type { LanConfiguration, LanWish } from '../bmc/lan/lan-configuration.ts'
import { about, fault, RedfishError } from './faults.ts'
import { anything, flag, type Given, listOf, members, text } from './fields.ts'
import { type Body, isBody } from './request.ts'

/** What can be written of a BMC's network interface. It goes together: an address is never tried with another one's mask. */
export const lanFields = {
  DHCPv4: members({ DHCPEnabled: flag }),
  IPv4StaticAddresses: listOf({ Address: text, SubnetMask: anything, Gateway: text }),
  VLAN: anything,
  MACAddress: text,
}

/** The LAN parameters of IPMI (§23.2) by Redfish's names. Resolves when the BMC is there. */
export async function changeLan(lan: LanConfiguration, given: Given<typeof lanFields>): Promise<void> {
  const { DHCPv4, IPv4StaticAddresses: addresses, VLAN, MACAddress } = given
  const dhcp = DHCPv4?.DHCPEnabled ?? lan.source === 'dhcp'
  if (addresses !== undefined && addresses.length > 0 && dhcp) throw conflict('IPv4StaticAddresses', 'DHCPv4')
  const wish: LanWish = {
    ...(DHCPv4?.DHCPEnabled !== undefined && { source: DHCPv4.DHCPEnabled ? 'dhcp' : 'static' }),
    ...(addresses !== undefined && addressOf(addresses, dhcp)),
    ...(VLAN !== undefined && { vlan: vlanOf(VLAN, lan.settings.vlan) }),
    ...(MACAddress !== undefined && {
      mac: Uint8Array.from(MACAddress.split(/[:-]/), (part) => Number.parseInt(part, 16)),
    }),
  }
  await lan.change(wish)
}

function addressOf(
  addresses: readonly Body[],
  dhcp: boolean,
): Pick<LanWish, 'source' | 'address' | 'mask' | 'gateway'> {
  const at = '/IPv4StaticAddresses'
  const [only] = addresses
  if (addresses.length > 1) throw wrong(at, fault('ArraySizeTooLong', 'IPv4StaticAddresses', 1))
  if (only === undefined) {
    if (dhcp) return {}
    throw wrong(at, fault('ArraySizeTooShort', 'IPv4StaticAddresses', 1))
  }
  const { Address: address, SubnetMask: mask, Gateway: gateway } = only
  const where = `${at}/0`
  if (typeof address !== 'string' || !isHostAddress(address)) {
    throw wrong(`${where}/Address`, fault('PropertyValueFormatError', String(address), 'Address'))
  }
  if (mask !== undefined && (typeof mask !== 'string' || prefixOfMask(mask) === undefined)) {
    throw wrong(`${where}/SubnetMask`, fault('PropertyValueFormatError', String(mask), 'SubnetMask'))
  }
  return {
    source: 'static',
    address,
    ...(typeof mask === 'string' && { mask }),
    ...(typeof gateway === 'string' && { gateway }),
  }
}

const FIRST_VLAN = 1
const LAST_VLAN = 4094

/** Undefined: none. */
function vlanOf(given: unknown, now: number | undefined): number | undefined {
  const { VLANEnable: enable = now !== undefined, VLANId: id = now, ...more } = isBody(given) ? given : { no: given }
  const [unknown] = Object.keys(more)
  if (unknown !== undefined) throw wrong(`/VLAN/${unknown}`, fault('PropertyUnknown', unknown))
  if (typeof enable !== 'boolean') {
    throw wrong('/VLAN/VLANEnable', fault('PropertyValueTypeError', String(enable), 'VLANEnable'))
  }
  if (!enable) return undefined
  if (typeof id !== 'number' || !Number.isInteger(id)) {
    throw wrong('/VLAN/VLANId', fault('PropertyValueTypeError', String(id), 'VLANId'))
  }
  if (id < FIRST_VLAN || id > LAST_VLAN) {
    throw wrong('/VLAN/VLANId', fault('PropertyValueOutOfRange', String(id), 'VLANId'))
  }
  return id
}

function conflict(name: string, other: string): RedfishError {
  return wrong(`/${name}`, fault('PropertyValueConflict', name, other))
}

function wrong(pointer: string, one: ReturnType<typeof fault>): RedfishError {
  return new RedfishError(400, [about(pointer, one)])
}

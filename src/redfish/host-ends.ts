import { hostNetwork } from '../machine/host-interface.ts'
import { about, fault, RedfishError } from './faults.ts'
import { hostNameOf } from './host-name.ts'
import { link, managerPath } from './links.ts'
import type { RedfishNode } from './node.ts'
import { partId } from './part-id.ts'
import type { Body } from './request.ts'
import { segmentOf } from './uri.ts'

/** The Id of a BMC's only host interface. */
export const HOST_INTERFACE = '1'

export function hostInterfacePath(node: RedfishNode): string {
  return `${managerPath(node)}/HostInterfaces/${HOST_INTERFACE}`
}

/** The BMC's end is one more of its network interfaces, behind its LAN channels; undefined: there is none. */
export function bmcEndId(node: RedfishNode): string | undefined {
  const { hostInterface, channels } = node.bmc
  return hostInterface && partId(node, 'managerNic', channels.lan.length + 1)
}

export function bmcEndPath(node: RedfishNode): string {
  return `${managerPath(node)}/EthernetInterfaces/${segmentOf(bmcEndId(node) ?? '')}`
}

/** An EthernetInterface. */
export function bmcEnd(node: RedfishNode): Body {
  const enabled = node.bmc.hostInterface?.enabled === true
  const mac = node.bmc.machine.inventory?.().hostNic?.bmcMac.toUpperCase()
  const { service: Address, mask: SubnetMask } = hostNetwork
  return {
    Name: 'Host interface of the BMC',
    Description: 'The end of the host interface that is not in the machine',
    InterfaceEnabled: enabled,
    LinkStatus: enabled && node.bmc.power.state === 'on' ? 'LinkUp' : 'LinkDown',
    Status: { State: enabled ? 'Enabled' : 'Disabled', Health: 'OK' },
    ...(mac !== undefined && { MACAddress: mac, PermanentMACAddress: mac }),
    HostName: hostNameOf(node),
    FQDN: hostNameOf(node),
    DHCPv4: { DHCPEnabled: false },
    IPv4Addresses: [{ Address, SubnetMask, AddressOrigin: 'Static' }],
    IPv6Addresses: [],
    NameServers: [],
    StaticNameServers: [],
    VLAN: { VLANEnable: false },
    Links: { HostInterface: link(hostInterfacePath(node)) },
  }
}

/** Its address is in the machine's firmware. */
export function bmcEndStays(given: Body): never {
  throw new RedfishError(
    400,
    Object.keys(given).map((name) => about(`/${name}`, fault('PropertyNotWritable', name))),
  )
}

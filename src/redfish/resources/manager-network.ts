import { hex } from '../../base/bytes.ts'
import { NO_ADDRESS } from '../../bmc/lan/lan-card.ts'
import type { LanConfiguration } from '../../bmc/lan/lan-configuration.ts'
import { flag, members, text } from '../fields.ts'
import { bmcEnd, bmcEndId, bmcEndStays } from '../host-ends.ts'
import { hostNameOf, setHostName } from '../host-name.ts'
import { link, ROOT } from '../links.ts'
import { changeLan, lanFields } from '../manager-lan.ts'
import { networkTimeFields, networkTimeOf, setNetworkTime } from '../network-time.ts'
import type { RedfishNode } from '../node.ts'
import { partId } from '../part-id.ts'
import { change, collection, resource, write } from '../resource.ts'
import { nodeOfManager } from '../service-parts.ts'
import { NOTIFY_SECONDS, NOTIFY_TTL, SSDP_PORT } from '../ssdp.ts'
import { certificatesPath } from './certificates.ts'

const PATH = `${ROOT}/Managers/{manager}`

export const managerInterfaces = collection<RedfishNode>({
  path: `${PATH}/EthernetInterfaces`,
  type: 'EthernetInterfaceCollection',
  name: 'Network interfaces of the BMC',
  find: (service, { manager }) => nodeOfManager(service, manager),
  members(node) {
    const lan = node.bmc.channels.lan.map((_, i) => partId(node, 'managerNic', i + 1))
    return [...lan, bmcEndId(node)].filter((id) => id !== undefined)
  },
})

interface Interface {
  readonly node: RedfishNode
  /** Undefined: it is the BMC's end of the host interface. */
  readonly lan: LanConfiguration | undefined
}

export const managerInterface = resource<Interface>({
  path: `${PATH}/EthernetInterfaces/{interface}`,
  type: 'EthernetInterface',
  find(service, { manager, interface: id }) {
    const node = nodeOfManager(service, manager)
    if (node !== undefined && bmcEndId(node) === id) return { node, lan: undefined }
    const channel = node?.bmc.channels.lan.find((_, i) => partId(node, 'managerNic', i + 1) === id)
    const lan = channel && node?.bmc.lanConfiguration(channel.number)
    return node && lan && { node, lan }
  },
  get({ node, lan }) {
    if (lan === undefined) return bmcEnd(node)
    const { settings, mac } = lan
    const address = lan.presentAddress ?? settings.address
    const there = address !== NO_ADDRESS
    const origin = settings.source === 'dhcp' ? 'DHCP' : 'Static'
    const ipv4 = {
      Address: address,
      SubnetMask: maskOf(settings.prefix),
      AddressOrigin: origin,
      Gateway: settings.gateway,
    }
    return {
      Name: 'LAN channel of the BMC',
      Description: 'Where the BMC answers IPMI and Redfish',
      InterfaceEnabled: true,
      LinkStatus: 'LinkUp',
      Status: { State: 'Enabled', Health: 'OK' },
      MACAddress: hex(mac, ':'),
      PermanentMACAddress: hex(mac, ':'),
      SpeedMbps: 1000,
      AutoNeg: true,
      FullDuplex: true,
      HostName: hostNameOf(node),
      FQDN: hostNameOf(node),
      DHCPv4: { DHCPEnabled: settings.source === 'dhcp' },
      IPv4Addresses: there ? [ipv4] : [],
      IPv4StaticAddresses: there && settings.source !== 'dhcp' ? [withoutOrigin(ipv4)] : [],
      IPv6Addresses: lan.ipv6.map(({ address, prefix }) => ({
        Address: address,
        PrefixLength: prefix,
        AddressOrigin: 'Static',
        AddressState: 'Preferred',
      })),
      NameServers: [],
      StaticNameServers: [],
      VLAN: { VLANEnable: settings.vlan !== undefined, ...(settings.vlan !== undefined && { VLANId: settings.vlan }) },
    }
  },
  patch: { HostName: write(text, ({ node }, name) => setHostName(node, name)) },
  change: change(lanFields, ({ lan }, given) => (lan ? changeLan(lan, given) : bmcEndStays(given))),
})

function withoutOrigin({ Address, SubnetMask, Gateway }: { Address: string; SubnetMask: string; Gateway: string }) {
  return { Address, SubnetMask, Gateway }
}

function maskOf(prefix: number): string {
  const bits = prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 0xff).join('.')
}

export const networkProtocol = resource<RedfishNode>({
  path: `${PATH}/NetworkProtocol`,
  type: 'ManagerNetworkProtocol',
  find: (service, { manager }) => nodeOfManager(service, manager),
  get(node) {
    const { https, http, ipmi, ssdp } = node.doors()
    return {
      Name: 'Network protocols of the BMC',
      Description: 'What the BMC answers on its network interface',
      Status: { State: 'Enabled', Health: 'OK' },
      HostName: hostNameOf(node),
      FQDN: hostNameOf(node),
      HTTP: { ProtocolEnabled: http !== undefined, Port: http ?? 80 },
      HTTPS: {
        ProtocolEnabled: https !== undefined,
        Port: https ?? 443,
        ...(node.https && { Certificates: link(certificatesPath(node)) }),
      },
      IPMI: { ProtocolEnabled: ipmi !== undefined && node.bmc.lanEnabled, Port: ipmi ?? 623 },
      SSH: { ProtocolEnabled: false, Port: 22 },
      Telnet: { ProtocolEnabled: false, Port: 23 },
      SNMP: { ProtocolEnabled: false, Port: 161 },
      NTP: networkTimeOf(node),
      SSDP: {
        ProtocolEnabled: ssdp,
        Port: SSDP_PORT,
        NotifyMulticastIntervalSeconds: NOTIFY_SECONDS,
        NotifyTTL: NOTIFY_TTL,
      },
      KVMIP: { ProtocolEnabled: false },
      VirtualMedia: { ProtocolEnabled: node.bmc.media.slots.length > 0 },
    }
  },
  patch: {
    IPMI: write(members({ ProtocolEnabled: flag }), ({ bmc }, { ProtocolEnabled: enabled }) => {
      if (enabled !== undefined) bmc.enableLan(enabled)
    }),
    NTP: write(members(networkTimeFields), setNetworkTime),
  },
})

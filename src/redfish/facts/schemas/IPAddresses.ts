// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const IPAddresses: SchemaFacts = {
  version: 'v1_1_5',
  types: {
    IPv4Address: {
      Address: 'string write null pattern:^(?:[0-9]{1,3}\\.){3}[0-9]{1,3}$',
      AddressOrigin: 'any null',
      Gateway: 'string write null pattern:^(?:[0-9]{1,3}\\.){3}[0-9]{1,3}$',
      Oem: 'open',
      SubnetMask: 'any write null',
    },
    IPv6Address: {
      Address: 'string write null',
      AddressOrigin: 'any null',
      AddressState: 'any null',
      Oem: 'open',
      PrefixLength: 'any null',
    },
    IPv6GatewayStaticAddress: {
      Address: 'string write required null +v1_1_0',
      Oem: 'open +v1_1_0',
      PrefixLength: 'any write null +v1_1_0',
    },
    IPv6StaticAddress: { Address: 'string write required null', Oem: 'open', PrefixLength: 'any write required null' },
  },
  enums: {
    AddressState: 'Preferred Deprecated Tentative Failed',
    IPv4AddressOrigin: 'Static DHCP BOOTP IPv4LinkLocal',
    IPv6AddressOrigin: 'Static DHCPv6 LinkLocal SLAAC',
  },
}

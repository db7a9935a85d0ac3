// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const HostInterface: SchemaFacts = {
  version: 'v1_3_3',
  uris: ['/redfish/v1/Managers/{ManagerId}/HostInterfaces/{HostInterfaceId}'],
  allows: 'updatable',
  types: {
    HostInterface: {
      AuthNoneRoleId: 'string write +v1_2_0',
      AuthenticationModes: '[]enum:HostInterface.AuthenticationMode write',
      CredentialBootstrapping: 'object:HostInterface.CredentialBootstrapping +v1_3_0',
      Description: 'string null',
      ExternallyAccessible: 'boolean null',
      FirmwareAuthEnabled: 'boolean write null -v1_3_0',
      FirmwareAuthRoleId: 'string write -v1_3_0',
      HostEthernetInterfaces: 'link',
      HostInterfaceType: 'enum:HostInterface.HostInterfaceType null',
      Id: 'string required',
      InterfaceEnabled: 'boolean write null',
      KernelAuthEnabled: 'boolean write null -v1_3_0',
      KernelAuthRoleId: 'string write -v1_3_0',
      Links: 'object:HostInterface.Links',
      ManagerEthernetInterface: 'link',
      Name: 'string required',
      NetworkProtocol: 'link',
      Oem: 'open',
      Status: 'object:Resource.Status',
    },
    CredentialBootstrapping: {
      EnableAfterReset: 'boolean write null +v1_3_0',
      Enabled: 'boolean write null +v1_3_0',
      RoleId: 'string write +v1_3_0',
    },
    Links: {
      AuthNoneRole: 'link +v1_2_0',
      ComputerSystems: '[]link',
      CredentialBootstrappingRole: 'link +v1_3_0',
      FirmwareAuthRole: 'link -v1_3_0',
      KernelAuthRole: 'link -v1_3_0',
      Oem: 'open',
    },
  },
  enums: {
    AuthenticationMode: 'AuthNone BasicAuth RedfishSessionAuth OemAuth',
    HostInterfaceType: 'NetworkHostInterface',
  },
}

// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const Bios: SchemaFacts = {
  version: 'v1_2_3',
  uris: [
    '/redfish/v1/Systems/{ComputerSystemId}/Bios',
    '/redfish/v1/CompositionService/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/Bios',
    '/redfish/v1/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/Bios',
  ],
  allows: 'updatable',
  types: {
    Bios: {
      AttributeRegistry: 'string null',
      Attributes: 'open',
      Description: 'string null',
      Id: 'string required',
      Links: 'object:Bios.Links +v1_1_0',
      Name: 'string required',
      Oem: 'open',
      ResetBiosToDefaultsPending: 'boolean null +v1_2_0',
    },
    Attributes: {},
    Links: { ActiveSoftwareImage: 'link write +v1_1_0', Oem: 'open', SoftwareImages: '[]link +v1_1_0' },
  },
  actions: {
    ChangePassword: { NewPassword: 'string required', OldPassword: 'string required', PasswordName: 'string required' },
    ResetBios: {},
  },
}

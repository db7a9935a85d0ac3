// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const PCIeSlots: SchemaFacts = {
  version: 'v1_6_1',
  uris: ['/redfish/v1/Chassis/{ChassisId}/PCIeSlots'],
  allows: 'updatable',
  types: {
    PCIeSlots: {
      Description: 'string null',
      Id: 'string required',
      Name: 'string required',
      Oem: 'open',
      Slots: '[]object:PCIeSlots.PCIeSlot',
    },
    PCIeLinks: { Oem: 'open', PCIeDevice: '[]link', Processors: '[]link +v1_5_0' },
    PCIeSlot: {
      HotPluggable: 'boolean null +v1_1_0',
      Lanes: 'integer null max:32',
      Links: 'object:PCIeSlots.PCIeLinks',
      Location: 'object:Resource.Location',
      LocationIndicatorActive: 'boolean write null +v1_4_0',
      Oem: 'open',
      PCIeType: 'enum:PCIeDevice.PCIeTypes null',
      SlotType: 'enum:PCIeSlots.SlotTypes null',
      Status: 'object:Resource.Status',
    },
  },
  enums: {
    SlotTypes: 'FullLength HalfLength LowProfile Mini M2 OEM OCP3Small OCP3Large U2',
  },
}

// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const Facility: SchemaFacts = {
  version: 'v1_4_2',
  uris: ['/redfish/v1/Facilities/{FacilityId}'],
  allows: 'updatable deletable',
  types: {
    Facility: {
      AmbientMetrics: 'link +v1_1_0',
      Description: 'string null',
      EnvironmentMetrics: 'link +v1_1_0',
      FacilityType: 'enum:Facility.FacilityType required',
      Id: 'string required',
      Links: 'object:Facility.Links',
      Location: 'object:Resource.Location',
      Name: 'string required',
      Oem: 'open',
      PowerDomains: 'link',
      Status: 'object:Resource.Status',
    },
    Links: {
      CDUs: '[]link write +v1_4_0',
      ContainedByFacility: 'link write',
      ContainsChassis: '[]link write',
      ContainsFacilities: '[]link write',
      CoolingLoops: '[]link write +v1_4_0',
      ElectricalBuses: '[]link write +v1_3_0',
      FloorPDUs: '[]link write',
      ImmersionUnits: '[]link write +v1_4_0',
      ManagedBy: '[]link',
      Oem: 'open',
      PowerShelves: '[]link write +v1_2_0',
      RackPDUs: '[]link write',
      Switchgear: '[]link write',
      TransferSwitches: '[]link write',
    },
  },
  enums: {
    FacilityType: 'Room Floor Building Site',
  },
}

// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const SoftwareInventory: SchemaFacts = {
  version: 'v1_13_0',
  uris: [
    '/redfish/v1/UpdateService/SoftwareInventory/{SoftwareInventoryId}',
    '/redfish/v1/UpdateService/FirmwareInventory/{SoftwareInventoryId}',
    '/redfish/v1/UpdateService/LocalImageStore/{SoftwareInventoryId}',
  ],
  allows: 'updatable deletable',
  types: {
    AdditionalVersions: {
      BootParameters: 'string null +v1_11_0',
      Bootloader: 'string null +v1_7_0',
      FactoryConfiguration: 'string null +v1_11_0',
      Kernel: 'string null +v1_7_0',
      Microcode: 'string null +v1_7_0',
      OSDistribution: 'string null +v1_8_0',
      Oem: 'open +v1_7_0',
    },
    MeasurementBlock: {
      Measurement: 'string null +v1_4_0 pattern:^[0-9a-fA-F]+$',
      MeasurementIndex: 'integer null +v1_5_0',
      MeasurementSize: 'integer null +v1_4_0',
      MeasurementSpecification: 'integer null +v1_4_0',
    },
    SoftwareInventory: {
      Active: 'boolean null +v1_12_0',
      AdditionalVersions: 'object:SoftwareInventory.AdditionalVersions +v1_7_0',
      AssociatedPhysicalContext: 'enum:PhysicalContext.PhysicalContext +v1_10_0',
      Description: 'string null',
      Id: 'string required',
      ImageDataURI: 'string null +v1_13_0 format:uri-reference',
      Links: 'object:SoftwareInventory.Links +v1_12_0',
      LowestSupportedVersion: 'string null +v1_1_0',
      Manufacturer: 'string null +v1_2_0',
      Measurement: 'object:SoftwareInventory.MeasurementBlock +v1_4_0 -v1_6_0',
      Name: 'string required',
      Oem: 'open',
      RelatedItem: '[]link +v1_1_0',
      ReleaseDate: 'string null +v1_2_0 format:date-time',
      ReleaseType: 'enum:SoftwareInventory.ReleaseType null +v1_10_0',
      ResetRequiredOnUpdate: 'boolean null +v1_12_0',
      SizeBytes: 'integer null +v1_13_0',
      SoftwareId: 'string +v1_1_0',
      Staged: 'boolean null +v1_12_0',
      Status: 'object:Resource.Status',
      UefiDevicePaths: '[]string null +v1_1_0',
      Updateable: 'boolean null',
      Version: 'string null',
      VersionScheme: 'enum:SoftwareInventory.VersionScheme null +v1_9_0',
      WriteProtected: 'boolean write null +v1_3_0',
    },
    Links: { ActiveTargets: '[]link +v1_12_0', StagedTargets: '[]link +v1_12_0' },
  },
  enums: {
    ReleaseType: 'Production Prototype Other',
    VersionScheme: 'SemVer DotIntegerNotation OEM',
  },
  actions: {
    Activate: { Targets: '[]link' },
  },
}

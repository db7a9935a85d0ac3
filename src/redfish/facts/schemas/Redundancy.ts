// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const Redundancy: SchemaFacts = {
  version: 'v1_7_0',
  types: {
    Redundancy: {
      ActiveRedundancySet: '[]link +v1_6_0',
      MaxNumSupported: 'integer null',
      MemberId: 'string required',
      MinNumNeeded: 'integer required null',
      MinNumNeededForFaultTolerance: 'integer null +v1_7_0',
      Mode: 'enum:Redundancy.RedundancyMode write required null',
      Name: 'string required',
      Oem: 'open',
      RedundancyEnabled: 'boolean write null +v1_1_0',
      RedundancySet: '[]link required',
      Status: 'object:Resource.Status required',
    },
    RedundantGroup: {
      ActiveRedundancyGroup: '[]link +v1_6_0',
      GroupName: 'string +v1_5_0',
      MaxSupportedInGroup: 'integer null +v1_4_0',
      MinNeededForFaultTolerance: 'integer null +v1_7_0',
      MinNeededInGroup: 'integer required null +v1_4_0',
      RedundancyGroup: '[]link required +v1_4_0',
      RedundancyType: 'enum:Redundancy.RedundancyType write required null +v1_4_0',
      Status: 'object:Resource.Status required +v1_4_0',
    },
  },
  enums: {
    RedundancyMode: 'Failover N+m Sharing Sparing NotRedundant',
    RedundancyType: 'Failover NPlusM Sharing Sparing NotRedundant',
  },
}

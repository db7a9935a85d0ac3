// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const TaskService: SchemaFacts = {
  version: 'v1_3_0',
  uris: ['/redfish/v1/TaskService'],
  allows: 'updatable',
  types: {
    TaskService: {
      CompletedTaskOverWritePolicy: 'enum:TaskService.OverWritePolicy',
      DateTime: 'string null format:date-time',
      Description: 'string null',
      Id: 'string required',
      LifeCycleEventOnTaskStateChange: 'boolean',
      Name: 'string required',
      Oem: 'open',
      ServiceEnabled: 'boolean write null',
      Status: 'object:Resource.Status',
      TaskAutoDeleteTimeoutMinutes: 'integer write +v1_2_0 min:1',
      TaskMonitorAutoExpirySeconds: 'integer write null +v1_3_0 min:0',
      Tasks: 'link',
    },
  },
  enums: {
    OverWritePolicy: 'Manual Oldest',
  },
  actions: {
    DeleteAllCompletedTasks: {},
  },
}

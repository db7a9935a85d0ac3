// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const TaskCollection: SchemaFacts = {
  uris: ['/redfish/v1/TaskService/Tasks', '/redfish/v1/TaskService/Tasks/{TaskId}/SubTasks'],
  types: {
    TaskCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}

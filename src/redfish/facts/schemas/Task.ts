// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const Task: SchemaFacts = {
  version: 'v1_7_4',
  uris: ['/redfish/v1/TaskService/Tasks/{TaskId}', '/redfish/v1/TaskService/Tasks/{TaskId}/SubTasks/{TaskId2}'],
  allows: 'deletable',
  types: {
    Task: {
      Description: 'string null',
      EndTime: 'string format:date-time',
      EstimatedDuration: 'string null +v1_6_0 pattern:^P(\\d+D)?(T(\\d+H)?(\\d+M)?(\\d+(.\\d+)?S)?)?$',
      HidePayload: 'boolean +v1_3_0',
      Id: 'string required',
      Links: 'object:Task.Links +v1_7_0',
      Messages: '[]object:Message.Message',
      Name: 'string required',
      Oem: 'open',
      Payload: 'object:Task.Payload +v1_3_0',
      PercentComplete: 'integer null +v1_4_0 min:0 max:100',
      StartTime: 'string format:date-time',
      SubTasks: 'link +v1_5_0',
      TaskMonitor: 'string +v1_2_0 format:uri-reference',
      TaskState: 'enum:Task.TaskState',
      TaskStatus: 'enum:Resource.Health',
    },
    Links: { CreatedResources: '[]link +v1_7_0', Oem: 'open' },
    Payload: {
      HttpHeaders: '[]string +v1_3_0',
      HttpOperation: 'string +v1_3_0',
      JsonBody: 'string +v1_3_0',
      TargetUri: 'string +v1_3_0 format:uri-reference',
    },
  },
  enums: {
    TaskState: 'New Starting Running Suspended Interrupted Pending Stopping Completed Killed Exception Service Cancelling Cancelled',
  },
}

// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { RegistryFacts } from '../registry-facts.ts'

export const TaskEvent = {
  prefix: 'TaskEvent',
  version: '1.0.5',
  messages: {
    TaskStarted: 'OK s',
    TaskCompletedOK: 'OK s',
    TaskCompletedWarning: 'Warning s',
    TaskAborted: 'Critical s',
    TaskCancelled: 'Warning s',
    TaskRemoved: 'Warning s',
    TaskPaused: 'Warning s',
    TaskResumed: 'OK s',
    TaskProgressChanged: 'OK sn',
  },
} as const satisfies RegistryFacts

import type { TaskEvent } from '../facts/registries/TaskEvent.ts'
import type { Wording } from './base-wording.ts'

const NONE = 'None.'
const LOOK = 'See the messages of the task.'

/** The TaskEvent registry in words of our own; keys and arguments are the DMTF's. */
export const taskEventWording: Readonly<Record<keyof typeof TaskEvent.messages, Wording>> = {
  TaskStarted: ['Task %1 has begun.', NONE],
  TaskCompletedOK: ['Task %1 is done.', NONE],
  TaskCompletedWarning: ['Task %1 is done, with warnings.', LOOK],
  TaskAborted: ['Task %1 has failed.', LOOK],
  TaskCancelled: ['Task %1 was called off.', NONE],
  TaskRemoved: ['Task %1 is gone.', NONE],
  TaskPaused: ['Task %1 waits.', 'Let it go on when that is right.'],
  TaskResumed: ['Task %1 goes on.', NONE],
  TaskProgressChanged: ['%2 percent of task %1 are done.', NONE],
}

import type { EventMessage, Severity } from '../messages/event-message.ts'
import type { Changes } from './changes.ts'

/** Where an event comes from, and how bad it is where its message in general does not say. */
export interface Where {
  readonly path?: string
  /** Path of the log entry that was written of it. */
  readonly logEntry?: string
  readonly severity?: Severity
}

/** Where what is seen goes. */
export interface Told {
  readonly changes: Changes
  tell(message: EventMessage, where: Where): void
}

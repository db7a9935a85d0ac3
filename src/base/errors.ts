/**
 * A failure is named once, where it is understood. Doors translate the reason into their own language
 * (`commands/completion.ts` into completion codes, Redfish into its messages).
 */
export type Reason =
  | 'wrong-state'
  /** That wrong state: the machine is off. */
  | 'powered-off'
  | 'not-supported'
  | 'invalid-field'
  | 'out-of-range'
  | 'not-found'
  | 'forbidden'
  | 'full'
  | 'busy'
  | 'timeout'

/** The caller asked for something that cannot be had; `message` says what and what to do. */
export class BmcError extends Error {
  readonly reason: Reason
  constructor(reason: Reason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'BmcError'
    this.reason = reason
  }
}

/** Something in the surroundings stands in the way (a port in use, a missing program). The CLI prints `message` and leaves with 1. */
export class SetupError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SetupError'
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The errno name of a system error (`EADDRINUSE`), or undefined. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

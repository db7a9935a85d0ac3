import { SetupError } from '../base/errors.ts'

/** What the shell sees; docs/cli.md promises the numbers. */
export const ExitCode = { ok: 0, failure: 1, usage: 2, noLab: 3 } as const

/** The command line asks for something that makes no sense; status 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}

/** There is nothing running to talk to; status 3, so that a script can tell it from a failure. */
export class NoLabError extends SetupError {
  constructor(message: string) {
    super(message)
    this.name = 'NoLabError'
  }
}

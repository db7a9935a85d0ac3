import { DecodeError } from '../base/bytes.ts'
import type { SetInProgress } from '../bmc/set-in-progress.ts'
import { CompletionError, type Requester } from './command.ts'

/** Codes shared by the commands that set LAN, boot and system info parameters (IPMI 2.0 §22.14a, §23.1, §28.12). */
export const parameterCodes = { notSupported: 0x80, setInProgress: 0x81, readOnly: 0x82 } as const

/** And by those that get them. */
export const getParameterCodes = { notSupported: 0x80 } as const

export function parameterNotSupported(number: number): CompletionError {
  return new CompletionError(parameterCodes.notSupported, `parameter ${number} is not supported`)
}

/**
 * A write to parameter 0: begins or ends the set, or asks to commit. A commit leaves the set in progress (§23.1).
 * Returns what the client wants done with the values.
 */
export function writeSetInProgress(lock: SetInProgress, by: Requester, data: Uint8Array): 'begin' | 'commit' | 'end' {
  if (data.length !== 1) throw new DecodeError('length', 'set in progress is one byte')
  switch (data[0] & 0x03) {
    case 0:
      lock.end()
      return 'end'
    case 1:
      if (lock.begin(by.session)) return 'begin'
      throw new CompletionError(parameterCodes.setInProgress, 'another client has a set in progress')
    case 2:
      return 'commit'
    default:
      throw new DecodeError('field', 'set in progress 3 is reserved')
  }
}

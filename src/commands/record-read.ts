import { CompletionCode } from '../ipmi/completion-code.ts'
import { CompletionError } from './command.ts'

/**
 * The most data of one answer. An IPMI 1.5 packet has room for 255 bytes of message (IPMI 2.0 §13.6), KCS drivers for
 * little more; headers and completion code go off that.
 */
export const MOST_READ = 240

/** "From `offset` to the end" (§31.5, §33.12). */
const WHOLE = 0xff

/**
 * A part of a record. Asked for all, it gives all or CAh: pyghmi asks for whole SDRs first and falls back on that code. A
 * count beyond the end gives what there is.
 */
export function partOf(record: Uint8Array, offset: number, count: number): Uint8Array {
  if (offset > record.length) {
    throw new CompletionError(CompletionCode.parameterOutOfRange, `the record has ${record.length} bytes`)
  }
  const part = record.subarray(offset, count === WHOLE ? record.length : offset + count)
  if (part.length <= MOST_READ) return part
  throw new CompletionError(
    CompletionCode.cannotReturnRequestedBytes,
    `${part.length} bytes are too many for one answer`,
  )
}

export function reservationCanceled(): CompletionError {
  return new CompletionError(CompletionCode.reservationCanceled, 'the reservation was canceled; reserve again')
}

/** What Clear SEL and Clear SDR Repository want to see before they erase (§31.9, §33.16). */
export const CLEAR_WORD = 'CLR'
export const clearActions = { status: 0x00, initiate: 0xaa } as const
/** Erasing is done when it is answered. */
export const ERASURE_COMPLETED = 0x01

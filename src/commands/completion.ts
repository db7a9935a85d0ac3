import { DecodeError, type DecodeReason } from '../base/bytes.ts'
import { BmcError, type Reason } from '../base/errors.ts'
import { CompletionCode } from '../ipmi/completion-code.ts'
import { CompletionError } from './command.ts'

/** Every reason in IPMI's words (IPMI 2.0 §5.2, Table 5-2). A new reason does not compile until it stands here. */
const ofReason = {
  'wrong-state': CompletionCode.notSupportedInPresentState,
  'powered-off': CompletionCode.notSupportedInPresentState,
  'not-supported': CompletionCode.subFunctionDisabled,
  'invalid-field': CompletionCode.invalidDataField,
  'out-of-range': CompletionCode.parameterOutOfRange,
  'not-found': CompletionCode.notPresent,
  forbidden: CompletionCode.insufficientPrivilege,
  full: CompletionCode.outOfSpace,
  busy: CompletionCode.nodeBusy,
  timeout: CompletionCode.timeout,
} as const satisfies Record<Reason, number>

const ofDecodeReason = {
  length: CompletionCode.requestLengthInvalid,
  field: CompletionCode.invalidDataField,
  checksum: CompletionCode.invalidDataField,
  format: CompletionCode.invalidDataField,
} as const satisfies Record<DecodeReason, number>

/** The completion code of a failed command, or undefined for a mistake of ours. */
export function completionCodeOf(error: unknown): number | undefined {
  if (error instanceof CompletionError) return error.completionCode
  if (error instanceof BmcError) return ofReason[error.reason]
  if (error instanceof DecodeError) return ofDecodeReason[error.reason]
  return undefined
}

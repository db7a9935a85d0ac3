import type { BmcError, Reason } from '../../base/errors.ts'
import { about, type Fault, fault, RedfishError } from '../faults.ts'

/** What a reason needs to be told: where it happened. */
export interface Place {
  /** Of the resource, of the action, or of the property. */
  readonly name: string
  readonly isProperty?: boolean
  readonly chassis: string
}

interface Translation {
  readonly status: number
  readonly fault: (place: Place) => Fault
}

/**
 * Why the BMC would not, in Redfish's words (IPMI's are in commands/completion.ts). A resource that knows more about what it asked
 * for says so itself.
 */
const translations: Readonly<Record<Reason, Translation>> = {
  'wrong-state': { status: 409, fault: () => fault('OperationFailed') },
  'powered-off': { status: 409, fault: ({ chassis }) => fault('ChassisPowerStateOnRequired', chassis) },
  'not-supported': {
    status: 400,
    fault: ({ name, isProperty }) => fault(isProperty ? 'PropertyValueError' : 'ActionNotSupported', name),
  },
  'invalid-field': { status: 400, fault: ({ name }) => fault('PropertyValueError', name) },
  'out-of-range': { status: 400, fault: ({ name }) => fault('PropertyValueError', name) },
  'not-found': { status: 404, fault: ({ name }) => fault('ResourceNotFound', 'resource', name) },
  forbidden: { status: 403, fault: () => fault('InsufficientPrivilege') },
  full: { status: 507, fault: () => fault('CreateLimitReachedForResource') },
  busy: { status: 503, fault: () => fault('ServiceTemporarilyUnavailable', '5') },
  timeout: { status: 503, fault: () => fault('OperationTimeout') },
}

/** Its own sentence goes with it: it says what and what to do. */
export function refusalOf(error: BmcError, place: Place): RedfishError {
  const { status, fault } = translations[error.reason]
  const said = { ...fault(place), detail: error.message }
  return new RedfishError(
    status,
    [place.isProperty ? about(`/${place.name}`, said) : said],
    status === 503 ? { 'Retry-After': '5' } : {},
  )
}

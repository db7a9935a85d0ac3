import type { ResourceEvent } from '../facts/registries/ResourceEvent.ts'
import type { Wording } from './base-wording.ts'

const NONE = 'None.'
const LOOK = 'See the resource for what is wrong.'

/** The ResourceEvent registry in words of our own; keys and arguments are the DMTF's. */
export const resourceEventWording: Readonly<Record<keyof typeof ResourceEvent.messages, Wording>> = {
  ResourceCreated: ['There is a new resource.', NONE],
  ResourceRemoved: ['A resource is gone.', NONE],
  ResourceErrorsDetected: ["%1 has errors of the type '%2'.", LOOK],
  ResourceErrorsCorrected: ["%1 has no more errors of the type '%2'.", NONE],
  ResourceErrorThresholdExceeded: ['%1 has crossed the error threshold %2.', LOOK],
  ResourceErrorThresholdCleared: ['%1 is back from the error threshold %2.', NONE],
  ResourceWarningThresholdExceeded: ['%1 has crossed the warning threshold %2.', LOOK],
  ResourceWarningThresholdCleared: ['%1 is back from the warning threshold %2.', NONE],
  ResourceStatusChangedOK: ["The health of '%1' is %2 now.", NONE],
  ResourceStatusChangedWarning: ["The health of '%1' is %2 now.", LOOK],
  ResourceStatusChangedCritical: ["The health of '%1' is %2 now.", LOOK],
  ResourceStateChanged: ["The state of '%1' is %2 now.", NONE],
  ResourcePoweredOn: ["'%1' is on.", NONE],
  ResourcePoweringOn: ["'%1' is being switched on.", NONE],
  ResourcePoweredOff: ["'%1' is off.", NONE],
  ResourcePoweringOff: ["'%1' is being switched off.", NONE],
  ResourcePaused: ["'%1' stands still.", NONE],
  URIForResourceChanged: ['A resource has another URI now.', NONE],
  ResourceChanged: ['A resource has changed.', NONE],
  PropertyValueModifiedByClient: ["A client has set %1 to '%2'.", NONE],
  ResourceVersionIncompatible: ["The version of '%1' does not go with the rest.", 'Install another version.'],
  ResourceSelfTestFailed: ["A self-test failed: '%1'.", LOOK],
  ResourceSelfTestCompleted: ['A self-test is over.', NONE],
  TestMessage: ['This is a test.', NONE],
  AggregationSourceDiscovered: ["A source that speaks %1 was found at '%2'.", NONE],
  LicenseExpired: ["The licence of '%1' has run out: '%2'.", 'Renew it.'],
  LicenseChanged: ["The licence of '%1' has changed: '%2'.", NONE],
  LicenseAdded: ["There is a licence for '%1' now: '%2'.", NONE],
}

// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { RegistryFacts } from '../registry-facts.ts'

export const Update = {
  prefix: 'Update',
  version: '1.3.0',
  messages: {
    TargetDetermined: 'OK ss',
    AllTargetsDetermined: 'OK',
    NoTargetsDetermined: 'OK s',
    UpdateInProgress: 'OK',
    TransferringToComponent: 'OK ss',
    VerifyingAtComponent: 'OK ss',
    InstallingOnComponent: 'OK ss',
    ApplyingOnComponent: 'OK ss',
    TransferFailed: 'Critical ss',
    VerificationFailed: 'Critical ss',
    ApplyFailed: 'Critical ss',
    ActivateFailed: 'Critical ss',
    AwaitToUpdate: 'OK ss',
    AwaitToActivate: 'OK ss',
    UpdateSuccessful: 'OK ss',
    OperationTransitionedToJob: 'OK s',
    UpdateSkipped: 'OK ss',
    UpdateSkippedSameVersion: 'OK ss',
    UpdateSkippedVersionTooLow: 'OK ss',
    UpdateNotApplicable: 'Warning ss',
  },
} as const satisfies RegistryFacts

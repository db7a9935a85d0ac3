import type { Update } from '../facts/registries/Update.ts'
import type { Wording } from './base-wording.ts'

const NONE = 'None.'
const AGAIN = 'Look at the image, and try again.'

/** The Update registry in words of our own; keys and arguments are the DMTF's. */
export const updateWording: Readonly<Record<keyof typeof Update.messages, Wording>> = {
  TargetDetermined: ['%1 is updated with the image %2.', NONE],
  AllTargetsDetermined: ['It is known what the image is for.', NONE],
  NoTargetsDetermined: ['The image %1 is for nothing that is here.', 'Take an image for something that is here.'],
  UpdateInProgress: ['An update is under way.', NONE],
  TransferringToComponent: ['The image %1 is on its way to %2.', NONE],
  VerifyingAtComponent: ['%2 is looking at the image %1.', NONE],
  InstallingOnComponent: ['%2 is installing the image %1.', NONE],
  ApplyingOnComponent: ['%2 is taking up the image %1.', NONE],
  TransferFailed: ['The image %1 did not reach %2.', AGAIN],
  VerificationFailed: ['%2 cannot use the image %1.', AGAIN],
  ApplyFailed: ['%2 could not take up the image %1.', AGAIN],
  ActivateFailed: ['%2 could not begin to use the image %1.', AGAIN],
  AwaitToUpdate: ['%2 waits for something before it takes the image %1.', 'Do what it waits for.'],
  AwaitToActivate: ['%2 waits for something before it uses the image %1.', 'Do what it waits for.'],
  UpdateSuccessful: ['%1 now has the image %2.', NONE],
  OperationTransitionedToJob: ['The update goes on as job %1.', 'See the job.'],
  UpdateSkipped: ['%1 was left as it is; the image was %2.', NONE],
  UpdateSkippedSameVersion: ['%1 has the version of the image %2 already.', NONE],
  UpdateSkippedVersionTooLow: ['%1 has a newer version than the image %2.', NONE],
  UpdateNotApplicable: ['The image %2 is not for %1.', 'Take an image for it.'],
}

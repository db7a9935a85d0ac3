import { BmcError } from '../base/errors.ts'
import type { MediaSlot } from '../bmc/media/media-slot.ts'
import type { MediaImage } from '../bmc/media/media-source.ts'
import { RedfishError, refuse } from './faults.ts'
import { flag, type Given, oneOf, text } from './fields.ts'
import type { SentFile } from './resource.ts'
import type { TaskReport } from './tasks/task.ts'

/** What goes with an image. */
export const imageFields = {
  Image: text,
  Inserted: flag,
  WriteProtected: flag,
  UserName: text,
  Password: text,
  TransferProtocolType: oneOf(['HTTP', 'HTTPS']),
  // An image is always fetched before it is inserted: a client that would rather have it streamed sees no difference but the time.
  TransferMethod: oneOf(['Upload', 'Stream']),
}

/** What goes with a file that is sent along. */
export const uploadOnly = { WriteProtected: flag }

/** Properties that older clients write in place of the actions. */
export const changeFields = { ...imageFields, TransferMethod: oneOf(['Upload']), VerifyCertificate: flag }

type Wanted = Given<typeof imageFields>

/** How a fault is told: of a parameter, or of a property. */
interface Words {
  value(name: string): RedfishError
  conflict(name: string, other: string): RedfishError
}

const asParameters: Words = {
  value: (name) => refuse(400, 'ActionParameterValueError', name, 'VirtualMedia.InsertMedia'),
  conflict: (name, other) => refuse(400, 'ActionParameterValueConflict', name, other),
}

const asProperties: Words = {
  value: (name) => refuse(400, 'PropertyValueError', name),
  conflict: (name, other) => refuse(400, 'PropertyValueConflict', name, other),
}

/** Answers when the guest has it. */
export async function insertImage(
  slot: MediaSlot,
  wanted: Wanted,
  report: TaskReport,
  words = asParameters,
): Promise<void> {
  if (wanted.Inserted === false) throw words.value('Inserted')
  await insert(slot, imageOf(wanted, words), words, report)
}

export async function insertFile(
  slot: MediaSlot,
  { WriteProtected: writeProtected = true }: Given<typeof uploadOnly>,
  { name, content }: SentFile,
  report: TaskReport,
): Promise<void> {
  await insert(slot, { from: 'upload', image: name, writeProtected, content }, asParameters, report)
}

/** `{ Image, Inserted: true }` inserts, `{ Image: null }` or `{ Inserted: false }` ejects, as clients of BMCs without the actions do it. */
export async function changeMedia(
  slot: MediaSlot,
  given: Given<typeof changeFields>,
  report: TaskReport,
): Promise<void> {
  const { VerifyCertificate: verify, Image: image, Inserted: inserted, ...more } = given
  const { state } = slot
  const isIn = state.phase === 'inserted' || state.phase === 'fetching'
  if (inserted === false && image) throw asProperties.conflict('Inserted', 'Image')
  if (inserted === true && (image === '' || (image === undefined && !isIn))) {
    throw asProperties.conflict('Inserted', 'Image')
  }
  const isSame = isIn && (image === undefined || image === state.image)
  if (!image || isSame) refuseOthers(slot, more)
  if (verify !== undefined) slot.setVerifyCertificate(verify)
  if (inserted === false || image === '') await slot.eject()
  else if (image && !isSame) await insertImage(slot, { ...more, Image: image }, report, asProperties)
}

/** What belongs to an image is written with it; as it is, it may be sent back. */
function refuseOthers({ state }: MediaSlot, { WriteProtected, UserName, Password, ...transfer }: Wanted): void {
  if (WriteProtected !== undefined && WriteProtected !== state.writeProtected) {
    throw asProperties.conflict('WriteProtected', 'Image')
  }
  if (UserName !== undefined && UserName !== (state.userName ?? '')) throw asProperties.conflict('UserName', 'Image')
  if (Password !== undefined && Password !== '') throw asProperties.conflict('Password', 'Image')
  const { TransferProtocolType: protocol } = transfer
  if (protocol !== undefined && protocol !== protocolOf(state.image)) {
    throw asProperties.conflict('TransferProtocolType', 'Image')
  }
}

/** `TransferProtocolType` is for an image without a scheme. */
function imageOf(wanted: Wanted, words: Words): MediaImage {
  const { Image: given = '', TransferProtocolType: protocol, WriteProtected: writeProtected = true } = wanted
  const image = /^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `${(protocol ?? '').toLowerCase()}://${given}`
  if (!URL.canParse(image)) throw words.value('Image')
  const url = new URL(image)
  const isOther = protocol !== undefined && url.protocol !== `${protocol.toLowerCase()}:`
  if (isOther) throw words.conflict('TransferProtocolType', 'Image')
  // A password in the URL is not for everybody who may read the resource.
  const userName = wanted.UserName || decodeURIComponent(url.username) || undefined
  const password = wanted.Password || decodeURIComponent(url.password) || undefined
  if (url.username === '' && url.password === '') return { from: 'url', image, writeProtected, userName, password }
  url.username = ''
  url.password = ''
  return { from: 'url', image: url.href, writeProtected, userName, password }
}

async function insert(slot: MediaSlot, image: MediaImage, words: Words, report: TaskReport): Promise<void> {
  const { signal } = report
  const callOff = () => void slot.eject()
  signal.addEventListener('abort', callOff)
  try {
    await slot.insert(image, (share) => report.percent(share * 100))
  } catch (error) {
    throw error instanceof BmcError ? refusal(error, image.image, words) : error
  } finally {
    signal.removeEventListener('abort', callOff)
  }
}

function refusal(error: BmcError, image: string, words: Words): unknown {
  switch (error.reason) {
    case 'wrong-state':
      return detailed(refuse(409, 'ResourceInUse'), error)
    case 'forbidden':
      return detailed(refuse(403, 'AccessDenied', image), error)
    case 'full':
      return detailed(refuse(507, 'InsufficientStorage'), error)
    case 'invalid-field':
    case 'out-of-range':
    case 'not-found':
      return detailed(words.value('Image'), error)
    default:
      return error
  }
}

function detailed({ status, faults }: RedfishError, { message }: BmcError): RedfishError {
  return new RedfishError(
    status,
    faults.map((one) => ({ ...one, detail: message })),
  )
}

/** Undefined: no word of Redfish's for it. */
export function protocolOf(image: string | undefined): 'HTTP' | 'HTTPS' | undefined {
  if (image === undefined) return undefined
  if (/^http:/i.test(image)) return 'HTTP'
  return /^https:/i.test(image) ? 'HTTPS' : undefined
}

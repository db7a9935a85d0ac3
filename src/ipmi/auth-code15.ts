import { md5 } from '@noble/hashes/legacy.js'
import { noBytes, Writer } from '../base/bytes.ts'
import { md2 } from './md2.ts'
import type { AuthTypeName } from './session15.ts'

/**
 * The AuthCode of an IPMI 1.5 packet (IPMI 2.0 §22.17.1): the password itself, or a digest over password, session ID,
 * payload, sequence number, password. `password`: 16 bytes, NUL padded.
 */
export function authCode15(
  type: AuthTypeName,
  password: Uint8Array,
  sessionId: number,
  sequence: number,
  payload: Uint8Array,
): Uint8Array {
  if (type === 'none') return noBytes
  if (type === 'straight') return password
  const id = new Writer(4).u32le(sessionId).done()
  const count = new Writer(4).u32le(sequence).done()
  if (type === 'md2') return md2(password, id, payload, count, password)
  return md5.create().update(password).update(id).update(payload).update(count).update(password).digest()
}

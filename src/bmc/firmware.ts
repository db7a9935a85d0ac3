import { BmcError } from '../base/errors.ts'
import type { DeviceIdentity } from './seeds.ts'
import type { Store } from './store.ts'

const KEY = 'firmware.version'
const MOST_MAJOR = 127

/** What Get Device ID can tell of a version (IPMI 2.0 §20.1): a number of seven bits, and two digits as BCD. */
export type FirmwareVersion = Pick<DeviceIdentity, 'firmwareMajor' | 'firmwareMinor'>

/** `2.05`; what follows a second dot has no place in IPMI. Undefined: it is no version. */
export function readVersion(text: string): FirmwareVersion | undefined {
  const match = /^v?(\d{1,3})\.(\d{1,2})(?![0-9])/i.exec(text.trim())
  if (match === null || Number(match[1]) > MOST_MAJOR) return undefined
  return { firmwareMajor: Number(match[1]), firmwareMinor: Number.parseInt(match[2], 16) }
}

/** The BMC as it is with the firmware that was installed last. */
export function withInstalled(device: DeviceIdentity, store: Store): DeviceIdentity {
  const kept = store.get(KEY)
  const version = typeof kept === 'string' ? readVersion(kept) : undefined
  return version === undefined ? device : { ...device, ...version }
}

export function installVersion(device: DeviceIdentity, store: Store, text: string): DeviceIdentity {
  const version = readVersion(text)
  if (version === undefined) throw new BmcError('invalid-field', `"${text}" is no version like 2.05`)
  store.set(KEY, text)
  return { ...device, ...version }
}

import type { EntryReader } from './entry-reader.ts'

/** Notes what is wrong with a MAC of one station; true when nothing is. */
export function checkMac(mac: string, path: readonly PropertyKey[], reader: EntryReader): boolean {
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(mac)) {
    reader.wrong(path, `"${mac}" is no MAC address; write one like 52:54:00:12:34:56`)
    return false
  }
  if ((Number.parseInt(mac.slice(0, 2), 16) & 1) === 1) {
    reader.wrong(path, `"${mac}" is a multicast address; its first byte must be even`)
    return false
  }
  return true
}

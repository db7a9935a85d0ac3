import { hash } from 'node:crypto'

/** Namespace of the UUIDs below (RFC 9562 §5.5 wants one): a random one, chosen once for bmcsim. */
const NAMESPACE = Uint8Array.from([
  0x5b, 0x0e, 0x9c, 0x1d, 0x2f, 0x74, 0x4a, 0x3e, 0x9d, 0x61, 0xc8, 0x02, 0xb7, 0x55, 0x1e, 0xaf,
])

/**
 * The GUID of a node that was not given one: a name-based UUID (RFC 9562 §5.5, version 5), so that it is the same at every
 * start. As Get System GUID sends it: see `swapped`.
 */
export function guidOfName(name: string): Uint8Array {
  const uuid = new Uint8Array(
    hash('sha1', Buffer.concat([NAMESPACE, Buffer.from(name, 'utf8')]), 'buffer').subarray(0, 16),
  )
  uuid[6] = (uuid[6] & 0x0f) | 0x50
  uuid[8] = (uuid[8] & 0x3f) | 0x80
  return swapped(uuid)
}

/** The text a guest's SMBIOS shows, and QEMU's `-uuid` takes, for GUID bytes as on the wire. */
export function uuidText(guid: Uint8Array): string {
  const all = Buffer.from(swapped(guid)).toString('hex')
  return `${all.slice(0, 8)}-${all.slice(8, 12)}-${all.slice(12, 16)}-${all.slice(16, 20)}-${all.slice(20)}`
}

const SWAPPED = [3, 2, 1, 0, 5, 4, 7, 6]

/** SMBIOS sends a UUID's first three fields least significant byte first (SMBIOS 2.6 §7.2.1); doing it twice undoes it. */
function swapped(uuid: Uint8Array): Uint8Array {
  const other = uuid.slice()
  for (let i = 0; i < SWAPPED.length; i++) other[i] = uuid[SWAPPED[i]]
  return other
}

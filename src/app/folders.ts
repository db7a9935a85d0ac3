import { createHash } from 'node:crypto'
import { join } from 'node:path'

/** A folder name for any node name: lan.conf names may hold blanks (kept) and slashes (written as %2F). */
export function folderName(name: string): string {
  // Nearly all names, in a start of thousands.
  if (/^[A-Za-z0-9_ -][A-Za-z0-9_. -]*$/.test(name)) return name
  const safe = Array.from(Buffer.from(name, 'utf8'), (byte) => {
    const character = String.fromCharCode(byte)
    return /[A-Za-z0-9_. -]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }).join('')
  return safe.startsWith('.') ? `%2E${safe.slice(1)}` : safe
}

/** The disk of a node's own, in its folder. */
export function ownDiskIn(folder: string): string {
  return join(folder, 'disk.qcow2')
}

/** The same for folders with unix sockets in them, whose whole path has a limit of about 100 bytes (`sun_path`). */
export function shortFolderName(name: string): string {
  const safe = folderName(name)
  return safe.length <= 20 ? safe : createHash('sha1').update(name, 'utf8').digest('hex').slice(0, 12)
}

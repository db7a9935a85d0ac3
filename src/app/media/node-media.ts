import { BmcError } from '../../base/errors.ts'
import type { Bmc } from '../../bmc/bmc.ts'
import type { MediaPhase, MediaSlot } from '../../bmc/media/media-slot.ts'

/** What `bmcsim media --json` prints of a drive. Add, never rename. */
export interface MediaStatus {
  readonly node: string
  readonly drive: string
  readonly state: MediaPhase
  /** URL or path; null: it is empty. */
  readonly image: string | null
  readonly writeProtected: boolean
  readonly error: string | null
}

export interface MediaRequest {
  /** Without it, the only drive or the first. */
  readonly drive?: string
  /** A URL or a whole path; undefined: what is in there is taken out. */
  readonly insert?: string
  /** The guest may write to it, where the drive lets it. */
  readonly writable?: boolean
}

export function mediaStatus(node: string, { media }: Bmc): MediaStatus[] {
  return media.slots.map(({ id, state }) => {
    const { phase, image = null, writeProtected, error = null } = state
    return { node, drive: id, state: phase, image, writeProtected, error }
  })
}

export async function mediaChange(
  node: string,
  bmc: Bmc,
  { drive, insert, writable = false }: MediaRequest,
): Promise<void> {
  const slot = slotOf(node, bmc, drive)
  if (insert === undefined) return slot.eject()
  const from = /^[a-z][a-z0-9+.-]*:\/\//i.test(insert) ? 'url' : 'file'
  await slot.insert({ from, image: insert, writeProtected: !writable })
}

function slotOf(node: string, { media }: Bmc, drive: string | undefined): MediaSlot {
  const slot = drive === undefined ? media.slots[0] : media.slot(drive)
  if (slot !== undefined) return slot
  const there = media.slots.map(({ id }) => id).join(', ') || 'none'
  throw new BmcError('not-found', `${node} has no drive ${drive ?? 'for media'}; it has ${there}`)
}

import type { Logger } from '../../base/logger.ts'
import type { Machine } from '../../machine/machine.ts'
import type { Store } from '../store.ts'
import { MediaSlot } from './media-slot.ts'
import type { MediaSource } from './media-source.ts'

/** The drives that the BMC has in its machine, and what it puts into them. None where the machine has no such drive. */
export class VirtualMedia {
  readonly slots: readonly MediaSlot[]

  constructor(parts: { machine: Machine; store: Store; source: MediaSource | undefined; log: Logger }) {
    const { machine, source } = parts
    const put = machine.setMedium?.bind(machine)
    const drives = put === undefined || source === undefined ? [] : (machine.mediaDrives ?? [])
    this.slots = drives.flatMap((drive) => (put && source ? [new MediaSlot(drive, { ...parts, put, source })] : []))
    for (const slot of this.slots) slot.restore()
  }

  slot(id: string): MediaSlot | undefined {
    return this.slots.find((slot) => slot.id === id)
  }

  close(): void {
    for (const slot of this.slots) slot.close()
  }
}

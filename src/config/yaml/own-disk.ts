import type { OwnDiskConfig } from '../config.ts'
import { diskBytes } from '../disk-size.ts'
import type { EntryReader } from './entry-reader.ts'
import { type MachineEntry, TEST_GUEST } from './schema.ts'

/** The disk that a node has of its own: what `image` begins it as, and how large `disk` makes it. */
export function readOwnDisk(entry: MachineEntry, reader: EntryReader): OwnDiskConfig | undefined {
  const { image, disk } = entry
  const sizeBytes = disk === undefined ? undefined : diskBytes(disk)
  if (image === undefined || image === TEST_GUEST) {
    return sizeBytes === undefined ? undefined : { at: reader.place('machine', 'disk'), base: undefined, sizeBytes }
  }
  const base = reader.image(image, ['machine', 'image'])
  if (base?.sizeBytes !== undefined && sizeBytes !== undefined && sizeBytes < base.sizeBytes) {
    const least = Math.ceil(base.sizeBytes / 2 ** 20)
    reader.wrong(
      ['machine', 'disk'],
      `the image ${image} is a disk of ${least}M; write at least that, or leave disk out`,
    )
  }
  return { at: reader.place('machine', 'image'), base, sizeBytes }
}

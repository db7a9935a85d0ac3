import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { DiskFormat } from './config.ts'
import { reason } from './text-file.ts'

export const diskFormats = ['qcow2', 'raw', 'vdi', 'vmdk', 'vhdx', 'vpc'] as const satisfies readonly DiskFormat[]

export interface ImageFacts {
  readonly format: DiskFormat
  /** Of the disk that is in it; undefined for formats that are not looked into. */
  readonly sizeBytes: number | undefined
}

/** By the end of the name; of the others the first bytes decide. */
const endings: Readonly<Record<string, DiskFormat>> = { vdi: 'vdi', vmdk: 'vmdk', vhdx: 'vhdx', vhd: 'vpc' }

/** What downloads come packed in, and what unpacks it. */
const packed: readonly { readonly magic: readonly number[]; readonly program: string }[] = [
  { magic: [0x1f, 0x8b], program: 'gzip -d' },
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], program: 'xz -d' },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], program: 'zstd -d' },
  { magic: [0x42, 0x5a, 0x68], program: 'bzip2 -d' },
]

/** "QFI" and FBh; the size of the disk is at byte 24, most significant byte first (qcow2 specification, "Header"). */
const qcow2Magic = [0x51, 0x46, 0x49, 0xfb]
const HEADER_BYTES = 32

/**
 * What kind of disk image a file is, or in words what is wrong with it. Looking inside is safe here, as it is not for a disk
 * that a guest writes: nobody's guest writes to a base image.
 */
export function lookIntoImage(path: string, said?: DiskFormat): ImageFacts | string {
  let head: Buffer
  let fileSize: number
  try {
    const file = openSync(path, 'r')
    try {
      const found = fstatSync(file)
      if (!found.isFile()) return 'is no file; name a disk image'
      fileSize = found.size
      head = Buffer.alloc(HEADER_BYTES)
      head = head.subarray(0, readSync(file, head, 0, HEADER_BYTES, 0))
    } finally {
      closeSync(file)
    }
  } catch (error) {
    return `cannot be read: ${reason(error)}`
  }
  if (fileSize === 0) return 'is empty; fetch it again'
  const ending = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ''
  const isQcow2 = begins(head, qcow2Magic) && head.length === HEADER_BYTES
  const format = said ?? endings[ending] ?? (isQcow2 || ending === 'qcow2' ? 'qcow2' : 'raw')
  if (format === 'qcow2') {
    return isQcow2 ? { format, sizeBytes: Number(head.readBigUInt64BE(24)) } : 'is no qcow2 image; fetch it again'
  }
  if (format !== 'raw') return { format, sizeBytes: undefined }
  const packer = said === undefined ? packed.find(({ magic }) => begins(head, magic)) : undefined
  if (packer !== undefined) return `is compressed; unpack it first (${packer.program})`
  return { format, sizeBytes: fileSize }
}

function begins(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte)
}

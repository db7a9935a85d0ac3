import { readVersion } from '../bmc/firmware.ts'

/** What is looked into for a version. */
const HEAD_BYTES = 64 * 1024
export const MOST_IMAGE_BYTES = 256 * 1024 * 1024

export interface FirmwareImage {
  readonly name: string
  /** Undefined: nothing in it says so. */
  readonly version: string | undefined
  /** Of something else than the BMC, as it says. */
  readonly isOther: boolean
  readonly bytes: number
}

/**
 * Reads an image to its end and keeps nothing but what it says of itself: a line `version=2.05` near its beginning, as OpenBMC's
 * manifest has it, or else the version in its name.
 */
export async function readImage(name: string, content: AsyncIterable<Uint8Array>): Promise<FirmwareImage> {
  const head: Uint8Array[] = []
  let bytes = 0
  for await (const piece of content) {
    if (bytes < HEAD_BYTES) head.push(piece.subarray(0, HEAD_BYTES - bytes))
    bytes += piece.length
    if (bytes > MOST_IMAGE_BYTES) break
  }
  const text = Buffer.concat(head).toString('latin1')
  const said = /^version="?([^"\r\n\0]{1,64})/im.exec(text)?.[1]
  const purpose = /^purpose=(.{1,200})$/im.exec(text)?.[1] ?? ''
  const version = [said, ...(name.match(/\d+\.\d+(\.\d+)*/g) ?? []).reverse()].find(isVersion)
  return { name, version, isOther: /\b(host|bios)\b/i.test(purpose), bytes }
}

function isVersion(text: string | undefined): boolean {
  return text !== undefined && readVersion(text) !== undefined
}

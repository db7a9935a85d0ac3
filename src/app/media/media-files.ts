import { constants, mkdirSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs'
import { access, open } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { BmcError, errnoOf, messageOf } from '../../base/errors.ts'
import type { MediaImage, MediaSource } from '../../bmc/media/media-source.ts'
import { openUrl } from './open-url.ts'
import { sharedFile } from './shared-file.ts'

/** More than any installation medium has. */
const mostBytes = 32 * 1024 ** 3

/** What is left free on the disk, for everything else that is kept there. */
const spareBytes = 256 * 1024 ** 2

/** Images for the drives of one node: files as they are, and what is fetched or sent, which goes into its folder. */
export class MediaFiles implements MediaSource {
  readonly #folder: string
  readonly #shared: string | undefined

  /** `folder` is made when something is fetched. `shared`: where the files of `file:` URLs are; undefined: there are none. */
  constructor(folder: string, shared?: string) {
    this.#folder = folder
    this.#shared = shared
  }

  async fetch(
    slot: string,
    image: MediaImage,
    signal: AbortSignal,
    progress: (bytes: number, total: number | undefined) => void,
  ): Promise<string> {
    if (image.from === 'file') return localFile(image.image)
    if (image.from === 'url' && /^file:/i.test(image.image)) return localFile(sharedFile(this.#shared, image.image))
    const target = join(this.#folder, `${slot}.img`)
    const part = `${target}.part`
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    try {
      const { body, total } = image.from === 'upload' ? uploaded(image) : await openUrl(image, signal)
      this.#checkRoom(total ?? 0)
      progress(0, total)
      let bytes = 0
      const counter = new Transform({
        transform: (chunk: Buffer, _, done) => {
          bytes += chunk.length
          progress(bytes, total)
          done(bytes > mostBytes ? tooLarge() : null, chunk)
        },
      })
      // Open before the first byte: what fails at once leaves nothing to be made later.
      const to = (await open(part, 'w', 0o600)).createWriteStream()
      await pipeline(body, counter, to, { signal })
      if (total !== undefined && bytes !== total) {
        throw new BmcError('invalid-field', `${image.image}: the server sent ${bytes} bytes and had announced ${total}`)
      }
      if (bytes === 0) throw new BmcError('invalid-field', `${image.image} is empty`)
      renameSync(part, target)
      return target
    } catch (error) {
      rmSync(part, { force: true })
      if (errnoOf(error) === 'ENOSPC') throw new BmcError('full', `there is no room left in ${this.#folder}`)
      if (error instanceof BmcError || image.from === 'upload') throw error
      throw new BmcError('invalid-field', `${image.image} could not be fetched: ${messageOf(error)}`, { cause: error })
    }
  }

  forget(slot: string): void {
    rmSync(join(this.#folder, `${slot}.img`), { force: true })
  }

  #checkRoom(bytes: number): void {
    if (bytes > mostBytes) throw tooLarge()
    const { bavail, bsize } = statfsSync(this.#folder)
    if (bytes + spareBytes <= bavail * bsize) return
    throw new BmcError('full', `there is no room for its ${bytes} bytes in ${this.#folder}`)
  }
}

function tooLarge(): BmcError {
  return new BmcError('out-of-range', `an image has ${mostBytes / 1024 ** 3} GiB at most`)
}

/** One whose sender is gone cannot be asked for again. */
function uploaded({ image, content }: MediaImage) {
  if (content !== undefined) return { body: content, total: undefined }
  throw new BmcError('not-found', `${image} was not all sent`)
}

async function localFile(path: string): Promise<string> {
  if (!isAbsolute(path)) throw new BmcError('invalid-field', `"${path}" is no whole path`)
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) throw new BmcError('not-found', `there is no file ${path}`)
  if (!stat.isFile()) throw new BmcError('invalid-field', `${path} is no file`)
  if (stat.size === 0) throw new BmcError('invalid-field', `${path} is empty`)
  await access(path, constants.R_OK).catch(() => {
    throw new BmcError('forbidden', `${path} cannot be read`)
  })
  return path
}

import { BmcError, messageOf } from '../../base/errors.ts'
import { Listeners } from '../../base/listeners.ts'
import type { Logger } from '../../base/logger.ts'
import type { Machine } from '../../machine/machine.ts'
import type { MediaDrive } from '../../machine/media.ts'
import type { Store } from '../store.ts'
import { storedBoolean } from '../stored.ts'
import type { MediaImage, MediaSource } from './media-source.ts'

/** `fetching`: it is wanted, and not on this machine yet. `failed`: it could not be had, `error` says why; the drive is empty. */
export type MediaPhase = 'empty' | 'fetching' | 'inserted' | 'failed'

export interface MediaState {
  readonly phase: MediaPhase
  /** As it was asked for: URL or path; undefined while empty. */
  readonly image: string | undefined
  /** The last part of it. */
  readonly imageName: string | undefined
  readonly from: MediaImage['from'] | undefined
  readonly writeProtected: boolean
  readonly verifyCertificate: boolean
  readonly userName: string | undefined
  readonly fetched: { readonly bytes: number; readonly total: number | undefined } | undefined
  readonly error: string | undefined
}

interface Kept {
  readonly from: MediaImage['from']
  readonly image: string
  readonly writeProtected: boolean
  readonly verifyCertificate: boolean
  readonly userName: string | undefined
  /** Where it is on this machine; null: it was not all there. */
  readonly file: string | null
}

interface Parts {
  readonly store: Store
  readonly source: MediaSource
  readonly log: Logger
  readonly put: NonNullable<Machine['setMedium']>
}

/** One drive: what is in it stays there over resets, power cycles and an end of this process, until it is ejected. */
export class MediaSlot {
  readonly id: string
  readonly drive: MediaDrive
  readonly #parts: Parts
  readonly #changes = new Listeners<[MediaState]>()
  #kept: Kept | undefined
  #phase: MediaPhase = 'empty'
  #fetched: MediaState['fetched']
  #error: string | undefined
  #fetching: AbortController | undefined

  constructor(drive: MediaDrive, parts: Parts) {
    this.id = drive.id
    this.drive = drive
    this.#parts = parts
    this.#kept = keptIn(parts.store.get(this.#key))
  }

  get state(): MediaState {
    const kept = this.#kept
    return {
      phase: this.#phase,
      image: kept?.image,
      imageName: kept && nameOf(kept),
      from: kept?.from,
      writeProtected: kept?.writeProtected ?? true,
      verifyCertificate: this.#verifies,
      userName: kept?.userName,
      fetched: this.#fetched,
      error: this.#error,
    }
  }

  onChange(fn: (state: MediaState) => void): () => void {
    return this.#changes.add(fn)
  }

  /** Whether a server of https has to prove who it is, from the next insert on. Stays over an eject. */
  setVerifyCertificate(verify: boolean): void {
    this.#parts.store.set(this.#verifyKey, verify)
  }

  get #verifies(): boolean {
    return storedBoolean(this.#parts.store, this.#verifyKey) ?? true
  }

  /**
   * Resolves when the guest has it; `state` tells of the way there, and `progress` (0 to 1) where it can be told. Rejects with a BmcError:
   * `wrong-state` where something is in the drive already. A drive whose guest can only read has it write-protected whatever is
   * asked for.
   */
  async insert(wanted: MediaImage, progress?: (share: number) => void): Promise<void> {
    if (this.#phase === 'fetching' || this.#phase === 'inserted') {
      throw new BmcError('wrong-state', `there is something in ${this.id} already: eject it first`)
    }
    const { from, image, userName, password, verifyCertificate = this.#verifies } = wanted
    const writeProtected = wanted.writeProtected || !this.drive.writable
    // Who is killed while it is fetched, fetches it again.
    if (password !== undefined) this.#parts.store.setSecret(this.#passwordKey, new TextEncoder().encode(password))
    this.#keep({ from, image, writeProtected, verifyCertificate, userName, file: null })
    await this.#bring({ ...wanted, verifyCertificate }, progress)
  }

  /** Takes it out, though the guest may hold it; nothing in it: nothing happens. */
  async eject(): Promise<void> {
    this.#fetching?.abort()
    this.#fetching = undefined
    if (this.#kept !== undefined) await this.#parts.put(this.id, undefined)
    this.#keep(undefined)
    this.#fetched = undefined
    this.#become('empty')
    this.#parts.source.forget(this.id)
  }

  /** As it was when our last process ended. */
  restore(): void {
    const kept = this.#kept
    if (kept === undefined) return
    const again = kept.file === null ? this.#bring({ ...kept, password: this.#password }) : this.#put(kept, kept.file)
    again.catch((error: unknown) => {
      this.#parts.log.warn({ slot: this.id, error: messageOf(error) }, 'virtual media could not be put back')
    })
  }

  /** What is being fetched is fetched by the next process. */
  close(): void {
    this.#fetching?.abort()
  }

  async #bring(image: MediaImage, tell?: (share: number) => void): Promise<void> {
    const fetching = new AbortController()
    this.#fetching = fetching
    this.#fetched = undefined
    this.#become('fetching')
    try {
      const progress = (bytes: number, total: number | undefined) => {
        this.#fetched = { bytes, total }
        if (total !== undefined && total > 0) tell?.(bytes / total)
      }
      const file = await this.#parts.source.fetch(this.id, image, fetching.signal, progress)
      if (fetching.signal.aborted || this.#kept === undefined) throw aborted(this.id)
      const kept = { ...this.#kept, file }
      this.#keep(kept)
      await this.#put(kept, file)
    } catch (error) {
      if (fetching.signal.aborted) throw aborted(this.id)
      this.#keep(undefined)
      this.#become('failed', messageOf(error))
      throw error
    } finally {
      if (this.#fetching === fetching) this.#fetching = undefined
    }
  }

  async #put({ writeProtected }: Kept, file: string): Promise<void> {
    await this.#parts.put(this.id, { file, writeProtected })
    this.#become('inserted')
  }

  #become(phase: MediaPhase, error?: string): void {
    this.#phase = phase
    this.#error = error
    this.#changes.call(this.state)
  }

  get #key(): string {
    return `media.${this.id}`
  }

  get #verifyKey(): string {
    return `${this.#key}.verify-certificate`
  }

  get #passwordKey(): string {
    return `${this.#key}.password`
  }

  get #password(): string | undefined {
    const kept = this.#parts.store.getSecret(this.#passwordKey)
    return kept === undefined || kept.length === 0 ? undefined : new TextDecoder().decode(kept)
  }

  #keep(kept: Kept | undefined): void {
    this.#kept = kept
    this.#parts.store.set(this.#key, kept)
    // It was for the fetching alone.
    if (kept?.file !== null && this.#password !== undefined) {
      this.#parts.store.setSecret(this.#passwordKey, new Uint8Array())
    }
  }
}

function aborted(slot: string): BmcError {
  return new BmcError('wrong-state', `${slot} was ejected meanwhile`)
}

function nameOf({ from, image }: Kept): string {
  const path = from === 'url' && URL.canParse(image) ? new URL(image).pathname : image
  return path.split('/').filter(Boolean).at(-1) ?? image
}

function keptIn(value: unknown): Kept | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const facts = new Map<string, unknown>(Object.entries(value))
  const from = facts.get('from')
  const image = facts.get('image')
  const file = facts.get('file')
  const userName = facts.get('userName')
  if (from !== 'url' && from !== 'file' && from !== 'upload') return undefined
  if (typeof image !== 'string') return undefined
  return {
    ...{ from, image, file: typeof file === 'string' ? file : null },
    userName: typeof userName === 'string' ? userName : undefined,
    ...{
      writeProtected: facts.get('writeProtected') !== false,
      verifyCertificate: facts.get('verifyCertificate') !== false,
    },
  }
}

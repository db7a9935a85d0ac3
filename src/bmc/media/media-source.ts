/** What somebody wants to have in a drive. */
export interface MediaImage {
  /** A URL (http or https), or a file on this machine, which only who may read its files should be able to name. */
  readonly from: 'url' | 'file'
  readonly image: string
  readonly writeProtected: boolean
  /** Of a URL; true where it is left out. */
  readonly verifyCertificate?: boolean
  /** Of a URL; not kept. */
  readonly userName?: string
  readonly password?: string
}

/** How images come onto this machine: whoever puts a node together fills it in. */
export interface MediaSource {
  /** Resolves with a whole path when all of it is there; rejects with a BmcError. `progress`: bytes so far, and of how many. */
  fetch(
    slot: string,
    image: MediaImage,
    signal: AbortSignal,
    progress: (bytes: number, total: number | undefined) => void,
  ): Promise<string>
  /** What was fetched for the slot is of no use any more. */
  forget(slot: string): void
}

/** What somebody wants to have in a drive. */
export interface MediaImage {
  /**
   * A URL (`file:` is one of a folder that is there for that), a file on this machine, which only who may read its files should be able to
   * name, or bytes that are sent along.
   */
  readonly from: 'url' | 'file' | 'upload'
  /** Of an upload: what it is called where it comes from. */
  readonly image: string
  readonly writeProtected: boolean
  /** Of a URL; left out: as the drive is set. */
  readonly verifyCertificate?: boolean
  /** Of a URL. */
  readonly userName?: string | undefined
  readonly password?: string | undefined
  /** Of an upload. */
  readonly content?: AsyncIterable<Uint8Array>
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

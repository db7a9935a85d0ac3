import type { SourceRange } from '../source.ts'

/** What reading one entry below `networks` needs. */
export interface NetworkReader {
  /** The lab file, its whole path. */
  readonly file: string
  readonly name: string
  /** Where the network is named. */
  readonly at: SourceRange
  place(...path: readonly PropertyKey[]): SourceRange
  wrong(path: readonly PropertyKey[], message: string): void
  /** What a file holds; undefined where it cannot be read: that has been said. */
  text(written: string, path: readonly PropertyKey[]): string | undefined
}

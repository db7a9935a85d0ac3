import type { SourceRange } from './source.ts'

/** Where it is on this machine, and whether, is seen when it is wanted. */
export interface ImageConfig {
  readonly name: 'test-guest'
  readonly at: SourceRange
}

import type { PartKind } from './layout.ts'
import type { RedfishNode } from './node.ts'

/** `n` from 1 on. */
export function partId({ layout }: RedfishNode, kind: PartKind, n: number): string {
  return layout.parts[kind].replaceAll('{n}', String(n)).replaceAll('{i}', String(n - 1))
}

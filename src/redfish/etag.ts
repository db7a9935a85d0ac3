import { hash } from 'node:crypto'
import { type Body, isBody } from './request.ts'

/**
 * A strong ETag of what a resource is (RFC 9110 §8.8.3), the same in the header and in `@odata.etag`. `volatile` properties are left out:
 * an ETag that changes with every reading would make If-Match useless.
 */
export function etagOf(body: Body, volatile: readonly string[]): string {
  return etagOfText(JSON.stringify(volatile.length === 0 ? body : without(body, volatile)))
}

/** Of the JSON of something of which nothing is left out. */
export function etagOfText(text: string): string {
  return `"${hash('sha1', text, 'hex').slice(0, 16)}"`
}

/** Whether an If-Match or If-None-Match names it: `*`, or a list in which a weak tag (`W/"..."`) matches nothing strong. */
export function names(header: string, etag: string): boolean {
  if (header.trim() === '*') return true
  const tags: readonly string[] = header.match(/(W\/)?"[^"]*"/g) ?? []
  return tags.includes(etag)
}

/** `A/B` is B of A, or of each in a list of that name. */
function without(body: Body, volatile: readonly string[]): Body {
  const kept = Object.entries(body).filter(([name]) => !volatile.includes(name))
  return Object.fromEntries(
    kept.map(([name, value]) => {
      const inner = volatile.flatMap((path) => (path.startsWith(`${name}/`) ? [path.slice(name.length + 1)] : []))
      return [name, inner.length === 0 ? value : stripped(value, inner)]
    }),
  )
}

function stripped(value: unknown, volatile: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((one) => stripped(one, volatile))
  return isBody(value) ? without(value, volatile) : value
}

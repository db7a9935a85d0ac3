/** Nothing in it is encoded, and nothing leads elsewhere: nearly all are so. */
const plainPath = /^(?:\/[\w-][\w.-]*)+$/
const plainSegment = /^[\w.-]+$/

/** The decoded parts of a path; slashes at its end mean nothing. Undefined: it cannot be read, or leads out of the tree. */
export function segmentsOf(path: string): readonly string[] | undefined {
  const parts = path.split('/').slice(1)
  if (plainPath.test(path)) return parts
  while (parts.at(-1) === '') parts.pop()
  const decoded: string[] = []
  for (const part of parts) {
    const segment = decode(part)
    if (segment === undefined || segment === '' || segment === '.' || segment === '..' || /[/\\\0]/.test(segment)) {
      return undefined
    }
    decoded.push(segment)
  }
  return decoded
}

/** An id as a part of a path: what may stand there stands as it is (RFC 3986 §3.3). */
export function segmentOf(id: string): string {
  if (plainSegment.test(id)) return id
  return encodeURIComponent(id).replace(/%(24|3A)/g, (code) => (code === '%24' ? '$' : ':'))
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}

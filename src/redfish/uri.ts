/** The decoded parts of a path; slashes at its end mean nothing. Undefined: it cannot be read, or leads out of the tree. */
export function segmentsOf(path: string): readonly string[] | undefined {
  const parts = path.split('/').slice(1)
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

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}

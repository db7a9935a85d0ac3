import { readFileSync } from 'node:fs'

/** As package.json says it; the file lies beside dist/ and src/ alike. */
export function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const value: unknown = JSON.parse(text)
  if (typeof value === 'object' && value !== null && 'version' in value) return String(value.version)
  return 'unknown'
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageFolder } from '../base/package-folder.ts'

/** As package.json says it. */
export function version(): string {
  const text = readFileSync(join(packageFolder, 'package.json'), 'utf8')
  const value: unknown = JSON.parse(text)
  if (typeof value === 'object' && value !== null && 'version' in value) return String(value.version)
  return 'unknown'
}

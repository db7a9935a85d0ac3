import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Body } from '../../redfish/request.ts'
import { segmentsOf } from '../../redfish/uri.ts'

/** Writes what is at a path where a mockup has it; false where the path is none that a folder can have. */
export function writeMockup(folder: string, path: string, content: Body | string): boolean {
  const segments = segmentsOf(path)
  if (segments === undefined) return false
  const into = join(folder, ...segments.map(fileName))
  mkdirSync(into, { recursive: true })
  if (typeof content === 'string') writeFileSync(join(into, 'index.xml'), content)
  else writeFileSync(join(into, 'index.json'), `${JSON.stringify(content, undefined, 2)}\n`)
  return true
}

/** As it is, but for what other systems do not take in a name. */
function fileName(segment: string): string {
  return segment.replaceAll(/[%:*?"<>|]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compiledText } from './compiled.ts'
import { personalityNames, shippedFolder } from './find.ts'
import { readPersonality } from './read-personality.ts'

/** What the build does with every personality of ours. Throws ConfigError where its files are wrong. */
export function compilePersonalities(into: string): void {
  mkdirSync(into, { recursive: true })
  for (const name of personalityNames()) {
    const folder = join(shippedFolder, name)
    writeFileSync(join(into, `${name}.json`), compiledText(folder, readPersonality(folder)))
  }
}

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LabConfig, NodeConfig } from '../../src/config/config.ts'
import { readLanConf } from '../../src/config/lan-conf/read-lan-conf.ts'
import { ConfigError } from '../../src/config/source.ts'
import { readLabFile } from '../../src/config/yaml/read-lab-file.ts'
import { configFolder } from './config-folder.ts'

export { configFolder }

export function configFile(name: string, content: string | Uint8Array): string {
  const path = join(configFolder, name)
  writeFileSync(path, content)
  return path
}

/** Reads `lan.conf` (and `test.emu`) from texts. */
export function lanConf(text: string | Uint8Array, emulator?: string): NodeConfig {
  configFile('lan.conf', text)
  if (emulator !== undefined) configFile('test.emu', emulator)
  return readLanConf({
    lanConf: 'lan.conf',
    cwd: configFolder,
    ...(emulator === undefined ? {} : { emulator: 'test.emu' }),
  })
}

export function lab(text: string): LabConfig {
  return readLabFile(configFile('lab.yaml', text))
}

/** Each problem as `line:column+length message`, or an empty list where `read` succeeds. */
export function problemsOf(read: () => unknown): string[] {
  return thrownBy(read)?.problems.map(({ at, message }) => `${at.line}:${at.column}+${at.length} ${message}`) ?? []
}

export function thrownBy(read: () => unknown): ConfigError | undefined {
  try {
    read()
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  return undefined
}

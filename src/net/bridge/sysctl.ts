import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { errnoOf } from '../../base/errors.ts'

/** The settings of the kernel that are below /proc/sys; a key is a path there. */
export interface Sysctl {
  /** Undefined where there is none of that name. */
  read(key: string): string | undefined
  /** What is not there any more, such as a setting of an interface that has gone, is no mistake. */
  write(key: string, value: string): void
  list(folder: string): readonly string[]
}

export const systemSysctl: Sysctl = {
  read(key) {
    try {
      return readFileSync(`/proc/sys/${key}`, 'utf8').trim()
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined
      throw error
    }
  },
  write(key, value) {
    try {
      writeFileSync(`/proc/sys/${key}`, value)
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error
    }
  },
  list: (folder) => readdirSync(`/proc/sys/${folder}`),
}

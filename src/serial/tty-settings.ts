import { execFile } from 'node:child_process'
import { errnoOf, SetupError } from '../base/errors.ts'

export interface TtySettings {
  readonly baud: number
  readonly rtsCts: boolean
}

/**
 * Makes a terminal device a plain line: raw, 8 data bits, no parity, one stop bit, modem lines ignored. Done by `stty`
 * because node's own raw mode leaves NL to CR NL on output switched on.
 */
export function makeRaw(path: string, { baud, rtsCts }: TtySettings): Promise<void> {
  const line = ['raw', '-echo', 'cs8', '-parenb', '-cstopb', 'clocal', rtsCts ? 'crtscts' : '-crtscts', String(baud)]
  return new Promise((resolve, reject) => {
    execFile('stty', ['-F', path, ...line], { timeout: 5_000 }, (error, _stdout, stderr) => {
      if (error === null) return resolve()
      const why =
        errnoOf(error) === 'ENOENT' ? 'stty is missing (Debian package coreutils)' : stderr.trim() || error.message
      reject(new SetupError(`cannot set up ${path} as a serial line: ${why}`, { cause: error }))
    })
  })
}

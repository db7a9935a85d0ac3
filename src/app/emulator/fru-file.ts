import { closeSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import { BmcError, messageOf, SetupError } from '../../base/errors.ts'
import type { FruSeed } from '../../bmc/seeds.ts'
import type { EmulatorCommand } from '../../config/config.ts'

/**
 * A FRU whose bytes are a part of a file of the user's: reads and writes over IPMI go through to it, so that others see what is
 * written and we what others write. Bytes behind the end of the file are zeros.
 */
export function fruFile(
  { device, size, offset, path }: Extract<EmulatorCommand, { kind: 'fru-file' }>,
  cwd: string,
): FruSeed {
  const file = resolve(cwd, path)
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new SetupError(
      `FRU ${device} is to be kept in ${file}, and there is no such file; make it: truncate -s ${offset + size} ${file}`,
    )
  }
  const memory = {
    size,
    read: (from: number, count: number) => inFile(file, 'r', (fd) => readAll(fd, offset + from, count)),
    write: (from: number, data: Uint8Array) => {
      inFile(file, 'r+', (fd) => writeSync(fd, data, 0, data.length, offset + from))
    },
  }
  return { device, memory, data: () => memory.read(0, size) }
}

function readAll(fd: number, position: number, count: number): Uint8Array {
  const bytes = new Uint8Array(count)
  for (let filled = 0; filled < count; ) {
    const read = readSync(fd, bytes, filled, count - filled, position + filled)
    if (read === 0) break
    filled += read
  }
  return bytes
}

function inFile<T>(path: string, flags: 'r' | 'r+', use: (fd: number) => T): T {
  let fd: number | undefined
  try {
    fd = openSync(path, flags)
    return use(fd)
  } catch (error) {
    throw new BmcError('wrong-state', `the file of a FRU: ${messageOf(error)}`, { cause: error })
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

import { closeSync, constants, openSync } from 'node:fs'
import type { Duplex } from 'node:stream'
import { isatty, ReadStream } from 'node:tty'
import { messageOf, SetupError } from '../base/errors.ts'
import { type LineOptions, StreamPort } from './stream-port.ts'
import { makeRaw, type TtySettings } from './tty-settings.ts'

/**
 * A serial device of this machine, or one side of somebody else's pty. A break cannot be sent: node has no call for it, and
 * none of the programs that Debian always has does it without changing the line.
 */
export function ttyPort(path: string, settings: TtySettings, options: LineOptions): StreamPort {
  return new StreamPort({ ...options, open: () => openTty(path, settings) })
}

function openTty(path: string, settings: TtySettings): Duplex {
  const fd = openDevice(path)
  // A ReadStream of node's is a socket over the device: it writes as well, and never blocks the process.
  const stream = new ReadStream(fd)
  makeRaw(path, settings).then(
    () => {
      if (!stream.destroyed) stream.emit('connect')
    },
    (error) => stream.destroy(error),
  )
  return stream
}

/** Without O_NONBLOCK, opening a line whose modem shows no carrier would wait for one. */
function openDevice(path: string): number {
  let fd: number
  try {
    fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK)
  } catch (error) {
    throw new SetupError(`cannot open the serial device ${path}: ${messageOf(error)}`, { cause: error })
  }
  if (isatty(fd)) return fd
  closeSync(fd)
  throw new SetupError(`${path} is not a serial device`)
}

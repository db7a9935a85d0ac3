import { closeSync, lstatSync, symlinkSync, unlinkSync } from 'node:fs'
import type { Duplex } from 'node:stream'
import type { Clock } from '../base/clock.ts'
import { errnoOf, messageOf, SetupError } from '../base/errors.ts'
import { PtyLine } from './pty-line.ts'
import { type LineOptions, StreamPort } from './stream-port.ts'
import { makeRaw } from './tty-settings.ts'

/** What node-pty's native half gives: both ends of a new pty, and the path of the slave. */
interface PtyPair {
  readonly master: number
  readonly slave: number
  readonly path: string
}

/**
 * A pty of our own, for a program that wants to open a terminal device; `link` is a symbolic link to that device. What the
 * program writes is data from the other end. The line is up even while nobody has it open: a pty does not tell.
 * Rejects with a SetupError where the optional package node-pty is missing.
 */
export async function ptyPort(link: string, options: LineOptions): Promise<StreamPort> {
  const make = await loadPty()
  return new StreamPort({ ...options, open: () => openPty(make(), link, options.clock) })
}

function openPty(pair: PtyPair, link: string, clock: Clock): Duplex {
  // The slave stays open here, or the master would end each time a program closes it.
  const stream = new PtyLine(pair.master, clock)
  stream.on('close', () => {
    closeSync(pair.slave)
    unlink(link)
  })
  makeRaw(pair.path, { baud: 115200, rtsCts: false }).then(
    () => {
      if (stream.destroyed) return
      try {
        unlink(link)
        symlinkSync(pair.path, link)
        stream.emit('connect')
      } catch (error) {
        stream.destroy(new SetupError(`cannot make the link ${link} to ${pair.path}: ${messageOf(error)}`))
      }
    },
    (error) => stream.destroy(error),
  )
  return stream
}

/** Takes away a link that an earlier process left; anything else of that name is the user's. */
function unlink(link: string): void {
  try {
    if (lstatSync(link).isSymbolicLink()) unlinkSync(link)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
  }
}

async function loadPty(): Promise<() => PtyPair> {
  const pty: object = await import('node-pty').catch((error: unknown) => {
    throw new SetupError(
      'a pty console needs the package node-pty, which is not installed or was not compiled: `npm install node-pty` (it wants a C++ compiler and python3), or use telnet:, tcp: or a tty',
      { cause: error },
    )
  })
  return () => {
    const native: unknown = Reflect.get(pty, 'native')
    const open: unknown = typeof native === 'object' && native !== null ? Reflect.get(native, 'open') : undefined
    if (typeof open !== 'function') throw new SetupError('this version of node-pty cannot open a pty; install 1.1')
    const made: unknown = open(80, 24)
    if (isPair(made)) return { master: made.master, slave: made.slave, path: made.pty }
    throw new SetupError('this version of node-pty opens ptys in another way; install 1.1')
  }
}

function isPair(made: unknown): made is { master: number; slave: number; pty: string } {
  if (typeof made !== 'object' || made === null) return false
  return (
    'master' in made &&
    typeof made.master === 'number' &&
    'slave' in made &&
    typeof made.slave === 'number' &&
    'pty' in made &&
    typeof made.pty === 'string'
  )
}

import { connect } from 'node:net'
import { type LineOptions, StreamPort } from './stream-port.ts'

/** The serial port behind a unix socket (QEMU: `-chardev socket,path=...,server=on`). */
export function unixPort(path: string, options: LineOptions): StreamPort {
  return new StreamPort({ ...options, open: () => connect({ path }) })
}

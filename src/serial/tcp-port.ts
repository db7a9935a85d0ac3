import { connect } from 'node:net'
import { type LineOptions, StreamPort } from './stream-port.ts'

/** The serial port behind a plain TCP socket (QEMU: `-serial tcp:HOST:PORT,server`). There is no break. */
export function tcpPort(host: string, port: number, options: LineOptions): StreamPort {
  return new StreamPort({ ...options, open: () => connect({ host, port, noDelay: true, keepAlive: true }) })
}

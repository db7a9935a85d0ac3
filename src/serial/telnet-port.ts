import { connect } from 'node:net'
import { errnoOf, SetupError } from '../base/errors.ts'
import { type LineOptions, StreamPort } from './stream-port.ts'
import { TelnetLine, type TelnetTransforms } from './telnet-line.ts'

/** Subnegotiations are skipped, so what is kept of one can be short. */
const SUBNEGOTIATION_BYTES = 64

/**
 * The serial port behind a telnet server (QEMU: `-serial telnet:HOST:PORT,server`). This module alone loads telnet-stream
 * (AGPL-3.0), and only when a telnet console is configured; see docs/decisions/0003-telnet-stream.md.
 */
export async function telnetPort(host: string, port: number, options: LineOptions): Promise<StreamPort> {
  const transforms = await loadTelnet()
  return new StreamPort({
    ...options,
    open: () => new TelnetLine(connect({ host, port, noDelay: true, keepAlive: true }), transforms(), options.log),
    sendBreak(stream) {
      if (stream instanceof TelnetLine) stream.sendBreak()
    },
  })
}

/** Rejects with a SetupError where the package is not installed. */
export async function loadTelnet(): Promise<() => TelnetTransforms> {
  const telnet = await import('telnet-stream').catch((error: unknown) => {
    // The build turns import() into require, which has another word for it.
    if (!['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(errnoOf(error) ?? '')) throw error
    throw new SetupError(
      'a telnet console needs the package telnet-stream, which is not installed: `npm install telnet-stream`, or use tcp: instead of telnet:',
      { cause: error },
    )
  })
  return () => ({
    input: new telnet.TelnetInput({ bufferSize: SUBNEGOTIATION_BYTES }),
    output: new telnet.TelnetOutput(),
  })
}

import { ptyPort } from './pty-port.ts'
import type { LineOptions, StreamPort } from './stream-port.ts'
import { tcpPort } from './tcp-port.ts'
import { telnetPort } from './telnet-port.ts'
import { ttyPort } from './tty-port.ts'

/** Where a serial line is; `baud` counts for a tty and is a mere report for the rest. */
export type SerialDeviceOptions = { readonly baud: number } & (
  | { readonly kind: 'telnet'; readonly host: string; readonly port: number }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'tty'; readonly path: string; readonly rtsCts: boolean }
  | { readonly kind: 'pty'; readonly link: string }
)

/**
 * A line to the device, which keeps trying while nothing is there. Rejects with a SetupError only where trying on cannot
 * help: a package that is not installed.
 */
export async function openSerial(device: SerialDeviceOptions, options: LineOptions): Promise<StreamPort> {
  switch (device.kind) {
    case 'telnet':
      return telnetPort(device.host, device.port, options)
    case 'tcp':
      return tcpPort(device.host, device.port, options)
    case 'tty':
      return ttyPort(device.path, device, options)
    case 'pty':
      return ptyPort(device.link, options)
  }
}

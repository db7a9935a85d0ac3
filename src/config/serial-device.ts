import { isIPv4 } from 'node:net'
import { resolve } from 'node:path'
import type { SerialDevice } from './config.ts'

/** The device text understood, or a sentence that says what is wrong with it. */
export type ReadDevice =
  | { readonly device: SerialDevice; readonly wrong?: undefined }
  | { readonly wrong: string; readonly device?: undefined }

/**
 * `telnet:HOST:PORT`, `tcp:HOST:PORT` (an IPv6 address in brackets), `pty:LINK` where the file format has it, else the path
 * of a tty. Relative paths start at `cwd`.
 */
export function readSerialDevice(text: string, cwd: string, options: { pty: boolean; rtsCts: boolean }): ReadDevice {
  const network = /^(telnet|tcp):(.*)$/.exec(text)
  if (network !== null) {
    const kind = network[1] === 'telnet' ? 'telnet' : 'tcp'
    const end = readHostPort(network[2])
    if (typeof end === 'string') return { wrong: `device "${text}": ${end}; write ${kind}:HOST:PORT` }
    return { device: { kind, ...end } }
  }
  if (options.pty && text.startsWith('pty:')) {
    const link = text.slice('pty:'.length)
    if (link === '') return { wrong: 'the path of the link is missing; write pty:PATH' }
    return { device: { kind: 'pty', link: resolve(cwd, link) } }
  }
  if (text === '') return { wrong: 'the device is empty; write telnet:HOST:PORT, tcp:HOST:PORT or the path of a tty' }
  if (!text.includes('/')) {
    return {
      wrong: `device "${text}" is neither telnet:HOST:PORT nor tcp:HOST:PORT nor the path of a tty; write for example /dev/${/^\w+$/.test(text) ? text : 'ttyS0'}`,
    }
  }
  return { device: { kind: 'tty', path: resolve(cwd, text), rtsCts: options.rtsCts } }
}

/** `HOST:PORT` or `[IPv6]:PORT`, or a sentence that says what is wrong. */
export function readHostPort(text: string): { host: string; port: number } | string {
  const match = /^(?:\[([^\]]*)\]|([^:]*)):([^:]*)$/.exec(text)
  if (match === null) {
    return text.includes(':') ? 'an IPv6 address goes in brackets, like [::1]:9103' : 'the port is missing'
  }
  const host = match[1] ?? match[2]
  if (host === '') return 'the host is missing'
  if (!isHost(host)) return `"${host}" is no host name or address`
  const port = Number(match[3])
  if (!/^\d{1,5}$/.test(match[3]) || port < 1 || port > 65535) return `"${match[3]}" is no port from 1 to 65535`
  return { host, port }
}

/** A host name or an address as getaddrinfo would take it; whether it exists is found out when it is used. */
export function isHost(text: string): boolean {
  // Four numbers, but none that an address has: no host is called so.
  if (/^\d+(\.\d+){3}$/.test(text) && !isIPv4(text)) return false
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(text) || /^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%\w+)?$/.test(text)
}

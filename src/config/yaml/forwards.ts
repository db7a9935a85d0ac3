import { isIPv4 } from 'node:net'
import type { ForwardConfig } from '../config.ts'
import type { SourceRange } from '../source.ts'
import type { EntryReader } from './entry-reader.ts'

type Written = { readonly text: string; readonly at: SourceRange }

/** Without a host it is a port for this machine alone. */
const DEFAULT_HOST = '127.0.0.1'

export function readForwards(written: readonly Written[], reader: EntryReader): ForwardConfig[] {
  return written.flatMap(({ text, at }) => {
    const own = reader.inStepAt(text, at)
    const forward = own === undefined ? undefined : readForward(own)
    if (typeof forward !== 'string') return forward === undefined ? [] : [{ ...forward, at }]
    reader.wrongAt(at, `forward "${own}": ${forward}`)
    return []
  })
}

/** `127.0.0.1:2201 -> 22`, `udp 6901 -> 10.0.2.16:69`, or a sentence that says what is wrong. */
function readForward(text: string): Omit<ForwardConfig, 'at'> | string {
  const match = /^(?:(tcp|udp)[ :]\s*)?(?:([^\s:]+):)?(\d{1,5})\s*->\s*(?:([^\s:]+):)?(\d{1,5})$/.exec(text.trim())
  if (match === null) return 'write HOST:PORT -> PORT, like 127.0.0.1:2201 -> 22, and udp in front where it is not TCP'
  const [, protocol, host = DEFAULT_HOST, port, guestHost, guestPort] = match
  for (const address of [host, guestHost ?? host]) {
    if (!isIPv4(address)) return `"${address}" is no IPv4 address`
  }
  for (const digits of [port, guestPort]) {
    if (Number(digits) < 1 || Number(digits) > 65_535) return `"${digits}" is no port from 1 to 65535`
  }
  return {
    protocol: protocol === 'udp' ? 'udp' : 'tcp',
    host,
    port: Number(port),
    guestHost,
    guestPort: Number(guestPort),
  }
}

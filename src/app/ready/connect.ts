import { connect } from 'node:net'
import type { Clock } from '../../base/clock.ts'
import { errnoOf, messageOf } from '../../base/errors.ts'

/** A server that takes the connection and says nothing in this time is asked again. */
const PATIENCE_MS = 5_000
/** A server may say other lines before its version (RFC 4253 §4.2); nobody says this much. */
const MOST_BYTES = 8 * 1024

/**
 * Connects once. Resolves with undefined where somebody is there (with `banner`: who calls itself an SSH server, RFC 4253
 * §4.2), else with the reason. The connection is closed in any case.
 */
export function connectOnce(
  { host, port }: { readonly host: string; readonly port: number },
  banner: boolean,
  clock: Clock,
  cancelled: AbortSignal,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    let heard = ''
    const end = (why?: string) => {
      timer.cancel()
      cancelled.removeEventListener('abort', callOff)
      socket.destroy()
      resolve(why)
    }
    const callOff = () => end('called off')
    const timer = clock.after(PATIENCE_MS, () => end(banner ? 'no SSH banner' : 'no answer'))
    cancelled.addEventListener('abort', callOff)
    socket.on('error', (error) => end(words[errnoOf(error) ?? ''] ?? messageOf(error)))
    socket.on('close', () => end('closed at once'))
    socket.on('connect', () => {
      if (!banner) end()
    })
    socket.on('data', (bytes: Buffer) => {
      heard += bytes.toString('latin1')
      if (/^SSH-[^\n]*\n/m.test(heard)) end()
      else if (heard.length > MOST_BYTES) end('not an SSH server')
    })
  })
}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ENOTFOUND: 'no such host',
}

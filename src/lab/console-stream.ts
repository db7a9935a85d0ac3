import type { Duplex } from 'node:stream'
import type { BytePort } from '../base/byte-port.ts'

/** What a terminal needs of a console. It never holds the others back, so it does not pause. */
export type ConsoleViewer = Omit<BytePort, 'sendBreak' | 'pause' | 'resume'>

/**
 * A terminal that takes nothing (a suspended `bmcsim console`) must not hold the console back for the others: beyond this
 * many waiting bytes it misses output, and is told how much.
 */
const MOST_WAITING = 1024 * 1024

/** Joins a stream and a console until either ends, or `ended` fires: what was said before, then both ways. */
export function serveConsole(
  socket: Duplex,
  viewer: ConsoleViewer,
  backlog: Uint8Array | undefined,
  ended?: AbortSignal,
): void {
  let missed = 0
  let typed: Uint8Array | undefined

  const show = (bytes: Uint8Array) => {
    if (socket.writableLength + bytes.length > MOST_WAITING) {
      missed += bytes.length
      return
    }
    if (missed > 0) {
      socket.write(`\r\n[bmcsim: ${missed} bytes left out, this terminal was too slow]\r\n`)
      missed = 0
    }
    socket.write(bytes)
  }

  const type = () => {
    if (typed === undefined) return
    // Nothing at the other end: what is typed at a machine that is off goes nowhere, as at a real one.
    const taken = viewer.up ? viewer.write(typed) : typed.length
    typed = taken >= typed.length ? undefined : typed.subarray(taken)
    if (typed === undefined) socket.resume()
    else socket.pause()
  }

  if (backlog !== undefined && backlog.length > 0) socket.write(backlog)
  const forget = [viewer.onData(show), viewer.onDrain(type), viewer.onUp(type)]
  const leave = () => socket.end()
  ended?.addEventListener('abort', leave)
  socket.on('data', (bytes: Uint8Array) => {
    typed = typed === undefined ? bytes : Buffer.concat([typed, bytes])
    type()
  })
  socket.on('end', () => socket.end())
  socket.on('error', () => socket.destroy())
  socket.on('close', () => {
    for (const remove of forget) remove()
    ended?.removeEventListener('abort', leave)
    viewer.close()
  })
}

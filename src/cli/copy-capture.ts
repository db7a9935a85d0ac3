import type { IncomingMessage } from 'node:http'
import type { Writable } from 'node:stream'
import { type Clock, systemClock, type Timer } from '../base/clock.ts'
import type { PcapCounter } from './pcap-counter.ts'

/** `stopped`: as `stop` says, or because nobody reads it any more. */
export type CaptureEnd = 'stopped' | 'ended'

/** How long a lab may take to send what it has when it is told to stop. */
const LAST_FRAMES_MS = 2000

/** Writes what comes of a capture into `target`, no faster than that takes it, until either ends or `stop` says so. */
export async function copyCapture(
  response: IncomingMessage,
  counter: PcapCounter,
  target: Writable,
  stop: AbortSignal,
  clock: Clock = systemClock,
): Promise<CaptureEnd> {
  let end: CaptureEnd = 'ended'
  let late: Timer | undefined
  const more = () => response.resume()
  // Our end of the connection is closed: the lab sends what waits in its own, and closes that too. All of it is taken now, however
  // slow the target.
  const last = () => {
    end = 'stopped'
    late = clock.after(LAST_FRAMES_MS, leave)
    response.socket.end()
    more()
  }
  const leave = () => response.destroy()
  const unread = () => {
    end = 'stopped'
    leave()
  }
  target.on('drain', more)
  target.on('error', unread)
  stop.addEventListener('abort', last)
  // We ended it, or the lab did: what there is is whole.
  response.on('error', () => {})
  response.on('data', (chunk: Uint8Array) => {
    if (!target.write(counter.feed(chunk)) && !stop.aborted) response.pause()
  })
  if (stop.aborted) last()
  if (!response.closed) await new Promise((resolve) => response.on('close', resolve))
  late?.cancel()
  stop.removeEventListener('abort', last)
  target.off('drain', more)
  return end
}
